"""Planning over HTTP: whether it fits, how it could be spread, what it is a day (domain.md D2, G1, G3)."""

from typing import Annotated, Final

from fastapi import Depends, Query, Request
from pydantic import Field

from app.access.guard import requires
from app.access.scopes import Scope
from app.coverage.parameters import AtDesk
from app.coverage.planning.capacity import capacity
from app.coverage.planning.query import CapacityQuery, PlanQuery
from app.coverage.planning.schemas import CapacityReport, Depth, TargetReport, VisitPlanReport
from app.coverage.planning.spread import suggestion
from app.coverage.planning.targets import target
from app.coverage.planning.wire import as_days_left, as_load, as_loads, as_target, as_unplaced, as_visit
from app.coverage.reports.asked import CoverageQuery
from app.coverage.reports.reporting import calendar_of
from app.coverage.reports.routes import NOT_FOUND, After
from app.http.openapi import problem
from app.http.paging import Limit, next_cursor
from app.http.routing import Router
from app.http.transaction import Reads
from app.http.types import InDigits
from app.kernel.coverage.capacity import loads
from app.organisation.schemas import OfficerId, UnitId

router = Router(prefix="/v1/coverage", tags=["coverage"])

UNPLANNED: Final = NOT_FOUND | problem(422, "The period is over, the calendar does not reach it, or too many clients.")
Year = Annotated[Annotated[int, Field(ge=2000, le=2199), InDigits] | None, Query(description="This one, if none.")]


async def bank_figure(request: Request) -> int:
    """How many visits a day the bank reckons with."""
    figure: int = request.app.state.settings.visits_per_day
    return figure


BankFigure = Annotated[int, Depends(bank_figure)]


@router.get(
    "/capacity",
    operation_id="readCapacity",
    summary="Whether what is to be made fits into the days that are left",
    dependencies=[requires(Scope.COVERAGE_READ)],
    responses=UNPLANNED,
)
async def read_capacity(
    reads: Reads,
    desk: AtDesk,
    usual: BankFigure,
    query: Annotated[CapacityQuery, Depends()],
    limit: Limit = 50,
    cursor: After = None,
) -> CapacityReport:
    """Officer by officer, of what the period's own obligations ask for: of a month those per month. As of now.

    Of a period that has begun what remains counts, and today with the days after it; of one to come all of it. What a
    role owes falls to those who hold it on the days that are left: a handover parts it by working days, two who hold it
    at once halve it, and the first by number makes the odd one. Days of leave are the delegate's, where there is one.
    So the sum over officers, with `vacant`, is what is owed. Nobody works on days on which his unit is closed. One
    visit serves the obligations of several rulebooks. A joint visit is one visit to each who makes it. Visits to
    clients that the key does not see, or that the question leaves out, do not count.
    """
    asked, per_day = await query.asked(reads), query.per_day or usual
    found = await capacity(reads, desk, asked, per_day)
    behind = as_loads(found, cursor)
    return CapacityReport(
        period=as_days_left(asked),
        as_of=reads.now,
        calendar=await calendar_of(reads, desk, asked.question),
        per_day=per_day,
        total=as_load(loads(found.loads.values())),
        vacant=found.vacant,
        items=behind[:limit],
        next_cursor=next_cursor(behind, limit, lambda each: each.officer_id),
    )


@router.get(
    "/plan",
    operation_id="suggestPlan",
    summary="A suggested spread of the visits that are still to be made",
    dependencies=[requires(Scope.COVERAGE_READ)],
    responses=UNPLANNED,
)
async def suggest_plan(
    reads: Reads, desk: AtDesk, usual: BankFigure, query: Annotated[PlanQuery, Depends()]
) -> VisitPlanReport:
    """Over the working days that are left, today among them, of at most 2,000 clients. It writes nothing.

    Who owes the same client goes together where a day allows it; a client's visits keep their distance; no officer's
    day has more than `per_day` visits, planned ones and those made today counted. On days of leave the delegate is to
    go, whose visits are credited to the role. Of an officer: the visits in which the officer takes part, as if the
    others who go along had no other clients. `POST /v1/visits/planned` takes a suggestion over, one by one; what is
    planned is then not suggested again. The same question has the same answer until something changes.
    """
    asked, per_day = await query.asked(reads), query.per_day or usual
    found = await suggestion(reads, desk, asked, per_day)
    return VisitPlanReport(
        period=as_days_left(asked),
        as_of=reads.now,
        calendar=await calendar_of(reads, desk, asked.question),
        per_day=per_day,
        clients=found.clients,
        planned=found.planned,
        items=[as_visit(each) for each in found.plan.proposed],
        unplaced=as_unplaced(found),
    )


@router.get(
    "/targets",
    operation_id="readTargets",
    summary="The visits that a year owes, down to a person's day",
    dependencies=[requires(Scope.COVERAGE_READ)],
    responses=UNPLANNED,
)
async def read_targets(
    reads: Reads,
    desk: AtDesk,
    year: Year = None,
    officer: Annotated[OfficerId | None, Query(description="What falls to this officer.")] = None,
    unit: Annotated[UnitId | None, Query(description="Of clients that this unit or one below leads.")] = None,
    depth: Annotated[Depth, Query(description="How far down it is told.")] = "month",
) -> TargetReport:
    """Year, half-years, quarters, months, weeks and days, of the obligations of all kinds of periods; parts add up.

    What months owe is built up; what quarters, half-years and the year owe is broken down over working days, an
    officer's own where one is asked for. Days to come owe what they do by the terms of today. All of it is as it is
    known now, done or not; of a role that several hold each has a part, as `GET /v1/coverage/capacity` has it.
    """
    told = CoverageQuery(period=str(year or reads.today.year), officer=officer, unit=unit)
    asked = await told.asked(reads, names_clients=False)
    return TargetReport(
        as_of=reads.now,
        calendar=await calendar_of(reads, desk, asked),
        officer_id=officer,
        unit_id=asked.unit,
        target=as_target(await target(reads, desk, asked), depth),
    )
