"""Reviews, from what is stored to what goes over the wire."""

from datetime import datetime

from app.reviews.queries import status_of
from app.reviews.schemas import ReviewDetail
from app.reviews.stored import Review


def as_review(review: Review, now: datetime) -> ReviewDetail:
    """A review, with its status at a moment."""
    more = {
        "every": str(review.course.cadence.step(review.course.cycle.anchor)),
        "full": review.in_full,
        "status": status_of(review, now),
    }
    kept = {name: getattr(review, name) for name in ReviewDetail.model_fields.keys() - more.keys()}
    return ReviewDetail.model_validate({**kept, **more})
