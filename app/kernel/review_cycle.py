"""When clients are reviewed: each due day follows from the one before, never from when somebody acted (domain.md A10).

A client's due days are counted from its `anchor`, the day from which it is reviewed at all: so the 31st of January
leads by P1M to the 28th of February and on to the 31st of March. The review of the year in full is folded in: it is the
last one on or before the anniversary of the anchor, and no review besides.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Final, NamedTuple

from app.kernel.cadence import NOTHING, Period
from app.kernel.moments import moment

_A_DAY: Final = Period(0, 1)
_MONTH: Final = Period(1, 0)
_MOST_SHUT: Final = 62
"""For how many days a working day is looked for; beyond that the due day stays where it is."""


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often a client is reviewed, and how often in full; where that is the shorter, every review is in full."""

    every: Period
    full_every: Period | None = None

    def step(self, anchor: date) -> Period:
        """From one review to the next: never longer than from one in full to the next."""
        full = self.full_every
        return full if full is not None and full.after(anchor) < self.every.after(anchor) else self.every


class Cycle(NamedTuple):
    """One review: how long after the anchor it is due, and how long after it the one before was.

    `owes` is the number of the anniversary that the next review in full answers.
    """

    anchor: date
    offset: Period
    before: Period
    owes: int
    full: bool

    @property
    def day(self) -> date:
        """The due day, be it a working day or not."""
        return self.offset.after(self.anchor)

    @property
    def last_day(self) -> date:
        """The due day of the cycle before, or the anchor."""
        return self.before.after(self.anchor)

    def next_day(self, cadence: Cadence) -> date:
        """The due day of the next cycle at this cadence."""
        return (self.offset + cadence.step(self.anchor)).after(self.anchor)


def cycle(anchor: date, cadence: Cadence, number: int) -> Cycle:
    """The cycle of a number, the first being 1: the very one that so many calls of `following` come to."""
    step = cadence.step(anchor)
    offset = step * number
    return _cycle(anchor, offset, step * (number - 1), _owed_on(anchor, cadence, offset.after(anchor)), cadence)


def first(anchor: date, cadence: Cadence, after: date) -> Cycle:
    """The first cycle that is due after a day; what would have been due before that is not made up for."""
    offset, before = _next(anchor, NOTHING, cadence, after)
    return _cycle(anchor, offset, before, _owed_on(anchor, cadence, offset.after(anchor)), cadence)


def following(done: Cycle, cadence: Cadence, after: date) -> Cycle:
    """The cycle behind one that is over: counted from its due day, and due after a day, so that none is due twice.

    What would have been due until that day is over with it; a review in full that is owed is owed by the next.
    """
    owes = done.owes
    if done.full and cadence.full_every is not None:
        owes = max(owes + 1, _owed_on(done.anchor, cadence, done.next_day(cadence)))
    offset, before = _next(done.anchor, done.offset, cadence, after)
    return _cycle(done.anchor, offset, before, owes, cadence)


def replanned(still_open: Cycle, was: Cadence, now: Cadence, today: date) -> Cycle:
    """An open cycle at another cadence: counted from the last due day, and due after today.

    It is due no later than it was, unless the cadence itself is a longer one. The anniversary that it would pass over
    is kept: it is then due, in full, on that day, or a month after the last due day where that is later.
    """
    anchor = still_open.anchor
    offset, before = _next(anchor, still_open.before, now, today)
    shorter = now.step(anchor).after(still_open.last_day) < was.step(anchor).after(still_open.last_day)
    if shorter and still_open.day > today and offset.after(anchor) > still_open.day:
        offset, before = still_open.offset, still_open.before
    if now.full_every is not None:
        yearly, month_on = now.full_every * still_open.owes, _a_month_on(still_open)
        in_full = yearly if yearly.after(anchor) >= month_on.after(anchor) else month_on
        if today < in_full.after(anchor) < offset.after(anchor):
            offset, before = in_full, still_open.before
    return _cycle(anchor, offset, before, still_open.owes, now)


def on_a_working_day(day: date, works: Callable[[date], bool]) -> date:
    """The first working day from a day on; the day itself where none comes within two months."""
    days = (day + timedelta(days=at) for at in range(min(_MOST_SHUT, (date.max - day).days + 1)))
    return next(filter(works, days), day)


class Notice(NamedTuple):
    """What is told of a review at a moment: `upcoming`, `due` or `overdue`, how long before or after, and to whom."""

    action: str
    at: datetime
    period: Period | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Notices:
    """How long before it is due one is reminded, and how long after it who is told."""

    remind_before: tuple[Period, ...] = ()
    overdue_after: tuple[tuple[Period, str], ...] = ()

    def of(self, due: datetime, zone: tzinfo) -> tuple[Notice, ...]:
        """All that is told of a review that is due at a moment, in order: days of the calendar before and after."""
        return _notices(self, due, zone)

    def overdue(self, due: datetime, zone: tzinfo) -> datetime:
        """From when on it counts as overdue: as of the first that is told so; else as of the day after."""
        told = [each.at for each in self.of(due, zone) if each.action == "overdue"]
        return min(told) if told else moment(_A_DAY.after(due.astimezone(zone).date()), zone)


@lru_cache(maxsize=1024)
def _notices(notices: Notices, due: datetime, zone: tzinfo) -> tuple[Notice, ...]:
    """Worked out once for all that are due at the same moment: in a run thousands are."""
    local = due.astimezone(zone)
    day = local.date()
    wall = time() if moment(day, zone) == due else local.time()
    found = [Notice("upcoming", moment(each.before(day), zone, wall), each) for each in notices.remind_before]
    found.append(Notice("due", due))
    for period, role in notices.overdue_after:
        found.append(Notice("overdue", moment(period.after(day), zone, wall), period, role))
    return tuple(sorted(found, key=lambda each: each.at))


def _next(anchor: date, last: Period, cadence: Cadence, after: date) -> tuple[Period, Period]:
    """The first due day after a day, counted on from the last one; and the one before it."""
    step = cadence.step(anchor)
    before, offset = last, last + step
    while offset.after(anchor) <= after < date.max:
        before, offset = offset, offset + step
    return offset, before


def _a_month_on(cycle: Cycle) -> Period:
    """A month after the last due day, as an offset from the anchor."""
    days = (_MONTH.after(cycle.last_day) - cycle.last_day).days
    return cycle.before + Period(0, days)


def _cycle(anchor: date, offset: Period, before: Period, owes: int, cadence: Cadence) -> Cycle:
    made = Cycle(anchor, offset, before, owes, full=False)
    if cadence.full_every is None:
        return made
    return made._replace(full=made.next_day(cadence) > (cadence.full_every * owes).after(anchor))


def _owed_on(anchor: date, cadence: Cadence, day: date) -> int:
    """The number of the first anniversary on or after a day."""
    number, full = 1, cadence.full_every
    while full is not None and (full * number).after(anchor) < day:
        number += 1
    return number
