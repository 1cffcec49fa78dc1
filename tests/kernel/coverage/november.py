"""November 2026, by hand: it begins on a Sunday, has no holiday, and 21 working days."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from app.kernel.coverage.crediting import Attendee, Visit
from app.kernel.coverage.owing import Owes
from app.kernel.coverage.span import Span
from app.kernel.coverage.working_days import WorkingDays

NOVEMBER = Span(date(2026, 11, 1), date(2026, 12, 1))
YEAR = Span(date(2026, 1, 1), date(2027, 1, 1))
FRIDAY = 5
WEEKDAYS = WorkingDays(
    YEAR, (day for at in range(365) if (day := YEAR.start + timedelta(days=at)).isoweekday() <= FRIDAY)
)
BOTH = frozenset({"visit", "contact"})


def november(day: int) -> date:
    """A day of November; 31 is the first of December."""
    return NOVEMBER.start + timedelta(days=day - 1)


def days(first: int, until: int) -> Span:
    """The days of November from `first` to before `until`."""
    return Span(november(first), november(until))


def owes(at_least: int, span: Span = NOVEMBER, **more: Any) -> Owes:
    return Owes(span, at_least, BOTH, **more)


def visit(day: int, role: str | None = "relationship_manager", *, hour: int = 9, **more: Any) -> Visit:
    """A visit by one officer, 1001 where nothing is said."""
    at = datetime.combine(november(day), datetime.min.time(), UTC) + timedelta(hours=hour)
    attendee = Attendee(more.get("officer", "1001"), role, more.get("leads", False))
    return Visit(more.get("name", f"{day}-{hour}-{role}"), november(day), at, more.get("kind", "visit"), (attendee,))
