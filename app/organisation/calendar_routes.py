"""Calendars over HTTP: which days are worked, as the library has it and the bank amended it."""

from typing import Annotated, Final

from fastapi import Path, Query, Response

from app.access.guard import requires
from app.access.scopes import Scope
from app.http.openapi import problem
from app.http.paging import CURSOR, Limit, next_cursor
from app.http.routing import Router
from app.http.transaction import Changing, Reads
from app.http.types import InDigits
from app.organisation.calendar_schemas import CalendarAmendment, CalendarDetail, CalendarName, CalendarPage
from app.organisation.calendar_wire import as_detail, as_summary
from app.organisation.calendars import amend_calendar, listed_calendars, read_calendar

router = Router(prefix="/v1/calendars", tags=["organisation"])

Named = Annotated[CalendarName, Path()]
NOT_FOUND: Final = problem(404, "There is no such calendar, or no such version.")
_MOST: Final = 2**31 - 1


@router.get("", operation_id="listCalendars", summary="Calendars", dependencies=[requires(Scope.ORGANISATION_READ)])
async def list_all(
    reads: Reads, limit: Limit = 50, cursor: Annotated[CalendarName | None, CURSOR] = None
) -> CalendarPage:
    """Which calendars are kept, by name; the setting `TIERBOOK_CALENDAR` names the one that counts."""
    found = await listed_calendars(reads, cursor, limit + 1)
    items = list(map(as_summary, found[:limit]))
    return CalendarPage(items=items, next_cursor=next_cursor(found, limit, lambda row: row.name))


@router.get(
    "/{calendar}",
    operation_id="readCalendar",
    summary="A calendar",
    dependencies=[requires(Scope.ORGANISATION_READ)],
    responses=NOT_FOUND,
)
async def read(
    calendar: Named,
    reads: Reads,
    version: Annotated[
        int | None, Query(ge=1, le=_MOST, description="The last where nothing is said."), InDigits
    ] = None,
) -> CalendarDetail:
    """Its days of rest and make-up days by year. What is not known yet of years to come is as the weekdays are."""
    return as_detail(await read_calendar(reads, calendar, version))


@router.post(
    "/{calendar}/versions",
    operation_id="amendCalendar",
    summary="Amend a calendar",
    status_code=201,
    dependencies=[requires(Scope.ORGANISATION_WRITE)],
    responses=NOT_FOUND
    | problem(403, "The key lacks the scope, or belongs to a unit: calendars are the whole bank's.")
    | {200: {"model": CalendarDetail, "description": "The calendar has these days so already."}},
)
async def amend(calendar: Named, amendment: CalendarAmendment, change: Changing, response: Response) -> CalendarDetail:
    """Have days be of rest or worked, as a new version; what was counted by those before stays as it was known.

    Amended days stay so when the library tells a new version; amend them again to have them otherwise.
    """
    version, is_new = await amend_calendar(change, calendar, amendment.rest, amendment.work, amendment.reason)
    response.status_code = 201 if is_new else 200
    return as_detail(version)
