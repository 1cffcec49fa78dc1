"""Warnings over HTTP (domain.md A11)."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Path, Query

from app.access.guard import requires
from app.access.scopes import Scope
from app.http.openapi import problem
from app.http.paging import AfterId, Limit, next_cursor
from app.http.routing import Router
from app.http.transaction import Acting, Reads
from app.organisation.telling import shown_to
from app.standing import visit_warnings, warnings_raised
from app.standing.parameters import NO_CLIENT, OfClient
from app.standing.schemas import ReasonGiven
from app.standing.warning_schemas import WarningDetail, WarningPage
from app.standing.wire import as_warning

router = Router(tags=["standing"])


@router.get(
    "/v1/warnings",
    operation_id="listWarnings",
    summary="Warnings that stand, or stood",
    dependencies=[requires(Scope.CLIENTS_READ)],
    responses=NO_CLIENT,
)
async def list_warnings(
    reads: Reads,
    client_id: OfClient = None,
    state: Annotated[Literal["standing", "cleared"], Query(description="Whether they still stand.")] = "standing",
    limit: Limit = 50,
    cursor: AfterId = None,
) -> WarningPage:
    """Of the clients that the key sees, by id."""
    rows = await warnings_raised.listed(reads, client_id, cursor, limit + 1, standing=state == "standing")
    items = [as_warning(row) for row in rows[:limit]]
    return await shown_to(reads, WarningPage(items=items, next_cursor=next_cursor(rows, limit, lambda row: row.id)))


@router.post(
    "/v1/warnings/{warning_id}/acknowledge",
    operation_id="acknowledgeWarning",
    summary="Say that a warning is seen to",
    dependencies=[requires(Scope.STANDING_WRITE)],
    responses=problem(404, "No such warning, or none of a client that this key may see.")
    | problem(409, "It is cleared."),
)
async def acknowledge_warning(
    warning_id: Annotated[UUID, Path(description="The warning.")], change: Acting
) -> WarningDetail:
    """The first to say so is kept. It goes on standing until an assessment finds its reason gone."""
    return await shown_to(change, as_warning(await warnings_raised.acknowledge(change, warning_id)))


@router.post(
    "/v1/warnings/{warning_id}/clear",
    operation_id="clearWarning",
    summary="Clear a warning about visits by hand",
    dependencies=[requires(Scope.STANDING_WRITE)],
    responses=problem(404, "No such warning, or none of a client that this key may see.")
    | problem(409, "An assessment raised it: it clears by itself."),
)
async def clear_warning(
    warning_id: Annotated[UUID, Path(description="The warning.")], order: ReasonGiven, change: Acting
) -> WarningDetail:
    """It is not raised again for the same period. It clears by itself once the visits are made."""
    return await shown_to(change, as_warning(await visit_warnings.clear(change, warning_id, order.reason)))
