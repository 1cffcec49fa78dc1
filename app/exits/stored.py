"""An exit as it is stored."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.kernel.exit_process import ExitCase, Ruling, StepDone


def columns_of(case: ExitCase) -> dict[str, Any]:
    """A case, and what the columns of its row repeat of it."""
    return {"case": case_json(case), "state": case.state, "due": case.due}


def case_json(case: ExitCase) -> dict[str, Any]:
    """What is stored of a case."""
    return {
        "reasons": list(case.reasons),
        "proposed_by": case.proposed_by,
        "proposed_on": case.proposed_on.isoformat(),
        "state": case.state,
        "since": case.since.isoformat(),
        "due": case.due.isoformat() if case.due else None,
        "confirmed": _ruling_json(case.confirmed),
        "cancelled": _ruling_json(case.cancelled),
        "done": [
            {"name": each.name, "person": each.person, "remark": each.remark, "day": each.day.isoformat()}
            for each in case.done
        ],
        "owners": dict(case.owners),
    }


def case_of(stored: Mapping[str, Any]) -> ExitCase:
    """Read what `case_json` wrote."""
    return ExitCase(
        reasons=tuple(stored["reasons"]),
        proposed_by=stored["proposed_by"],
        proposed_on=date.fromisoformat(stored["proposed_on"]),
        state=stored["state"],
        since=date.fromisoformat(stored["since"]),
        due=date.fromisoformat(stored["due"]) if stored["due"] else None,
        confirmed=_ruling(stored["confirmed"]),
        cancelled=_ruling(stored["cancelled"]),
        done=tuple(StepDone(**{**each, "day": date.fromisoformat(each["day"])}) for each in stored["done"]),
        owners=stored["owners"],
    )


def _ruling_json(ruling: Ruling | None) -> dict[str, str] | None:
    if ruling is None:
        return None
    return {"person": ruling.person, "reason": ruling.reason, "day": ruling.day.isoformat()}


def _ruling(stored: Mapping[str, str] | None) -> Ruling | None:
    return Ruling(stored["person"], stored["reason"], date.fromisoformat(stored["day"])) if stored else None
