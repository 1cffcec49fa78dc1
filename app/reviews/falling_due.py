"""What is told when the moment of a review has come: a reminder, that it is due, that it is overdue (domain.md A10)."""

from collections.abc import Sequence
from datetime import UTC
from uuid import UUID

from app.clients.reading import rows_of
from app.due.handling import Taken
from app.events.catalogue import Data, ReviewDue, ReviewOverdue, ReviewUpcoming
from app.events.envelope import Happened
from app.reviews.stored import Review, open_of
from app.trail.change import Change


async def review_falls_due(change: Change, taken: Sequence[Taken]) -> list[Happened | None]:
    """Say of each what its step tells; nothing of a review that is no longer open."""
    reviews = await open_of(change.session, [UUID(each.key) for each in taken])
    clients = await rows_of(change.session, {each.client_id for each in reviews.values()}, change.today)
    found: list[Happened | None] = []
    for each in taken:
        review = reviews.get(UUID(each.key))
        found.append(_told(each, review, clients[review.client_id].unit) if review else None)
    return found


def _told(taken: Taken, review: Review, unit: str | None) -> Happened:
    said = f"{taken.action} {taken.more.get('period', '')}"
    key = (review.client_id, review.rulebook, str(review.cycle), said, taken.planned_at.astimezone(UTC).isoformat())
    return Happened(_data(taken, review), key, taken.planned_at, review.client_id, unit)


def _data(taken: Taken, review: Review) -> Data:
    about = {
        "client_id": review.client_id,
        "rulebook": review.rulebook,
        "review_id": review.id,
        "cycle": review.cycle,
        "due_at": review.due_at,
        "full": review.in_full,
        "tier": review.tier,
        "late_by": taken.late_s,
    }
    if taken.action == "upcoming":
        return ReviewUpcoming.model_validate({**about, "before": taken.more["period"]})
    if taken.action == "overdue":
        return ReviewOverdue.model_validate(
            {**about, "after": taken.more["period"], "escalated_to": taken.more["role"]}
        )
    return ReviewDue.model_validate(about)
