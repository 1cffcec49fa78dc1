"""Officers and their postings over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Request, Response

from app.access.guard import requires
from app.access.scopes import Scope
from app.http.as_of import AsOf
from app.http.etag import ETAG_HEADER, PRECONDITIONS, TAGGED, etag, expect
from app.http.openapi import problem
from app.http.paging import CURSOR, Limit, next_cursor
from app.http.routing import Router
from app.http.transaction import Changing, Reads
from app.organisation.officer_reading import OfficerFilter, list_officers, posting_detail, read_officer
from app.organisation.officers import begin_posting, end_posting, move_officer, put_officer, revision_of_officer
from app.organisation.schemas import (
    OfficerDetail,
    OfficerDocument,
    OfficerId,
    OfficerPage,
    PostingDetail,
    PostingEnd,
    PostingOrder,
    RoleName,
    UnitId,
)
from app.organisation.staff_state import OfficerOrder, PostingWish
from app.organisation.unit_state import UNSAID

router = Router(prefix="/v1", tags=["organisation"])

OfficerPath = Annotated[OfficerId, Path()]
NOT_FOUND = problem(404, "There is no such officer, or none that this key may see.")
ELSEWHERE = problem(403, "The key lacks the scope, or the officer serves outside its unit too.")
OVERLAPS = problem(409, "The officer serves there in that role on some of the days, or the posting has ended.")


@router.get(
    "/officers",
    operation_id="listOfficers",
    summary="Officers, and where they serve",
    dependencies=[requires(Scope.ORGANISATION_READ)],
    responses=problem(404, "There is no such unit, or none that this key may see."),
)
async def list_all(
    reads: Reads,
    unit: Annotated[UnitId | None, Query(description="Those who serve this unit, or one below it.")] = None,
    role: Annotated[RoleName | None, Query(description="Those who serve in this role.")] = None,
    as_of: AsOf = None,
    limit: Limit = 50,
    cursor: Annotated[OfficerId | None, CURSOR] = None,
) -> OfficerPage:
    """Officers by staff number, with the postings of the day. Without `unit` and `role`, also those who left.

    A key of a unit sees who serves or served there, and their postings there.
    """
    wanted = OfficerFilter(as_of or reads.today, unit, role)
    found = await list_officers(reads, wanted, cursor, limit + 1)
    return OfficerPage(items=found[:limit], next_cursor=next_cursor(found, limit, lambda row: row.officer_id))


@router.get(
    "/officers/{officer_id}",
    operation_id="readOfficer",
    summary="An officer",
    dependencies=[requires(Scope.ORGANISATION_READ)],
    responses=NOT_FOUND | TAGGED,
)
async def read(officer_id: OfficerPath, reads: Reads, response: Response) -> OfficerDetail:
    """An officer with every posting, past and to come, that lies within the key's unit."""
    found = await read_officer(reads, officer_id)
    response.headers["ETag"] = etag(found.revision)
    return found


@router.put(
    "/officers/{officer_id}",
    operation_id="putOfficer",
    summary="Take on, rename or see off an officer",
    dependencies=[requires(Scope.ORGANISATION_WRITE)],
    responses=NOT_FOUND
    | TAGGED
    | ELSEWHERE
    | OVERLAPS
    | {201: {"model": OfficerDetail, "description": "The officer is new.", "headers": ETAG_HEADER}},
    openapi_extra=PRECONDITIONS,
)
async def put(
    officer_id: OfficerPath, document: OfficerDocument, change: Changing, request: Request, response: Response
) -> OfficerDetail:
    """Have an officer be as the document says. The same document again changes nothing.

    Postings that do not stand yet begin; none ends but by leaving, a move, or `endPosting`.
    """
    expect(request.headers, await revision_of_officer(change, officer_id))
    left_on = document.left_on if "left_on" in document.model_fields_set else UNSAID
    postings = tuple(_wish(each) for each in document.postings)
    if await put_officer(change, OfficerOrder(officer_id, document.name, left_on, postings)) == "created":
        response.status_code = 201
        response.headers["Location"] = f"{router.prefix}/officers/{officer_id}"
    return await read(officer_id, change, response)


@router.post(
    "/officers/{officer_id}/postings",
    operation_id="beginPosting",
    summary="Have an officer serve a unit",
    status_code=201,
    dependencies=[requires(Scope.ORGANISATION_WRITE)],
    responses=NOT_FOUND
    | OVERLAPS
    | {200: {"model": PostingDetail, "description": "They serve there in that role already."}},
)
async def begin(officer_id: OfficerPath, order: PostingOrder, change: Changing, response: Response) -> PostingDetail:
    """Begin a posting beside those that there are. It may be entered late: `from` may have passed."""
    service, outcome = await begin_posting(change, officer_id, _wish(order))
    response.status_code = 201 if outcome == "created" else 200
    return posting_detail(officer_id, service)


@router.post(
    "/officers/{officer_id}/moves",
    operation_id="moveOfficer",
    summary="Move an officer",
    dependencies=[requires(Scope.ORGANISATION_WRITE)],
    responses=NOT_FOUND | OVERLAPS,
)
async def move(officer_id: OfficerPath, order: PostingOrder, change: Changing) -> PostingDetail:
    """End the officer's postings on a day, today or later, and begin another on it, which is answered.

    A key of a unit ends postings within it; those elsewhere stay.
    """
    return posting_detail(officer_id, await move_officer(change, officer_id, _wish(order)))


@router.post(
    "/postings/{posting_id}/end",
    operation_id="endPosting",
    summary="End a posting",
    dependencies=[requires(Scope.ORGANISATION_WRITE)],
    responses=problem(404, "There is no such posting, or none that this key may see.") | OVERLAPS,
)
async def end(posting_id: UUID, order: PostingEnd, change: Changing) -> PostingDetail:
    """End a posting, today or later. One that has not begun by then never does: its `until` is its `from`."""
    officer_id, service = await end_posting(change, posting_id, order.on)
    return posting_detail(officer_id, service)


def _wish(order: PostingOrder) -> PostingWish:
    return PostingWish(order.unit_id, order.role, order.from_day)
