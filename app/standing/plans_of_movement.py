"""What a movement does to improvement plans: due at the first review below, then met or failed."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import insert, update

from app.standing.settled import Settled
from app.standing.tables import ImprovementPlan
from app.trail.change import Change

ACTIVE: Final = ("due", "open")
_ENDS: Final = {"plan_met": "met", "plan_failed": "failed"}


async def plan_changes(change: Change, settled: Sequence[Settled]) -> None:
    """Add the plans that fell due, end those that were met or failed."""
    due = [row for each in settled for row in _due(change, each)]
    if due:
        await change.session.execute(insert(ImprovementPlan), due)
    for each in settled:
        for step in each.verdict.steps:
            if step.kind in _ENDS:
                await end_plan(change, each.client_id, each.published.name, _ENDS[step.kind], each.grounds.as_of)


async def end_plan(change: Change, client_id: str, rulebook: str, state: str, day: date) -> None:
    """End the plan that a client has under a rulebook, if it has one: it is met, failed or cancelled from `day` on."""
    await change.session.execute(
        update(ImprovementPlan)
        .where(
            ImprovementPlan.client_id == client_id,
            ImprovementPlan.rulebook == rulebook,
            ImprovementPlan.state.in_(ACTIVE),
        )
        .values(state=state, ended_on=day, revision=ImprovementPlan.revision + 1, updated_at=change.now)
    )


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
