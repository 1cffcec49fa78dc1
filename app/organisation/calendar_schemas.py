"""What calendars look like over the wire."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from app.http.types import Day, Wire
from app.organisation.leave_schemas import Until, Why
from app.organisation.schemas import FirstDay

CalendarName = Annotated[
    str, StringConstraints(pattern=r"^[A-Z]{2}$"), Field(description="The country, by its ISO 3166 code.")
]
_Days = Annotated[list[Day], Field(max_length=400)]


class CalendarSummary(Wire):
    """A calendar as it is known now, and how far it reaches."""

    name: CalendarName
    version: int
    source: str = Field(description="`holidays` and its release, the library that tells it, or `bank`, which amended.")
    digest: str = Field(description="Of its days: two versions that say the same have the same.")
    recorded_at: datetime = Field(description="Since when it is known.")
    from_day: FirstDay
    until_day: Until


class CalendarPage(Wire):
    """Calendars by name."""

    items: list[CalendarSummary]
    next_cursor: str | None


class CalendarYear(Wire):
    """A year of a calendar: Monday to Friday but for `rest`, and the days of weekends in `work` (调休上班)."""

    year: int
    working_days: int
    rest: list[Day]
    work: list[Day]


class CalendarDetail(CalendarSummary):
    """A version of a calendar, year by year."""

    years: list[CalendarYear]


class CalendarAmendment(Wire):
    """Days that are otherwise than the calendar has them; those of neither list stay as they are."""

    rest: _Days = Field([], description="Days on which nobody works, weekdays or make-up days.")
    work: _Days = Field([], description="Days on which work is done, days of weekends or of rest.")
    reason: Why
