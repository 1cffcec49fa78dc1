"""Clients over HTTP: the CRM's upsert, one and many; lists, revisions, erasure."""

from dataclasses import asdict
from functools import partial
from typing import Annotated, Final

from fastapi import Depends, Query, Request, Response
from pydantic import Field
from starlette.status import HTTP_207_MULTI_STATUS

from app.access.guard import requires
from app.access.scopes import Scope
from app.clients.address import ONE
from app.clients.asked import ClientFilter, RecordedBy
from app.clients.bulk import put_items
from app.clients.contact_schemas import RedListed, RedListPage
from app.clients.documents import Document, Refused
from app.clients.erasing import erase
from app.clients.history import revisions_before
from app.clients.parameters import NOT_FOUND, Client
from app.clients.putting import put_clients
from app.clients.queries import clients_after, company_of
from app.clients.reading import locked, visible
from app.clients.red_list import red_list
from app.clients.schemas import (
    CategoryList,
    ClientBulk,
    ClientDetail,
    ClientId,
    ClientPage,
    ClientProfile,
    ClientResults,
    Erasure,
    ErasureOrder,
    RevisionPage,
)
from app.clients.wire import as_categories, as_detail, as_profile, as_revision, as_summary
from app.http.etag import ETAG_HEADER, PRECONDITIONS, TAGGED, etag, expect
from app.http.openapi import problem
from app.http.paging import CURSOR, Limit, next_cursor
from app.http.routing import Router
from app.http.strict_request import BATCH_BODY_LIMIT
from app.http.transaction import Changing, Reads
from app.http.types import InDigits
from app.organisation.schemas import UnitId
from app.organisation.telling import shown_to
from app.organisation.unit_reading import read_unit

router = Router(prefix="/v1/clients", tags=["clients"])

After = Annotated[ClientId | None, CURSOR]
LAST_REVISION: Final = 2**31 - 1
"""What the database holds."""

Number = Annotated[int, Field(ge=1, le=LAST_REVISION), InDigits]


@router.get(
    "/categories",
    operation_id="listClientCategories",
    summary="Categories of clients",
    dependencies=[requires(Scope.CLIENTS_READ)],
)
async def list_categories() -> CategoryList:
    """What bank-wide and regional clients are: the policy's closed lists, with labels."""
    return as_categories()


@router.get(
    "",
    operation_id="listClients",
    summary="Clients",
    dependencies=[requires(Scope.CLIENTS_READ)],
    responses=problem(404, "There is no such unit or officer, or none that this key may see."),
)
async def list_clients(
    reads: Reads, asked: Annotated[ClientFilter, Depends()], limit: Limit = 50, cursor: After = None
) -> ClientPage:
    """Clients that the key sees, by id."""
    await asked.check(reads)
    rows = await clients_after(reads, asked, cursor, limit + 1)
    return ClientPage(
        items=[as_summary(row) for row in rows[:limit]], next_cursor=next_cursor(rows, limit, lambda row: row.id)
    )


@router.get(
    "/red-list",
    operation_id="listUnreachableClients",
    summary="The red list: clients with no working contact",
    dependencies=[requires(Scope.CLIENTS_READ)],
    responses=problem(404, "There is no such unit, or none that this key may see."),
)
async def list_unreachable(
    reads: Reads,
    unit: Annotated[UnitId | None, Query(description="Led or assisted by this unit or one below it.")] = None,
    limit: Limit = 50,
    cursor: After = None,
) -> RedListPage:
    """Clients whom nobody can reach (红名单), by id, each with the owner who is to repair it."""
    if unit is not None:
        await read_unit(reads, unit)
    rows = await red_list(reads, unit, cursor, limit + 1)
    return RedListPage(
        items=[RedListed.model_validate(asdict(row)) for row in rows[:limit]],
        next_cursor=next_cursor(rows, limit, lambda row: row.client_id),
    )


@router.post(
    "/bulk",
    operation_id="putClients",
    summary="Up to 1,000 clients at once",
    status_code=HTTP_207_MULTI_STATUS,
    dependencies=[requires(Scope.CLIENTS_WRITE)],
    max_body_size=BATCH_BODY_LIMIT,
)
async def put_many(bulk: ClientBulk, change: Changing) -> ClientResults:
    """Put many clients, each with its whole profile. Each result has its own status; a failed item fails alone."""
    return ClientResults(results=await put_items(change, bulk.items))


@router.get(
    ONE,
    operation_id="readClient",
    summary="One client",
    dependencies=[requires(Scope.CLIENTS_READ)],
    responses=TAGGED | NOT_FOUND,
)
async def read_client(client_id: Client, reads: Reads, response: Response) -> ClientDetail:
    """A client as it is now. `ETag` is its revision."""
    row = await visible(reads, client_id)
    response.headers["ETag"] = etag(row.revision)
    return as_detail(row, await company_of(reads, client_id))


@router.put(
    ONE,
    operation_id="putClient",
    summary="Create or replace a client",
    dependencies=[requires(Scope.CLIENTS_WRITE)],
    responses=TAGGED
    | NOT_FOUND
    | {201: {"headers": ETAG_HEADER, "description": "Created."}}
    | problem(409, "The client was erased, or would become or cease to be a natural person."),
    openapi_extra=PRECONDITIONS,
)
async def put_client(
    client_id: Client, profile: ClientProfile, change: Changing, request: Request, response: Response
) -> ClientDetail:
    """The CRM's upsert: the whole profile. The same again changes nothing, and leaves no revision and no trace.

    A key of a unit decides about units and relations within it; assisting units and relations outside stay as they are.
    """
    document = Document(client_id, as_profile(profile), partial(expect, request.headers))
    [verdict] = await put_clients(change, [document])
    if isinstance(verdict, Refused):
        change.denials.extend(verdict.denials)
        raise verdict.problem
    response.status_code = 201 if verdict.result == "created" else 200
    response.headers["ETag"] = etag(verdict.revision)
    return as_detail(verdict.row(change.now), verdict.shown)


@router.get(
    "/{client_id}/revisions",
    operation_id="listClientRevisions",
    summary="What was recorded of a client",
    dependencies=[requires(Scope.CLIENTS_READ)],
    responses=NOT_FOUND,
)
async def list_revisions(
    client_id: Client,
    reads: Reads,
    known: Annotated[RecordedBy, Depends()],
    limit: Limit = 50,
    cursor: Annotated[Number | None, CURSOR] = None,
) -> RevisionPage:
    """Every record of a client's profile, the newest first: who recorded what, and when.

    With `as_of`, the first is how the client stood at the end of that day.
    """
    await visible(reads, client_id)
    rows = await revisions_before(reads, client_id, cursor or LAST_REVISION, limit + 1, known.before)
    items = [as_revision(row) for row in rows[:limit]]
    following = next_cursor(rows, limit, lambda row: row.revision)
    return await shown_to(reads, RevisionPage(items=items, next_cursor=following))


@router.post(
    "/{client_id}/erasure",
    operation_id="eraseClient",
    summary="Erase what is personal",
    dependencies=[requires(Scope.CLIENTS_ERASE)],
    responses=NOT_FOUND,
)
async def erase_client(client_id: Client, order: ErasureOrder, change: Changing) -> Erasure:
    """Erase a natural person's name, and of any client its contacts and what is written of visits and occasions.

    A second time changes nothing, unless something was added since. Revisions and the audit trail stay and can be
    verified; what was sealed in them can no longer be read. What was written in clear stays as it is: reasons, remarks,
    measures, values and sources of facts. Nothing personal belongs there.
    """
    client = await locked(change, client_id)
    return Erasure(client_id=client_id, erased_at=await erase(change, client, order.reason))
