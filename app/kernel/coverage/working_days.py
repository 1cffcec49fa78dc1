"""Working days as a calendar has them (domain.md D2): counted, never guessed beyond what the calendar reaches."""

from bisect import bisect_left
from collections.abc import Collection, Iterable
from datetime import date, timedelta

from app.kernel.coverage.span import Span


class BeyondCalendarError(ValueError):
    """A day that the calendar does not reach."""

    def __init__(self, day: date, reach: Span) -> None:
        super().__init__(f"the calendar reaches from {reach.start} to before {reach.until}, and not to {day}")
        self.day = day


class WorkingDays:
    """The working days of a calendar within its `reach`. Counting them takes the logarithm of their number."""

    def __init__(self, reach: Span, days: Iterable[date]) -> None:
        self.reach = reach
        self._days = sorted(day for day in set(days) if reach.holds(day))

    def on(self, day: date) -> bool:
        """Whether work is done on a day; raises BeyondCalendarError."""
        return self.count(Span(day, date.fromordinal(day.toordinal() + 1))) == 1

    def count(self, span: Span) -> int:
        """How many working days a span has; raises BeyondCalendarError."""
        self._check(span)
        return bisect_left(self._days, span.until) - bisect_left(self._days, span.start)

    def of(self, span: Span) -> list[date]:
        """The working days of a span, in order; raises BeyondCalendarError."""
        self._check(span)
        return self._days[bisect_left(self._days, span.start) : bisect_left(self._days, span.until)]

    def closed(self, days: Collection[date]) -> "WorkingDays":
        """The same calendar with days on which a unit is closed."""
        return WorkingDays(self.reach, (day for day in self._days if day not in days)) if days else self

    def _check(self, span: Span) -> None:
        if span.start < self.reach.start:
            raise BeyondCalendarError(span.start, self.reach)
        if span.until > self.reach.until:
            raise BeyondCalendarError(span.until - timedelta(days=1), self.reach)
