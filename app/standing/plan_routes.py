"""Warnings, improvement plans and overrides over HTTP (domain.md A11)."""

from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import Path, Query, Request

from app.access.guard import requires
from app.access.scopes import Scope
from app.clients.reading import visible
from app.clients.schemas import ClientId
from app.http.openapi import problem
from app.http.routing import Router
from app.http.transaction import Changing, Reads
from app.http.types import Day, InDigits
from app.standing import overrides, plans, queries, warnings_raised
from app.standing.override_schemas import OverrideDecision, OverrideDetail, OverrideList, OverrideProposal
from app.standing.plan_schemas import PlanDetail, PlanDocument, PlanPage
from app.standing.refusals import OverrideNotFound, PlanNotFound
from app.standing.routes import NO_CLIENT, judges_of
from app.standing.schemas import ReasonGiven
from app.standing.tables import ImprovementPlan, TierOverride
from app.standing.warning_schemas import WarningDetail, WarningPage
from app.standing.wire import as_override, as_plan, as_warning

router = Router(tags=["standing"])

Client = Annotated[ClientId, Path(description="The CRM's own id of the client.")]
OfClient = Annotated[ClientId | None, Query(description="Of this client alone.")]
Limit = Annotated[int, Query(ge=1, le=200), InDigits]
After = Annotated[UUID | None, Query(description="`next_cursor` of the page before.")]
PlanId = Annotated[UUID, Path(description="The plan.")]
OverrideId = Annotated[UUID, Path(description="The override.")]
NO_PLAN: Final = problem(404, "No such plan, or none of a client that this key may see.")
NO_OVERRIDE: Final = problem(404, "No such override, or none of a client that this key may see.")


@router.get(
    "/v1/warnings",
    operation_id="listWarnings",
    summary="Warnings that stand, or stood",
    dependencies=[requires(Scope.CLIENTS_READ)],
)
async def list_warnings(
    reads: Reads,
    client_id: OfClient = None,
    state: Annotated[Literal["standing", "cleared"], Query(description="Whether they still stand.")] = "standing",
    limit: Limit = 50,
    cursor: After = None,
) -> WarningPage:
    """Of the clients that the key sees, by id."""
    rows = await warnings_raised.listed(reads, client_id, cursor, limit + 1, standing=state == "standing")
    last = str(rows[limit - 1].id) if len(rows) > limit else None
    return WarningPage(items=[as_warning(row) for row in rows[:limit]], next_cursor=last)


@router.post(
    "/v1/warnings/{warning_id}/acknowledge",
    operation_id="acknowledgeWarning",
    summary="Say that a warning is seen to",
    dependencies=[requires(Scope.STANDING_WRITE)],
    responses=problem(404, "No such warning, or none of a client that this key may see."),
)
async def acknowledge_warning(
    warning_id: Annotated[UUID, Path(description="The warning.")], change: Changing
) -> WarningDetail:
    """The first to say so is kept. It goes on standing until an assessment finds its reason gone."""
    return as_warning(await warnings_raised.acknowledge(change, warning_id))


@router.get(
    "/v1/plans", operation_id="listPlans", summary="Improvement plans", dependencies=[requires(Scope.CLIENTS_READ)]
)
async def list_plans(
    reads: Reads,
    client_id: OfClient = None,
    state: Annotated[
        Literal["due", "open", "met", "failed", "cancelled"] | None, Query(description="In this state alone.")
    ] = None,
    deadline_before: Annotated[Day | None, Query(description="With a deadline before this day.")] = None,
    limit: Limit = 50,
    cursor: After = None,
) -> PlanPage:
    """Of the clients that the key sees, by id."""
    rows = await plans.listed(reads, plans.Filter(client_id, state, deadline_before), cursor, limit + 1)
    last = str(rows[limit - 1].id) if len(rows) > limit else None
    return PlanPage(items=[as_plan(row) for row in rows[:limit]], next_cursor=last)


@router.get(
    "/v1/plans/{plan_id}",
    operation_id="readPlan",
    summary="One plan",
    dependencies=[requires(Scope.CLIENTS_READ)],
    responses=NO_PLAN,
)
async def read_plan(plan_id: PlanId, reads: Reads) -> PlanDetail:
    """State, owner, measures and deadline."""
    return as_plan(await queries.of_visible_client(reads, ImprovementPlan, plan_id, PlanNotFound))


@router.post(
    "/v1/plans/{plan_id}/open",
    operation_id="openPlan",
    summary="Open a plan that is due",
    dependencies=[requires(Scope.STANDING_WRITE)],
    responses=NO_PLAN | problem(409, "It is not due."),
)
async def open_plan(plan_id: PlanId, document: PlanDocument, change: Changing, request: Request) -> PlanDetail:
    """Name who owns it and what is done; from today it runs as long as the rulebook says."""
    measures = [each.model_dump(mode="json") for each in document.measures]
    return as_plan(await plans.open_it(change, judges_of(request).registry, plan_id, document.owner, measures))


@router.put(
    "/v1/plans/{plan_id}",
    operation_id="revisePlan",
    summary="Change an open plan's owner and measures",
    dependencies=[requires(Scope.STANDING_WRITE)],
    responses=NO_PLAN | problem(409, "It is not open."),
)
async def revise_plan(plan_id: PlanId, document: PlanDocument, change: Changing) -> PlanDetail:
    """The deadline stays: extending is a step of its own."""
    measures = [each.model_dump(mode="json") for each in document.measures]
    return as_plan(await plans.revise(change, plan_id, document.owner, measures))


@router.post(
    "/v1/plans/{plan_id}/extend",
    operation_id="extendPlan",
    summary="Extend a plan",
    dependencies=[requires(Scope.STANDING_APPROVE)],
    responses=NO_PLAN | problem(409, "It has ended, or is out of extensions."),
)
async def extend_plan(plan_id: PlanId, why: ReasonGiven, change: Changing, request: Request) -> PlanDetail:
    """Its deadline moves by as long as a plan runs, as often as the rulebook lets."""
    return as_plan(await plans.extend(change, judges_of(request).registry, plan_id, why.reason))


@router.post(
    "/v1/clients/{client_id}/overrides",
    operation_id="proposeOverride",
    summary="Propose a tier by hand",
    status_code=201,
    dependencies=[requires(Scope.STANDING_WRITE)],
    responses=problem(404, "No such client, or no such rulebook in force.")
    | problem(409, "Another one is proposed or approved for some of these days."),
)
async def propose_override(
    client_id: Client, asked: OverrideProposal, change: Changing, request: Request
) -> OverrideDetail:
    """Nothing shows before a second person approves it; then it shows on every decision until its end."""
    days = (asked.from_day or change.today, asked.until)
    proposal = overrides.Proposal(asked.rulebook, asked.tier, *days, asked.reason)
    return as_override(await overrides.propose(change, judges_of(request).registry, client_id, proposal))


@router.get(
    "/v1/clients/{client_id}/overrides",
    operation_id="listOverrides",
    summary="A client's overrides",
    dependencies=[requires(Scope.CLIENTS_READ)],
    responses=NO_CLIENT,
)
async def list_overrides(client_id: Client, reads: Reads) -> OverrideList:
    """Every one there ever was, the latest first."""
    await visible(reads, client_id)
    found = await overrides.overrides_of_client(reads.session, client_id)
    return OverrideList(items=[as_override(each) for each in found])


@router.get(
    "/v1/overrides/{override_id}",
    operation_id="readOverride",
    summary="One override",
    dependencies=[requires(Scope.CLIENTS_READ)],
    responses=NO_OVERRIDE,
)
async def read_override(override_id: OverrideId, reads: Reads) -> OverrideDetail:
    """Who proposed it and why, who decided, and until when it holds."""
    return as_override(await queries.of_visible_client(reads, TierOverride, override_id, OverrideNotFound))


@router.post(
    "/v1/overrides/{override_id}/decide",
    operation_id="decideOverride",
    summary="Approve or refuse an override",
    dependencies=[requires(Scope.STANDING_APPROVE)],
    responses=NO_OVERRIDE | problem(409, "It is decided already, or its days are over."),
)
async def decide_override(override_id: OverrideId, decision: OverrideDecision, change: Changing) -> OverrideDetail:
    """As another person than the one who proposed it."""
    return as_override(await overrides.decide(change, override_id, approve=decision.approve, reason=decision.reason))


@router.post(
    "/v1/overrides/{override_id}/end",
    operation_id="endOverride",
    summary="Withdraw or end an override",
    dependencies=[requires(Scope.STANDING_WRITE)],
    responses=NO_OVERRIDE | problem(409, "It holds no longer."),
)
async def end_override(override_id: OverrideId, why: ReasonGiven, change: Changing) -> OverrideDetail:
    """A proposal is withdrawn; an approved one holds no longer from today on."""
    return as_override(await overrides.end(change, override_id, why.reason))
