"""What the trail says of nominations."""

from collections.abc import Iterator

from app.kernel.recognition import Case
from app.recognition.desk import Taken
from app.recognition.stored import tiers_of
from app.standing.casework import CaseStep
from app.trail.entry import Entry, Outcome


def noted(taken: Taken, case: Case, step: CaseStep, outcome: Outcome = "done") -> Entry:
    """A step of a nomination: how the case stood, how it stands then, and what the step was."""
    tiers = tiers_of(taken.book)
    record = taken.record
    after = {
        "client": record.client_id,
        "rulebook": record.rulebook,
        "level": record.level,
        "tier": tiers.labels[case.tier],
        "state": case.state,
        "due": case.due.isoformat() if case.due else None,
        **step.told,
    }
    return Entry(
        action=f"nomination.{step.name}",
        object_type="nomination",
        object_id=str(record.id),
        unit=taken.client.unit,
        before={"state": taken.case.state, "tier": tiers.labels[taken.case.tier]},
        after=after,
        reason=step.reason or None,
        digest=record.digest,
        outcome=outcome,
    )


def denied(taken: Taken, step: str, why: str) -> Entry:
    """A step that was not the caller's to take."""
    return noted(taken, taken.case, CaseStep("denied", {"step": step}, why), "denied")


def came_of(taken: Taken, case: Case) -> Iterator[Entry]:
    """What a step led to, where that is more than the step: the committee's decision, or the end."""
    if case.recognised_on is not None and taken.case.recognised_on is None:
        yield noted(taken, case, CaseStep("recognised"))
    elif case.state in {"refused", "lapsed"} and case.state != taken.case.state:
        yield noted(taken, case, CaseStep(case.state, reason=", ".join(case.reasons)))
