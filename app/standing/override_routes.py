"""Overrides over HTTP (domain.md A11)."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Path

from app.access.guard import requires
from app.access.scopes import Scope
from app.clients.parameters import Client
from app.clients.reading import visible
from app.http.openapi import problem
from app.http.paging import Limit, MomentCursor, moment_cursor, next_cursor, read_moment
from app.http.routing import Router
from app.http.transaction import Acting, Reads
from app.organisation.telling import shown_to
from app.rulebooks.parameters import Known
from app.standing import overrides, queries
from app.standing.override_schemas import OverrideDecision, OverrideDetail, OverridePage, OverrideProposal
from app.standing.parameters import NO_CLIENT
from app.standing.refusals import OverrideNotFound
from app.standing.schemas import ReasonGiven
from app.standing.tables import TierOverride
from app.standing.wire import as_override

router = Router(tags=["standing"])

OverrideId = Annotated[UUID, Path(description="The override.")]
NO_OVERRIDE: Final = problem(404, "No such override, or none of a client that this key may see.")


@router.post(
    "/v1/clients/{client_id}/overrides",
    operation_id="proposeOverride",
    summary="Propose a tier by hand",
    status_code=201,
    dependencies=[requires(Scope.STANDING_WRITE)],
    responses=problem(404, "No such client, or no such rulebook in force.")
    | problem(409, "Another one is proposed or approved for some of these days, or the client has left."),
)
async def propose_override(client_id: Client, asked: OverrideProposal, change: Acting, known: Known) -> OverrideDetail:
    """Nothing shows before a second person approves it; then it shows on every decision until its end."""
    days = (asked.from_day or change.today, asked.until)
    proposal = overrides.Proposal(asked.rulebook, asked.tier, *days, asked.reason)
    return await shown_to(change, as_override(await overrides.propose(change, known, client_id, proposal)))


@router.get(
    "/v1/clients/{client_id}/overrides",
    operation_id="listOverrides",
    summary="A client's overrides",
    dependencies=[requires(Scope.CLIENTS_READ)],
    responses=NO_CLIENT,
)
async def list_overrides(
    client_id: Client, reads: Reads, limit: Limit = 50, cursor: MomentCursor = None
) -> OverridePage:
    """Every one there ever was, the latest first."""
    await visible(reads, client_id)
    rows = await overrides.listed(reads.session, client_id, read_moment(cursor), limit + 1)
    following = next_cursor(rows, limit, lambda row: moment_cursor(row.proposed_at, row.id))
    return await shown_to(
        reads, OverridePage(items=[as_override(each) for each in rows[:limit]], next_cursor=following)
    )


@router.get(
    "/v1/overrides/{override_id}",
    operation_id="readOverride",
    summary="One override",
    dependencies=[requires(Scope.CLIENTS_READ)],
    responses=NO_OVERRIDE,
)
async def read_override(override_id: OverrideId, reads: Reads) -> OverrideDetail:
    """Who proposed it and why, who decided, and until when it holds."""
    found = await queries.of_visible_client(reads, TierOverride, override_id, OverrideNotFound)
    return await shown_to(reads, as_override(found))


@router.post(
    "/v1/overrides/{override_id}/decide",
    operation_id="decideOverride",
    summary="Approve or refuse an override",
    dependencies=[requires(Scope.STANDING_APPROVE)],
    responses=problem(404, "No such override, or none of a client that this key may see; or no rulebook in force.")
    | problem(409, "It is decided already, its days are over, its tier is none any more, or the client has left."),
)
async def decide_override(
    override_id: OverrideId, decision: OverrideDecision, change: Acting, known: Known
) -> OverrideDetail:
    """As another person than the one who proposed it."""
    approve, reason = decision.approve, decision.reason
    found = await overrides.decide(change, known, override_id, approve=approve, reason=reason)
    return await shown_to(change, as_override(found))


@router.post(
    "/v1/overrides/{override_id}/end",
    operation_id="endOverride",
    summary="Withdraw or end an override",
    dependencies=[requires(Scope.STANDING_WRITE)],
    responses=NO_OVERRIDE | problem(409, "It holds no longer."),
)
async def end_override(override_id: OverrideId, why: ReasonGiven, change: Acting) -> OverrideDetail:
    """A proposal is withdrawn; an approved one holds no longer from today on."""
    return await shown_to(change, as_override(await overrides.end(change, override_id, why.reason)))
