"""Acting on a review: completed, rescheduled, skipped; the last two with a reason and within limits (domain.md A10).

However a review is moved, the next is counted from the day on which it was planned to be due.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from app.clients.leading import check_leads
from app.clients.reading import visible
from app.due.putting import put
from app.kernel.moments import moment
from app.kernel.review_cycle import Cycle, following
from app.reviews.days import days_of
from app.reviews.following import Turn, ended, has_begun
from app.reviews.held import Held
from app.reviews.noting import noted
from app.reviews.planning import Planned, Planner, at_of, due_of, placed
from app.reviews.queries import review_of_id, reviews_after
from app.reviews.refusals import ReviewFixed, ReviewNotBegun, ReviewOver, WrongDueMoment
from app.reviews.stored import Review, write
from app.standing.assessing import Order, assess
from app.standing.judges import Judges
from app.standing.reading import lock
from app.standing.settled import Follower
from app.trail.change import Change

MOST_POSTPONED: Final = 2
"""How often a review is postponed before it must be done."""

Expects = Callable[[int], None]
"""Raises where the revision is another than a request was written for."""


@dataclass(frozen=True, slots=True)
class Office:
    """What reviews are done with: who judges, what follows an assessment, and the planner among that."""

    judges: Judges
    followers: Sequence[Follower]
    planner: Planner


async def complete(
    change: Change, office: Office, review_id: UUID, as_of: date | None, note: str, expects: Expects
) -> Review:
    """Assess the client as its review asks for, move it, and plan the next; one that is done stays as it is.

    Raises ReviewNotFound, LeadsElsewhere, ReviewOver, ReviewNotBegun, and what `assess` raises.
    """
    review, _ = await _taken(change, review_id)
    if review.state == "done":
        return review
    _check_open(review, expects)
    if not has_begun(review, at_of(change)):
        raise ReviewNotBegun(f"The one before is due on {review.course.cycle.last_day}; bring this one forward first.")
    if note:
        await write(change.session, [replace(review, reason=note, updated_at=change.now)])
    order = Order(as_of, review.rulebook, str(review.id))
    assessed = await assess(change, office.judges, review.client_id, order)
    for follow in office.followers:
        await follow(change, office.judges, assessed.settled)
    return await review_of_id(change, review_id)


async def reschedule(
    change: Change, office: Office, review_id: UUID, to: date | datetime, reason: str, expects: Expects
) -> Review:
    """Have a review be due at a moment, or on a day, then moved onto a working day; sooner, or later within limits.

    Raises ReviewNotFound, LeadsElsewhere, ReviewOver, ReviewFixed, WrongDueMoment.
    """
    review, unit = await _taken(change, review_id)
    _check_open(review, expects)
    due_at = await _due_at(change, office, to, unit)
    if due_at == review.due_at:
        return review
    moved = placed(replace(review, updated_at=change.now, revision=review.revision + 1), due_at, change.zone)
    if due_at > review.due_at:
        moved = _postponed(moved)
    await write(change.session, [moved])
    await put(change, [due_of(moved, change.zone, change.now)])
    await change.note(noted("rescheduled", moved, unit, review, reason))
    return moved


async def skip(change: Change, office: Office, review_id: UUID, reason: str, expects: Expects) -> Review:
    """Leave a review out and plan the next: never the year's in full, never two in a row.

    Raises ReviewNotFound, LeadsElsewhere, ReviewOver, ReviewFixed.
    """
    review, unit = await _taken(change, review_id)
    _check_open(review, expects)
    if review.in_full:
        raise ReviewFixed("The year's review in full is not left out.")
    if any(each.state == "skipped" for each in await reviews_after(change.session, review, -1)):
        raise ReviewFixed("The one before was skipped.")
    course = replace(review.course, cycle=_next(change, review))
    over = ended(review, "skipped", reason, at_of(change))
    await office.planner.carry_out(change, [Planned(_as_it_is(review, unit), review, Turn(over, course=course))])
    return await review_of_id(change, review_id)


def _next(change: Change, review: Review) -> Cycle:
    return following(review.course.cycle, review.course.cadence, max(change.today, review.due_on))


def _as_it_is(review: Review, unit: str | None) -> Held:
    """What the client holds, as it was known when the review was planned."""
    course = review.course
    return Held(
        client_id=review.client_id,
        rulebook=review.rulebook,
        version=review.version,
        unit=unit,
        tier_before=review.tier,
        tier=review.tier,
        cadence=course.cadence,
        notices=course.notices,
        since=course.cycle.anchor,
        assessment_id=None,
        review=None,
    )


async def _taken(change: Change, review_id: UUID) -> tuple[Review, str | None]:
    """The review with its client's lock, and the client's lead unit, for which it is to act."""
    found = await review_of_id(change, review_id)
    await lock(change.session, found.client_id)
    client = await visible(change, found.client_id)
    await check_leads(change, client)
    return await review_of_id(change, review_id), client.unit


def _check_open(review: Review, expects: Expects) -> None:
    if not review.is_open:
        raise ReviewOver(f"It is {review.state}.")
    expects(review.revision)


async def _due_at(change: Change, office: Office, to: date | datetime, unit: str | None) -> datetime:
    if isinstance(to, datetime):
        if to < change.now:
            raise WrongDueMoment("has passed")
        return to
    if to < change.today:
        raise WrongDueMoment("has passed")
    days = await days_of(change, office.planner.calendar, [unit] if unit else [], [to])
    return max(moment(days.due(to, unit), change.zone), change.now)


def _postponed(review: Review) -> Review:
    if review.postponed >= MOST_POSTPONED:
        raise ReviewFixed(f"It was postponed {MOST_POSTPONED} times already.")
    if review.due_on >= (latest := review.course.next_day):
        raise WrongDueMoment(f"is not before {latest}, when the next one is planned")
    return replace(review, postponed=review.postponed + 1)
