"""What months to come ask for: the visits of a period spread over its months, evenly by working days (domain.md G3)."""

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction

from app.kernel.coverage.owing import rounded
from app.kernel.coverage.period import CoveragePeriod, period_of
from app.kernel.coverage.span import Span
from app.kernel.coverage.working_days import WorkingDays


def months_from(day: date, number: int) -> Iterator[CoveragePeriod]:
    """So many months of the calendar, the first being the one that has the day."""
    month = period_of("month", day)
    for _ in range(number):
        yield month
        month = period_of("month", month.span.until)


def by_month(visits: int, left: Span, months: Iterable[CoveragePeriod], working: WorkingDays) -> Iterator[int]:
    """How many of the visits of the days that are left fall to each month; over all months of `left` they add up.

    Where no working day is left all fall to the last day. Raises BeyondCalendarError.
    """
    for month in months:
        part = month.span.within(left)
        yield _before(visits, left, part.until, working) - _before(visits, left, part.start, working) if part else 0


def _before(visits: int, left: Span, day: date, working: WorkingDays) -> int:
    of = working.count(left)
    if not of:
        return visits if day == left.until else 0
    return rounded(Fraction(visits * working.count(Span(left.start, day)), of), "up")
