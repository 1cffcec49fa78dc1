"""Improvement plans over HTTP (domain.md A11)."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Path, Query, Request, Response

from app.access.guard import requires
from app.access.scopes import Scope
from app.http.etag import PRECONDITIONS, TAGGED, etag, expect
from app.http.openapi import problem
from app.http.paging import AfterId, Limit, next_cursor
from app.http.routing import Router
from app.http.transaction import Acting, Reads
from app.http.types import Day
from app.rulebooks.parameters import Known
from app.standing import plans, queries
from app.standing.parameters import NO_CLIENT, OfClient
from app.standing.plan_schemas import PlanDetail, PlanDocument, PlanPage, State
from app.standing.refusals import PlanNotFound
from app.standing.schemas import ReasonGiven
from app.standing.tables import ImprovementPlan
from app.standing.wire import as_plan

router = Router(tags=["standing"])

PlanId = Annotated[UUID, Path(description="The plan.")]
NO_PLAN: Final = problem(404, "No such plan, or none of a client that this key may see.")


@router.get(
    "/v1/plans",
    operation_id="listPlans",
    summary="Improvement plans",
    dependencies=[requires(Scope.CLIENTS_READ)],
    responses=NO_CLIENT,
)
async def list_plans(
    reads: Reads,
    client_id: OfClient = None,
    state: Annotated[State | None, Query(description="In this state alone.")] = None,
    deadline_before: Annotated[Day | None, Query(description="With a deadline before this day.")] = None,
    limit: Limit = 50,
    cursor: AfterId = None,
) -> PlanPage:
    """Of the clients that the key sees, by id."""
    rows = await plans.listed(reads, plans.Filter(client_id, state, deadline_before), cursor, limit + 1)
    return PlanPage(
        items=[as_plan(row) for row in rows[:limit]], next_cursor=next_cursor(rows, limit, lambda row: row.id)
    )


@router.get(
    "/v1/plans/{plan_id}",
    operation_id="readPlan",
    summary="One plan",
    dependencies=[requires(Scope.CLIENTS_READ)],
    responses=NO_PLAN | TAGGED,
)
async def read_plan(plan_id: PlanId, reads: Reads, response: Response) -> PlanDetail:
    """State, owner, measures and deadline."""
    return _tagged(await queries.of_visible_client(reads, ImprovementPlan, plan_id, PlanNotFound), response)


@router.post(
    "/v1/plans/{plan_id}/open",
    operation_id="openPlan",
    summary="Open a plan that is due",
    dependencies=[requires(Scope.STANDING_WRITE)],
    responses=NO_PLAN | problem(409, "It is not due."),
)
async def open_plan(plan_id: PlanId, document: PlanDocument, change: Acting, known: Known) -> PlanDetail:
    """Name who owns it and what is done; from today it runs as long as the rulebook says."""
    measures = [each.model_dump(mode="json") for each in document.measures]
    return as_plan(await plans.open_plan(change, known, plan_id, document.owner, measures))


@router.put(
    "/v1/plans/{plan_id}",
    operation_id="revisePlan",
    summary="Change an open plan's owner and measures",
    dependencies=[requires(Scope.STANDING_WRITE)],
    responses=NO_PLAN | TAGGED | problem(409, "It is not open."),
    openapi_extra=PRECONDITIONS,
)
async def revise_plan(
    plan_id: PlanId, document: PlanDocument, change: Acting, request: Request, response: Response
) -> PlanDetail:
    """The deadline stays: extending is a step of its own. The same document again changes nothing."""
    expect(request.headers, await plans.revision_of(change, plan_id))
    measures = [each.model_dump(mode="json") for each in document.measures]
    return _tagged(await plans.revise(change, plan_id, document.owner, measures), response)


@router.post(
    "/v1/plans/{plan_id}/extend",
    operation_id="extendPlan",
    summary="Extend a plan",
    dependencies=[requires(Scope.STANDING_APPROVE)],
    responses=NO_PLAN | problem(409, "It has ended, or is out of extensions."),
)
async def extend_plan(plan_id: PlanId, why: ReasonGiven, change: Acting, known: Known) -> PlanDetail:
    """Its deadline moves by as long as a plan runs, as often as the rulebook lets."""
    return as_plan(await plans.extend(change, known, plan_id, why.reason))


def _tagged(plan: ImprovementPlan, response: Response) -> PlanDetail:
    response.headers["ETag"] = etag(plan.revision)
    return as_plan(plan)
