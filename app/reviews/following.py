"""What becomes of a client's reviews by an assessment; pure (domain.md A4, A10, A11).

- The first is counted from the day on which the client got its tier, or was assessed first; none is planned into the
  past.
- An assessment that counts as a review, by whatever name, is the open review done, once its cycle has begun; the next
  is counted from the due day. What would have been due until then is over with it.
- Between reviews another tier, or another version's cadence, plans the open one anew from the last due day. One that
  is due already stays due.
- Who is reviewed no longer has none: the open one is cancelled, and the next is a first one.
"""

from dataclasses import replace
from datetime import date, datetime, tzinfo
from typing import Final, NamedTuple

from app.kernel.moments import moment
from app.kernel.review_cycle import first, following, replanned
from app.reviews.course import Course
from app.reviews.held import Held
from app.reviews.stored import Review

NOT_REVIEWED: Final = "not_reviewed"
"""Why a review was cancelled: by its tier or class the client is reviewed no longer, or it has left."""


class Moment(NamedTuple):
    """When it is, where, and who acts."""

    now: datetime
    today: date
    zone: tzinfo
    by: str


class Turn(NamedTuple):
    """What becomes of a client's reviews: one that `ended`, and what is to be planned by which course.

    `still_open` is the one that is planned anew; None where a new one is planned.
    """

    ended: Review | None = None
    still_open: Review | None = None
    course: Course | None = None


def turn(held: Held, last: Review | None, at: Moment) -> Turn:
    """What an assessment does to the last review of its client."""
    if last is None or not last.is_open:
        return Turn(course=_first(held, at))
    if _counts(held, last, at):
        done = replace(ended(last, "done", None, at), assessment_id=held.assessment_id)
        return Turn(done, course=_next(held, last, at))
    if held.cadence is None:
        return Turn(ended(last, "cancelled", NOT_REVIEWED, at))
    course = _anew(held, last, at)
    if (course, held.tier) == (last.course, last.tier):
        return Turn()
    return Turn(still_open=last, course=course)


def ended(review: Review, state: str, reason: str | None, at: Moment) -> Review:
    """A review that is over."""
    return replace(
        review, state=state, reason=reason or review.reason, ended_at=at.now, ended_by=at.by, updated_at=at.now
    )


def has_begun(review: Review, at: Moment) -> bool:
    """Whether it may be done: the one before was due, or it is due itself."""
    return min(moment(review.course.cycle.last_day, at.zone), review.due_at) <= at.now


def _counts(held: Held, review: Review, at: Moment) -> bool:
    if held.review is None:
        return False
    return held.review == str(review.id) or has_begun(review, at)


def _first(held: Held, at: Moment) -> Course | None:
    if held.cadence is None:
        return None
    return Course(first(held.since, held.cadence, at.today), held.cadence, held.notices)


def _next(held: Held, done: Review, at: Moment) -> Course | None:
    if held.cadence is None:
        return None
    after = max(at.today, done.due_on)
    return Course(following(done.course.cycle, held.cadence, after), held.cadence, held.notices)


def _anew(held: Held, review: Review, at: Moment) -> Course:
    was = review.course
    if held.cadence in {None, was.cadence} or review.due_at <= at.now:
        return replace(was, notices=held.notices)
    return Course(replanned(was.cycle, was.cadence, held.cadence, at.today), held.cadence, held.notices)
