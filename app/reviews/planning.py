"""Planning reviews: whatever changes what a client holds plans its reviews in the same transaction, many at once.

What is planned stands on the table of what falls due under the kind `review`, by the review's id.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from typing import Final

from app.due.putting import Due, Step, cancel, put
from app.events.catalogue import ReviewCompleted
from app.events.emitting import emit
from app.events.envelope import Happened
from app.kernel.moments import moment
from app.kernel.review_cycle import Notice
from app.reviews.course import Course
from app.reviews.days import Days, days_of
from app.reviews.following import NOT_REVIEWED, Moment, Turn, ended, turn
from app.reviews.held import Held, held
from app.reviews.noting import noted
from app.reviews.stored import Review, last_of, write
from app.standing.judges import Judges
from app.standing.leaving import follows_exit
from app.standing.reading import Key
from app.standing.settled import Settled
from app.trail.change import Change
from app.trail.entry import Entry

KIND: Final = "review"
"""Of what falls due."""


@dataclass(frozen=True, slots=True)
class Planner:
    """Follows assessments; `calendar` names the one whose working days count."""

    calendar: str

    async def follow(self, change: Change, judges: Judges, settled: Sequence[Settled]) -> None:  # noqa: ARG002  a Follower
        """End, plan and re-plan the reviews of clients that were assessed; the caller holds their standing locked."""
        found = [held(each) for each in settled]
        last = await last_of(change.session, {each.client_id for each in found})
        at = at_of(change)
        turns = [Planned(each, last.get(each.key), turn(each, last.get(each.key), at)) for each in found]
        await self.carry_out(change, [each for each in turns if each.turn != Turn()])

    async def carry_out(self, change: Change, planned: Sequence["Planned"]) -> list[Review]:
        """Write what becomes of reviews, each with its trace; the reviews that are planned now."""
        if not planned:
            return []
        days = await self._days(change, planned)
        rows = [each.review(days, change) for each in planned]
        over = [each.turn.ended for each in planned if each.turn.ended]
        open_ones = [each for each in rows if each]
        await write(change.session, [*over, *(each for each in open_ones if each.revision > 1)])
        await write(change.session, [each for each in open_ones if each.revision == 1])
        await cancel(change, KIND, [str(each.id) for each in over])
        await put(change, [due_of(each, change.zone, change.now) for each in open_ones])
        await emit(change, [each.told(row, change) for each, row in zip(planned, rows, strict=True) if each.is_done])
        await change.note(*(entry for each, row in zip(planned, rows, strict=True) for entry in each.entries(row)))
        return open_ones

    async def _days(self, change: Change, planned: Sequence["Planned"]) -> Days:
        wanted = {each.turn.course.cycle.day for each in planned if each.turn.course}
        units = {each.held.unit for each in planned if each.held.unit}
        return await days_of(change, self.calendar, units, wanted)


@dataclass(frozen=True, slots=True)
class Planned:
    """What becomes of the reviews of one client under one rulebook; `last` is the last that there was."""

    held: Held
    last: Review | None
    turn: Turn

    @property
    def is_done(self) -> bool:
        """Whether a review was done."""
        return self.turn.ended is not None and self.turn.ended.state == "done"

    def review(self, days: Days, change: Change) -> Review | None:
        """The review that is open from now on; None where none is."""
        course = self.turn.course
        if course is None:
            return None
        due_on = days.due(course.cycle.day, self.held.unit)
        was = self.turn.still_open
        if was is None:
            return self._new(course, due_on, change)
        same = replace(was, tier=self.held.tier, version=self.held.version, course=course, updated_at=change.now)
        same = replace(same, in_full=course.cycle.full, revision=was.revision + 1)
        moved = was.planned_on != course.cycle.day
        return placed(same, moment(due_on, change.zone) if moved else was.due_at, change.zone)

    def _new(self, course: Course, due_on: date, change: Change) -> Review:
        due_at = moment(due_on, change.zone)
        return Review(
            id=uuid.uuid4(),
            client_id=self.held.client_id,
            rulebook=self.held.rulebook,
            version=self.held.version,
            cycle=self.last.cycle + 1 if self.last else 1,
            tier=self.held.tier,
            course=course,
            planned_on=course.cycle.day,
            due_on=due_on,
            due_at=due_at,
            overdue_at=course.notices.overdue(due_at, change.zone),
            in_full=course.cycle.full,
            state="open",
            postponed=0,
            reason=None,
            ended_at=None,
            ended_by=None,
            assessment_id=None,
            revision=1,
            created_at=change.now,
            updated_at=change.now,
        )

    def told(self, following: Review | None, change: Change) -> Happened:
        """That the review was done."""
        done = self.turn.ended
        if done is None or done.assessment_id is None:
            raise ValueError("the review was not done")
        data = ReviewCompleted(
            client_id=done.client_id,
            rulebook=done.rulebook,
            review_id=done.id,
            cycle=done.cycle,
            assessment_id=done.assessment_id,
            before=self.held.tier_before,
            after=self.held.tier,
            next_due_at=following.due_at if following else None,
        )
        return Happened(data, (str(done.id),), change.now, done.client_id, self.held.unit)

    def entries(self, review: Review | None) -> list[Entry]:
        """What the trail says of it."""
        over, found = self.turn.ended, []
        if over is not None:
            step = "completed" if over.state == "done" else over.state
            found.append(noted(step, over, self.held.unit, self.last))
        if review is not None:
            was = self.turn.still_open
            found.append(noted("replanned" if was else "planned", review, self.held.unit, was))
        return found


def placed(review: Review, due_at: datetime, zone: tzinfo) -> Review:
    """A review that is due at a moment, with what follows from that."""
    overdue = review.course.notices.overdue(due_at, zone)
    return replace(
        review,
        planned_on=review.course.cycle.day,
        due_at=due_at,
        due_on=due_at.astimezone(zone).date(),
        overdue_at=overdue,
    )


def due_of(review: Review, zone: tzinfo, now: datetime) -> Due:
    """What stands of a review on the table of what falls due; nobody is reminded of what has passed."""
    told = review.course.notices.of(review.due_at, zone)
    steps = [_step(each) for each in told if each.action != "upcoming" or each.at > now]
    return Due(KIND, str(review.id), review.due_at, steps, review.client_id, review.rulebook)


def _step(notice: Notice) -> Step:
    more = {"period": str(notice.period)} if notice.period else {}
    return Step(notice.action, notice.at, more | ({"role": notice.role} if notice.role else {}))


@follows_exit
async def cancel_all(change: Change, keys: Collection[Key], unit: str | None) -> None:
    """Cancel the open reviews of clients under rulebooks: they are reviewed no longer. The caller holds their locks."""
    last = await last_of(change.session, {client_id for client_id, _ in keys})
    gone = [found for key, found in last.items() if key in keys and found.is_open]
    over = [ended(each, "cancelled", NOT_REVIEWED, at_of(change)) for each in gone]
    await write(change.session, over)
    await cancel(change, KIND, [str(each.id) for each in over])
    await change.note(*(noted("cancelled", each, unit, was) for each, was in zip(over, gone, strict=True)))


def at_of(change: Change) -> Moment:
    """When a change is, and whose."""
    return Moment(change.now, change.today, change.zone, change.actor.identity)
