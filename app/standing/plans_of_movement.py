"""What a movement does to improvement plans: due at the first review below, then met, failed or cancelled."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import insert, text

from app.due.putting import cancel
from app.standing.deadlines import PLAN, PlanDays, watch_plans
from app.standing.settled import Settled
from app.standing.tables import ImprovementPlan
from app.trail.change import Change

ACTIVE: Final = ("due", "open")
_ENDS: Final = {"plan_met": "met", "plan_failed": "failed"}


_END: Final = text("""
UPDATE improvement_plan AS plan
SET state = ended.state, ended_on = ended.day, revision = plan.revision + 1, updated_at = :now
FROM unnest(CAST(:clients AS text[]), CAST(:rulebooks AS text[]), CAST(:states AS text[]), CAST(:days AS date[]))
  AS ended (client_id, rulebook, state, day)
WHERE (plan.client_id, plan.rulebook) = (ended.client_id, ended.rulebook) AND plan.state IN ('due', 'open')
RETURNING plan.id
""")


class Ended(NamedTuple):
    """The plan that a client has under a rulebook, if it has one, is met, failed or cancelled from a day on."""

    client_id: str
    rulebook: str
    state: str
    day: date


async def plan_changes(change: Change, settled: Sequence[Settled]) -> None:
    """End the plans that were met or failed, or are of a tier that is gone; add those that fell due."""
    await end_plans(change, [ended for each in settled if (ended := _ended(each))])
    due = [row for each in settled for row in _due(change, each)]
    if due:
        await change.session.execute(insert(ImprovementPlan), due)
        await watch_plans(change, [PlanDays(*(row[name] for name in PlanDays._fields)) for row in due])


async def end_plans(change: Change, ended: Sequence[Ended]) -> None:
    """End plans, all of them in one statement."""
    if not ended:
        return
    clients, rulebooks, states, days = (list(column) for column in zip(*ended, strict=True))
    asked = {"clients": clients, "rulebooks": rulebooks, "states": states, "days": days, "now": change.now}
    gone = await change.session.scalars(_END, asked)
    await cancel(change, PLAN, [str(each) for each in gone])


def _ended(settled: Settled) -> Ended | None:
    """How a plan ended, if it did; a version without the tier, which places the client anew, cancels it unsaid."""
    before, after = settled.grounds.standing, settled.verdict.standing
    if before is None or before.plan is None:
        return None
    state = next((_ENDS[step.kind] for step in settled.verdict.steps if step.kind in _ENDS), None)
    if state is None and after is not None and after.plan is not None:
        return None
    return Ended(settled.client_id, settled.published.name, state or "cancelled", settled.grounds.as_of)


def _due(change: Change, settled: Settled) -> Iterator[dict[str, Any]]:
    standing = settled.verdict.standing
    if standing is None or standing.plan is None or not any(each.kind == "plan_due" for each in settled.verdict.steps):
        return
    yield {
        "id": uuid.uuid4(),
        "client_id": settled.client_id,
        "rulebook": settled.published.name,
        "state": "due",
        "due_on": settled.grounds.as_of,
        "open_by": standing.plan.open_by,
        "opened_on": None,
        "deadline": standing.plan.deadline,
        "extensions": 0,
        "measures": [],
        "revision": 1,
        "updated_at": change.now,
    }
