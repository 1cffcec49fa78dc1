"""The forecast over HTTP (domain.md A10, G1, G3)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import Field

from app.access.guard import requires
from app.access.scopes import Scope
from app.coverage.parameters import AtDesk
from app.coverage.planning.query import PerDay
from app.coverage.planning.routes import UNPLANNED, BankFigure
from app.coverage.planning.wire import as_load
from app.coverage.reports.asked import CoverageQuery
from app.coverage.reports.reporting import calendar_of
from app.coverage.reports.routes import After
from app.http.paging import Limit, next_cursor
from app.http.routing import Router
from app.http.transaction import Reads
from app.http.types import InDigits
from app.kernel.coverage.capacity import loads
from app.organisation.schemas import OfficerId, UnitId
from app.overview.forecast import Forecast, OfficerAhead, forecast
from app.overview.forecast_schemas import ForecastMonth, ForecastReport, OfficerForecast, OfficerMonth
from app.trail.change import Reading

router = Router(tags=["reviews"])
Months = Annotated[int, Field(ge=1, le=24), InDigits]


@dataclass(frozen=True, slots=True)
class ForecastQuery:
    """How many months, of which clients, at how many visits a day."""

    months: Annotated[Months, Query(description="This one is the first.")] = 12
    unit: Annotated[UnitId | None, Query(description="Of clients that this unit or one below leads.")] = None
    officer: Annotated[OfficerId | None, Query(description="Of this officer alone.")] = None
    per_day: Annotated[
        PerDay | None,
        Query(description="Visits that an officer can make a day; what the bank has set where nothing is said."),
    ] = None


@router.get(
    "/v1/forecast",
    operation_id="readForecast",
    summary="What the months to come bring",
    dependencies=[requires(Scope.REVIEWS_READ)],
    responses=UNPLANNED,
)
async def read_forecast(
    reads: Reads,
    desk: AtDesk,
    usual: BankFigure,
    query: Annotated[ForecastQuery, Depends()],
    limit: Limit = 50,
    cursor: After = None,
) -> ForecastReport:
    """Reviews and visits, month by month and officer by officer, of at most 2,000 clients.

    As if every client kept its tier, every review were done when it is due, and those who hold the roles went on
    holding them. A review is its client's owner's. Visits fall to officers as `GET /v1/coverage/capacity` has it; what
    a quarter, half-year or year owes is spread over the officer's working days in it. What is due already, and what is
    not done yet of this month, is this month's. The same question has the same answer until something changes.
    """
    per_day = query.per_day or usual
    told = CoverageQuery(unit=query.unit, officer=query.officer)
    asked = await told.asked(reads, names_clients=False)
    found = await forecast(reads, desk, asked, query.months, per_day)
    behind = [each for each in found.officers if cursor is None or each.officer > cursor]
    return ForecastReport(
        as_of=reads.now,
        calendar=await calendar_of(reads, desk, asked),
        per_day=per_day,
        clients=found.clients,
        months=list(_months(reads, found)),
        items=[_of_officer(found, each) for each in behind[:limit]],
        next_cursor=next_cursor(behind, limit, lambda each: each.officer),
    )


def _months(reads: Reading, found: Forecast) -> Iterator[ForecastMonth]:
    for at, month in enumerate(found.months):
        visits = as_load(loads(each.loads[at] for each in found.officers))
        told: dict[str, Any] = {"from": max(reads.today, month.span.start), "until": month.span.until}
        yield ForecastMonth(
            month=month.name,
            reviews=found.reviewed[at].reviews,
            full=found.reviewed[at].full,
            visits=visits,
            vacant=found.vacant[at],
            **told,
        )


def _of_officer(found: Forecast, officer: OfficerAhead) -> OfficerForecast:
    months = [
        OfficerMonth(month=month.name, reviews=reviewed.reviews, full=reviewed.full, **dict(as_load(load)))
        for month, reviewed, load in zip(found.months, officer.reviewed, officer.loads, strict=True)
    ]
    return OfficerForecast(officer_id=officer.officer, months=months)
