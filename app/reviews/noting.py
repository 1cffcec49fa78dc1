"""What the trail says of reviews."""

from typing import Any

from app.reviews.stored import Review
from app.trail.entry import Entry


def noted(
    step: str, review: Review, unit: str | None, before: Review | None = None, reason: str | None = None
) -> Entry:
    """A step of a review: what it was and is; `unit` leads the client."""
    was = _told(before) if before else None
    return Entry(f"review.{step}", "review", str(review.id), unit, was, _told(review), reason or review.reason)


def _told(review: Review) -> dict[str, Any]:
    return {
        "client": review.client_id,
        "rulebook": review.rulebook,
        "version": review.version,
        "cycle": review.cycle,
        "tier": review.tier,
        "full": review.in_full,
        "planned_on": review.planned_on.isoformat(),
        "due_at": review.due_at.isoformat(),
        "state": review.state,
        "postponed": review.postponed,
        "assessment": str(review.assessment_id) if review.assessment_id else None,
    }
