"""A number of visits broken down from the year to a person's day, so that parts add up to the whole (domain.md G3).

A year has half-years, these quarters, these months, these weeks, these days. Weeks are those of ISO 8601, cut at the
ends of months: of 2026-W49 November has the 30th and December the rest, and each piece adds up within its month.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Final, NamedTuple

from app.kernel.coverage.owing import Rounding, rounded
from app.kernel.coverage.period import CoveragePeriod, periods_in
from app.kernel.coverage.span import Span
from app.kernel.coverage.working_days import WorkingDays

_BELOW: Final = {"year": "half_year", "half_year": "quarter", "quarter": "month"}
_ONE: Final = timedelta(days=1)

Share = Callable[[Span], int]
"""How many visits fall to the days of a span; spans that follow each other add up."""


class Target(NamedTuple):
    """So many visits in the days of a `year`, `half_year`, `quarter`, `month`, `week` or `day`; `parts` add up to them.

    `name` is 2026, 2026-H2, 2026-Q4, 2026-11, 2026-W45 or 2026-11-02. Days are listed where they are working days.
    """

    kind: str
    name: str
    span: Span
    visits: int
    parts: tuple["Target", ...]


def added_up(
    period: CoveragePeriod, owing: Iterable[tuple[CoveragePeriod, int]], working: WorkingDays, how: Rounding = "up"
) -> Target:
    """Put together what periods of any kinds in a greater one owe: each is broken down by itself, and days add up.

    Evenly over a person's own working days: each part gets what is due by its end less what was due by its start,
    rounded as the rulebook rounds. Where a period has no working day all are due on its last day. Raises
    BeyondCalendarError.
    """
    parts = [(each.span, visits) for each, visits in owing if visits]

    def share(span: Span) -> int:
        inside = ((whole, visits, span.within(whole)) for whole, visits in parts)
        return sum(_share(whole, visits, days, working, how) for whole, visits, days in inside if days)

    return _of_period(period, share, working)


def _share(whole: Span, visits: int, span: Span, working: WorkingDays, how: Rounding) -> int:
    return _due(whole, visits, span.until, working, how) - _due(whole, visits, span.start, working, how)


def _due(whole: Span, visits: int, before: date, working: WorkingDays, how: Rounding) -> int:
    """How many of the visits are due before a day."""
    of = working.count(whole)
    if not of:
        return visits if before == whole.until else 0
    return rounded(Fraction(visits * working.count(Span(whole.start, before)), of), how)


def _of_period(period: CoveragePeriod, share: Share, working: WorkingDays) -> Target:
    below = _BELOW.get(period.kind)
    if below is None:
        parts = [_of_week(week, share, working) for week in _weeks(period.span)]
    else:
        parts = [_of_period(part, share, working) for part in periods_in(below, period.span)]
    return Target(period.kind, period.name, period.span, share(period.span), tuple(parts))


def _of_week(week: Span, share: Share, working: WorkingDays) -> Target:
    year, number, _ = week.start.isocalendar()
    days = (_of_day(day, share) for day in _days(week))
    listed = tuple(each for each in days if each.visits or working.on(each.span.start))
    return Target("week", f"{year:04}-W{number:02}", week, share(week), listed)


def _of_day(day: date, share: Share) -> Target:
    span = Span(day, day + _ONE)
    return Target("day", day.isoformat(), span, share(span), ())


def _weeks(month: Span) -> Iterator[Span]:
    """The ISO weeks of a month, the first and last cut to it."""
    start = month.start
    while start < month.until:
        monday = start + timedelta(days=8 - start.isoweekday())
        yield Span(start, min(monday, month.until))
        start = monday


def _days(span: Span) -> Iterator[date]:
    return (span.start + timedelta(days=at) for at in range((span.until - span.start).days))
