"""What the trail says of exits."""

from app.exits.tables import ExitRecord
from app.kernel.exit_process import ExitCase
from app.standing.casework import CaseStep
from app.trail.entry import Entry, Outcome


def noted(
    record: ExitRecord,
    unit: str | None,
    before: ExitCase | None,
    after: ExitCase,
    step: CaseStep,
    outcome: Outcome = "done",
) -> Entry:
    """A step of an exit: in which state it was, in which it is then; `unit` leads the client."""
    told = {
        "client": record.client_id,
        "rulebook": record.rulebook,
        "state": after.state,
        "due": after.due.isoformat() if after.due else None,
        **step.told,
    }
    return Entry(
        action=f"exit.{step.name}",
        object_type="exit",
        object_id=str(record.id),
        unit=unit,
        before={"state": before.state} if before else None,
        after=told,
        reason=step.reason or None,
        digest=record.digest,
        outcome=outcome,
    )
