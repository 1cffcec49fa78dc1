"""From what is stored to what goes over the wire."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from app.exits.schemas import ExitDetail, StepDetail
from app.exits.stored import case_of
from app.exits.tables import ExitRecord
from app.kernel.exit_process import ExitCase, Steps
from app.rulebooks.registry import Registry

_OF_THE_ROW = ("id", "client_id", "decision", "opened_at", "updated_at")


def as_exit(record: ExitRecord, known: Registry, today: date) -> ExitDetail:
    """An exit, with the steps of the version that it was proposed under; without, where this process cannot read it."""
    case, version = case_of(record.case), known.known_by_digest(record.digest)
    own: dict[str, Any] = {name: getattr(record, name) for name in _OF_THE_ROW}
    said = {name: value for name, value in record.case.items() if name in ExitDetail.model_fields}
    more = {
        "rulebook": {"name": record.rulebook, "version": record.version, "digest": record.digest},
        "overdue": case.overdue(today),
        "steps": list(_steps(case, version.sound.rulebook.exit_steps)) if version else None,
    }
    return ExitDetail.model_validate({**said, **own, **more})


def _steps(case: ExitCase, steps: Steps) -> Iterator[StepDetail]:
    done = {each.name: each for each in case.done}
    opened = next((step.name for step in case.left(steps)), None) if case.state == "running" else None
    for step in steps:
        report = done.get(step.name)
        yield StepDetail(
            step=step.name,
            role=step.role,
            owner=case.owners.get(step.name),
            within=str(step.within),
            state="done" if report else "open" if step.name == opened else "to_come",
            due=case.due if step.name == opened else None,
            done_by=report.person if report else None,
            done_on=report.day if report else None,
            remark=report.remark if report else None,
        )
