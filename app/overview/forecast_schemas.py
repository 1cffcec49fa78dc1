"""What a forecast looks like over the wire."""

from typing import Annotated

from pydantic import Field

from app.coverage.planning.schemas import LoadDetail
from app.coverage.reports.schemas import CalendarUsed
from app.http.types import Day, Moment, Wire
from app.organisation.schemas import OfficerId


class ForecastMonth(Wire):
    """What a month brings to all."""

    month: str
    from_day: Annotated[Day, Field(alias="from", description="Of this month today; else the first day.")]
    until: Day
    reviews: Annotated[int, Field(description="Due in it; this month has those that are due already as well.")]
    full: Annotated[int, Field(description="Of these the year's in full.")]
    visits: Annotated[LoadDetail, Field(description="Of all officers, on whatever page.")]
    vacant: Annotated[int, Field(description="Visits that are owed on days on which nobody holds the role.")]


class OfficerMonth(LoadDetail):
    """What a month brings to an officer: visits against what can be made, and reviews of the clients that they own."""

    month: str
    reviews: int
    full: int


class OfficerForecast(Wire):
    """What the months bring to an officer."""

    officer_id: OfficerId
    months: list[OfficerMonth]


class ForecastReport(Wire):
    """What the months to come bring, this month being the first."""

    as_of: Moment
    calendar: CalendarUsed
    per_day: int
    clients: Annotated[int, Field(description="Of how many.")]
    months: list[ForecastMonth]
    items: list[OfficerForecast]
    next_cursor: str | None
