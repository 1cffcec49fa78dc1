"""Planned visits over HTTP: plan, list, move, cancel. They become done by a visit, or lapse."""

from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Depends, Path

from app.access.guard import requires
from app.access.scopes import Scope
from app.coverage.visits import planned_acting, planned_queries
from app.coverage.visits.planned_queries import PlanFilter
from app.coverage.visits.planned_schemas import (
    PlannedCancel,
    PlannedDetail,
    PlannedMember,
    PlannedMove,
    PlannedOrder,
    PlannedPage,
)
from app.coverage.visits.planned_told import Planned, PlanTold
from app.coverage.visits.told import Part
from app.http.openapi import problem
from app.http.paging import Limit, MomentCursor, moment_cursor, next_cursor, read_moment
from app.http.routing import Router
from app.http.transaction import Changing, Reads
from app.organisation.telling import shown_to
from app.rulebooks.parameters import Known

router = Router(prefix="/v1/visits/planned", tags=["coverage"])

PlannedId = Annotated[UUID, Path(description="The id that the visit was given when it was planned.")]
NO_PLAN: Final = problem(404, "There is no such planned visit, or none to a client that this key may see.")
ENDED: Final = problem(409, "It was done, cancelled or moved.")
_ELSEWHERE: Final = frozenset({"planned_id", "participants", "state"})


@router.post(
    "",
    operation_id="planVisit",
    summary="Plan a visit",
    status_code=201,
    dependencies=[requires(Scope.COVERAGE_WRITE)],
)
async def plan_visit(order: PlannedOrder, change: Changing, known: Known) -> PlannedDetail:
    """A visit or contact that is to be made.

    A visit that is recorded makes it done: one that names it, or one to the client on that day with one of its
    officers. Once its day is over without, it has lapsed.
    """
    told = PlanTold(
        client_id=order.client_id,
        at=order.at,
        kind=order.kind,
        participants=[Part(each.officer_id, each.role) for each in order.participants],
        purpose=order.purpose,
        place=order.place,
    )
    return await shown_to(change, _detail(await planned_acting.plan(change, known, told), change.today))


@router.get(
    "",
    operation_id="listPlannedVisits",
    summary="Planned visits",
    dependencies=[requires(Scope.COVERAGE_READ)],
    responses=problem(404, "There is no such client, officer or unit, or none that this key may see."),
)
async def list_planned(
    reads: Reads, asked: Annotated[PlanFilter, Depends()], limit: Limit = 50, cursor: MomentCursor = None
) -> PlannedPage:
    """Planned visits to the clients that the key sees, the earliest first."""
    found = await planned_queries.listed(reads, asked, read_moment(cursor), limit + 1)
    following = next_cursor(found, limit, lambda each: moment_cursor(each.at, each.id))
    page = PlannedPage(items=[_detail(each, reads.today) for each in found[:limit]], next_cursor=following)
    return await shown_to(reads, page)


@router.post(
    "/{planned_id}/cancel",
    operation_id="cancelPlannedVisit",
    summary="Cancel a planned visit",
    dependencies=[requires(Scope.COVERAGE_WRITE)],
    responses=NO_PLAN | ENDED,
)
async def cancel_planned(planned_id: PlannedId, order: PlannedCancel, change: Changing) -> PlannedDetail:
    """It is not to be made. One that has lapsed can be cancelled still, to say why."""
    return await shown_to(change, _detail(await planned_acting.cancel(change, planned_id, order.reason), change.today))


@router.post(
    "/{planned_id}/move",
    operation_id="movePlannedVisit",
    summary="Move a planned visit",
    status_code=201,
    dependencies=[requires(Scope.COVERAGE_WRITE)],
    responses=NO_PLAN | ENDED,
)
async def move_planned(planned_id: PlannedId, order: PlannedMove, change: Changing, known: Known) -> PlannedDetail:
    """Another plan takes its place and is answered: the same visit at another moment. One that lapsed may be moved."""
    moved = await planned_acting.move(change, known, planned_id, order.at, order.reason)
    return await shown_to(change, _detail(moved, change.today))


def _detail(plan: Planned, today: date) -> PlannedDetail:
    own = {name: getattr(plan, name) for name in PlannedDetail.model_fields if name not in _ELSEWHERE}
    people = [{name: getattr(each, name) for name in PlannedMember.model_fields} for each in plan.participants]
    said: dict[str, Any] = {"planned_id": plan.id, "participants": people, "state": plan.state(today)}
    return PlannedDetail.model_validate({**own, **said})
