"""Units over HTTP."""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from app.access.guard import requires
from app.access.scopes import Scope
from app.http.as_of import AsOf
from app.http.etag import ETAG_HEADER, PRECONDITIONS, TAGGED, etag, expect
from app.http.openapi import problem
from app.http.paging import CURSOR, Limit, next_cursor
from app.http.routing import Router
from app.http.transaction import Changing, Reads
from app.http.types import Day
from app.organisation.schemas import UnitDetail, UnitDocument, UnitHistory, UnitId, UnitKind, UnitPage
from app.organisation.unit_reading import UnitFilter, list_places, list_units, read_unit
from app.organisation.unit_state import UNSAID, UnitOrder
from app.organisation.units import put_unit, revision_of_unit

router = Router(prefix="/v1/units", tags=["organisation"])

UnitPath = Annotated[UnitId, Path()]
NOT_FOUND = problem(404, "There is no such unit, or none that this key may see.")


@router.get(
    "",
    operation_id="listUnits",
    summary="Units on a day",
    dependencies=[requires(Scope.ORGANISATION_READ)],
    responses=NOT_FOUND,
)
async def list_all(
    reads: Reads,
    kind: UnitKind | None = None,
    parent: Annotated[UnitId | None, Query(description="Those straight under this unit.")] = None,
    as_of: AsOf = None,
    limit: Limit = 50,
    cursor: Annotated[UnitId | None, CURSOR] = None,
) -> UnitPage:
    """The units that stand on a day, as far as the key sees them today: its own unit and those below it."""
    wanted = UnitFilter(as_of or reads.today, kind, parent)
    found = await list_units(reads, wanted, cursor, limit + 1)
    return UnitPage(items=found[:limit], next_cursor=next_cursor(found, limit, lambda row: row.unit_id))


@router.get(
    "/{unit_id}",
    operation_id="readUnit",
    summary="A unit",
    dependencies=[requires(Scope.ORGANISATION_READ)],
    responses=NOT_FOUND | TAGGED,
)
async def read(unit_id: UnitPath, reads: Reads, response: Response) -> UnitDetail:
    """A unit as it stands today; one that opens later as on its first day, a closed one as on its last."""
    found = await read_unit(reads, unit_id)
    response.headers["ETag"] = etag(found.revision)
    return found


@router.put(
    "/{unit_id}",
    operation_id="putUnit",
    summary="Open, rename, move or close a unit",
    dependencies=[requires(Scope.ORGANISATION_WRITE)],
    responses=NOT_FOUND
    | TAGGED
    | {201: {"model": UnitDetail, "description": "The unit is new.", "headers": ETAG_HEADER}}
    | problem(403, "The key lacks the scope, or it is about the place of the key's own unit.")
    | problem(409, "It is closed, is not empty, would change its kind, or would be a second head office."),
    openapi_extra=PRECONDITIONS,
)
async def put(
    unit_id: UnitPath, document: UnitDocument, change: Changing, request: Request, response: Response
) -> UnitDetail:
    """Have a unit be as the document says. The same document again changes nothing.

    A move takes effect today or later and takes everything below along; where a unit stood before stays on record. A
    unit closes only when it is empty, and is never opened again: open another.
    """
    expect(request.headers, await revision_of_unit(change, unit_id))
    closed_on = document.closed_on if "closed_on" in document.model_fields_set else UNSAID
    order = UnitOrder(unit_id, document.kind, document.name, document.parent_id, document.from_day, closed_on)
    if await put_unit(change, order) == "created":
        response.status_code = 201
        response.headers["Location"] = f"{router.prefix}/{unit_id}"
    return await read(unit_id, change, response)


@router.get(
    "/{unit_id}/history",
    operation_id="listUnitHistory",
    summary="Where a unit stood",
    dependencies=[requires(Scope.ORGANISATION_READ)],
    responses=NOT_FOUND,
)
async def list_history(
    unit_id: UnitPath,
    reads: Reads,
    limit: Limit = 50,
    cursor: Annotated[Day | None, CURSOR] = None,
) -> UnitHistory:
    """Under which unit it stood, stands and, as far as is ordered, will stand; the oldest first."""
    found = await list_places(reads, unit_id, cursor, limit + 1)
    return UnitHistory(items=found[:limit], next_cursor=next_cursor(found, limit, lambda row: row.from_day))
