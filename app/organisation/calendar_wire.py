"""Versions of calendars as they are shown: over the wire and on the command line."""

from collections.abc import Iterator
from datetime import date

from app.kernel.coverage.span import Span
from app.organisation.calendar_days import Calendar, working_days
from app.organisation.calendar_schemas import CalendarDetail, CalendarSummary, CalendarYear


def as_summary(calendar: Calendar) -> CalendarSummary:
    """A version without its days."""
    reach = calendar.days.reach
    return CalendarSummary.model_validate(
        {
            "name": calendar.name,
            "version": calendar.number,
            "source": calendar.source,
            "digest": calendar.digest,
            "recorded_at": calendar.recorded_at,
            "from": reach.start,
            "until": reach.until,
        }
    )


def as_detail(calendar: Calendar) -> CalendarDetail:
    """A version with its days."""
    summary = as_summary(calendar).model_dump(by_alias=True)
    return CalendarDetail.model_validate({**summary, "years": list(years_of(calendar))})


def years_of(calendar: Calendar) -> Iterator[CalendarYear]:
    """The years that a version reaches."""
    reach = calendar.days.reach
    for year in range(reach.start.year, reach.until.year + 1):
        span = Span(date(year, 1, 1), date(year + 1, 1, 1)).within(reach)
        if span is not None:
            rest, work = (sorted(filter(span.holds, days)) for days in (calendar.days.rest, calendar.days.work))
            yield CalendarYear(year=year, working_days=working_days(calendar).count(span), rest=rest, work=work)
