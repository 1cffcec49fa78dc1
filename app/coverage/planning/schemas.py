"""What planning looks like over the wire."""

from typing import Annotated, Literal

from pydantic import Field

from app.clients.schemas import ClientId
from app.coverage.reports.schemas import CalendarUsed, Ratio
from app.http.types import Day, Moment, Wire
from app.organisation.schemas import OfficerId, UnitId
from app.rulebooks.document.values import Name

Depth = Literal["month", "week", "day"]


class CodedText(Wire):
    """A code for programs, and what staff read."""

    code: str
    en: str
    zh: str


class DaysLeft(Wire):
    """The period, and the days of it that are left: from a day to before `until`."""

    name: str
    kind: Literal["month", "quarter", "half_year", "year"]
    from_day: Annotated[Day, Field(alias="from", description="Today, or the first day of a period to come.")]
    until: Day


class LoadDetail(Wire):
    """What is to be made against what can be, in visits."""

    to_make: int
    working_days: Annotated[int, Field(description="That are left, without leave and closures.")]
    capacity: Annotated[int, Field(description="Working days times the visits of a day.")]
    load: Annotated[Ratio | None, Field(description="To be made of what can be; null where nothing can.")]
    overload: Annotated[int, Field(description="What does not fit. Of many officers, added up.")]
    verdict: Annotated[CodedText, Field(description="`nothing_to_make`, `fits`, `full` or `overloaded`.")]


class OfficerLoad(LoadDetail):
    """The load of one officer."""

    officer_id: OfficerId


class CapacityReport(Wire):
    """Whether what is still to be made in a period fits into the days that are left of it."""

    period: DaysLeft
    as_of: Moment
    calendar: CalendarUsed
    per_day: int
    total: Annotated[LoadDetail, Field(description="Of all officers, on whatever page.")]
    vacant: Annotated[int, Field(description="Visits that are owed on days on which nobody holds the role.")]
    items: list[OfficerLoad]
    next_cursor: str | None


class GoerDetail(Wire):
    """Who goes, in the role held at the client."""

    officer_id: OfficerId
    role: Name


class SuggestedVisit(Wire):
    """A visit that is suggested."""

    day: Day
    client_id: ClientId
    participants: list[GoerDetail]


class UnplacedVisits(Wire):
    """Visits for which there is no day, and why."""

    client_id: ClientId
    role: Name
    officer_id: Annotated[OfficerId | None, Field(description="Who is to make them; null where nobody holds the role.")]
    visits: int
    reason: Annotated[CodedText, Field(description="`no_days`, `no_room`, `client_visited` or `vacant`.")]


class VisitPlanReport(Wire):
    """A suggested spread of the visits that are still to be made, in the order of days."""

    period: DaysLeft
    as_of: Moment
    calendar: CalendarUsed
    per_day: int
    clients: Annotated[int, Field(description="To whom something is still owed.")]
    planned: Annotated[int, Field(description="Visits to them that are planned already, and not suggested again.")]
    items: list[SuggestedVisit]
    unplaced: list[UnplacedVisits]


class TargetDetail(Wire):
    """So many visits in some days; the parts add up to them."""

    kind: Literal["year", "half_year", "quarter", "month", "week", "day"]
    name: Annotated[str, Field(description="As `2026`, `2026-H2`, `2026-Q4`, `2026-11`, `2026-W45`, `2026-11-02`.")]
    from_day: Annotated[Day, Field(alias="from")]
    until: Day
    visits: int
    parts: Annotated[
        list["TargetDetail"],
        Field(description="Down to what was asked for. Weeks are cut at the ends of months; days are working days."),
    ]


class TargetReport(Wire):
    """The visits that a year owes, broken down to a person's day."""

    as_of: Moment
    calendar: CalendarUsed
    officer_id: OfficerId | None
    unit_id: UnitId | None
    target: TargetDetail
