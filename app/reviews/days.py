"""On which day a review is due: a working day of the unit that leads the client (domain.md A10).

Where the calendar does not reach, or there is none, Monday to Friday are working days. A due day stays as it was
planned: a calendar or a closure that is entered later counts from the next planning on.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.kernel.coverage.span import Span
from app.kernel.review_cycle import on_a_working_day
from app.organisation.calendar_days import CalendarDays, is_weekend
from app.organisation.calendar_reading import latest
from app.organisation.closure_reading import closures_in
from app.trail.change import Reading

_FAR: Final = timedelta(days=100)
"""Beyond a due day: as far as a working day is looked for."""


@dataclass(frozen=True, slots=True)
class Days:
    """The working days of units."""

    calendar: CalendarDays | None
    closed: dict[str, list[Span]]

    def due(self, planned: date, unit: str | None) -> date:
        """The first working day of a unit from a day on."""
        shut = self.closed.get(unit, ()) if unit else ()
        return on_a_working_day(planned, lambda day: self._works(day) and not any(span.holds(day) for span in shut))

    def _works(self, day: date) -> bool:
        if self.calendar is not None and self.calendar.reach.holds(day):
            return self.calendar.works(day)
        return not is_weekend(day)


async def days_of(reads: Reading, calendar: str, units: Collection[str], planned: Collection[date]) -> Days:
    """The working days of these units, as far as they are asked for from the days that are planned."""
    if not planned:
        return Days(None, {})
    version = await latest(reads.session, calendar)
    last = max(planned)
    span = Span(min(planned), last + min(_FAR, date.max - last))
    closed: defaultdict[str, list[Span]] = defaultdict(list)
    for each in await closures_in(reads.session, span, reads.now, units):
        closed[each.unit_id].append(Span(each.from_day, each.until_day))
    return Days(version.days if version else None, closed)
