"""Visits over HTTP: record, read, list, correct, void."""

from functools import partial
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Path, Request, Response
from pydantic import Field

from app.access.guard import requires
from app.access.scopes import Scope
from app.coverage.parameters import AtDesk, desk_of
from app.coverage.visits import queries
from app.coverage.visits.correcting import correct, void
from app.coverage.visits.recording import record, record_briefly
from app.coverage.visits.schemas import (
    CorrectionOrder,
    VisitDetail,
    VisitHistory,
    VisitOrder,
    VisitPage,
    VoidOrder,
)
from app.coverage.visits.told import Visit
from app.coverage.visits.visit_filter import VisitFilter
from app.coverage.visits.wire import as_detail, as_revision, correction_of, told_of
from app.http.etag import ETAG_HEADER, PRECONDITIONS, TAGGED, etag, expect
from app.http.idempotency import DONE_ONCE, is_asked
from app.http.openapi import problem
from app.http.paging import CURSOR, Limit, MomentCursor, moment_cursor, next_cursor, read_moment
from app.http.routing import Router
from app.http.transaction import Changing, Reads, briefly, changing, in_transaction
from app.http.types import InDigits
from app.organisation.telling import shown_to
from app.trail.change import Reading

router = Router(prefix="/v1/visits", tags=["coverage"])

_LAST_REVISION: Final = 2**31 - 1
VisitId = Annotated[UUID, Path(description="The id that the visit was given when it was recorded.")]
Number = Annotated[int, Field(ge=1, le=_LAST_REVISION), InDigits]
NO_VISIT: Final = problem(404, "There is no such visit, or none of a client that this key may see.")
TAKEN: Final = problem(409, "The external id belongs to a visit to another client.")


@router.post(
    "",
    operation_id="recordVisit",
    summary="Record a visit",
    status_code=201,
    response_model=VisitDetail,
    dependencies=[requires(Scope.COVERAGE_WRITE)],
    responses=TAKEN
    | {
        200: {"description": "The same visit was recorded already; it stays as it is.", "headers": ETAG_HEADER},
        201: {"headers": ETAG_HEADER},
    },
    openapi_extra=DONE_ONCE,
)
async def record_visit(order: VisitOrder, request: Request) -> Response:
    """A visit or contact that was made. Each officer is credited in the role held at the client on that day.

    The same external id, or the same client, minute and officers, is one visit, however often it is sent; it is then
    answered as it stands, and only a correction changes it. An officer serves within the key's unit, on the way up from
    a unit that leads or assists the client, or covers it.
    """
    desk, told = desk_of(request), told_of(order)
    if not is_asked(request):
        visit = await briefly(request, partial(record_briefly, desk=desk, told=told))
        if visit is not None:
            return _told(as_detail(visit), 201)

    async def recorded(request: Request) -> Response:
        change = await changing(request)
        done = await record(change, desk, told)
        return _told(await shown_to(change, as_detail(done.visit)), 201 if done.is_new else 200)

    return await in_transaction(request, recorded)


@router.get(
    "",
    operation_id="listVisits",
    summary="Visits",
    dependencies=[requires(Scope.COVERAGE_READ)],
    responses=problem(404, "There is no such client, officer or unit, or none that this key may see."),
)
async def list_visits(
    reads: Reads, asked: Annotated[VisitFilter, Depends()], limit: Limit = 50, cursor: MomentCursor = None
) -> VisitPage:
    """Visits to the clients that the key sees, the newest first; those that were voided are left out."""
    found = await queries.listed(reads, asked, read_moment(cursor), limit + 1)
    following = next_cursor(found, limit, lambda each: moment_cursor(each.at, each.id))
    return await shown_to(reads, VisitPage(items=[as_detail(each) for each in found[:limit]], next_cursor=following))


@router.get(
    "/{visit_id:uuid}",
    operation_id="readVisit",
    summary="One visit",
    dependencies=[requires(Scope.COVERAGE_READ)],
    responses=TAGGED | NO_VISIT,
)
async def read_visit(visit_id: VisitId, reads: Reads, response: Response) -> VisitDetail:
    """A visit as it stands, voided or not. `ETag` is its revision."""
    return await _tagged(reads, await queries.visit_of(reads, visit_id), response)


@router.get(
    "/{visit_id}/history",
    operation_id="readVisitHistory",
    summary="What was recorded of a visit",
    dependencies=[requires(Scope.COVERAGE_READ)],
    responses=NO_VISIT,
)
async def read_history(
    visit_id: VisitId, reads: Reads, limit: Limit = 50, cursor: Annotated[Number | None, CURSOR] = None
) -> VisitHistory:
    """Every revision, the newest first: what it said, who recorded it, who ended it and why."""
    found = await queries.revisions_before(reads, visit_id, cursor or _LAST_REVISION, limit + 1)
    following = next_cursor(found, limit, lambda each: each.revision)
    history = VisitHistory(items=[as_revision(each) for each in found[:limit]], next_cursor=following)
    return await shown_to(reads, history)


@router.post(
    "/{visit_id}/corrections",
    operation_id="correctVisit",
    summary="Correct a visit",
    dependencies=[requires(Scope.COVERAGE_WRITE)],
    responses=TAGGED | NO_VISIT | problem(409, "It was voided, or would be the same as another."),
    openapi_extra=PRECONDITIONS,
)
async def correct_visit(
    visit_id: VisitId, order: CorrectionOrder, change: Changing, desk: AtDesk, request: Request, response: Response
) -> VisitDetail:
    """Make the next revision; the one before stays in the history. Where nothing is different, nothing is done.

    Roles are those of the corrected day. Officers who are not told anew stay, in the role they came in as far as they
    held it that day.
    """
    expected = partial(expect, request.headers)
    return await _tagged(change, await correct(change, desk, visit_id, correction_of(order), expected), response)


@router.post(
    "/{visit_id}/void",
    operation_id="voidVisit",
    summary="Void a visit",
    dependencies=[requires(Scope.COVERAGE_WRITE)],
    responses=TAGGED | NO_VISIT | problem(409, "It was voided already."),
    openapi_extra=PRECONDITIONS,
)
async def void_visit(
    visit_id: VisitId, order: VoidOrder, change: Changing, desk: AtDesk, request: Request, response: Response
) -> VisitDetail:
    """It counts for nothing any more, and stays readable. The same may be recorded anew, under another external id."""
    expected = partial(expect, request.headers)
    return await _tagged(change, await void(change, desk, visit_id, order.reason, expected), response)


def _told(visit: VisitDetail, status: int) -> Response:
    """A visit that was recorded, and where it is to be found."""
    headers = {"Location": f"/v1/visits/{visit.visit_id}", "ETag": etag(visit.revision)}
    return Response(visit.model_dump_json(), status, headers, "application/json")


async def _tagged(reads: Reading, visit: Visit, response: Response) -> VisitDetail:
    """A visit as it stands, its revision in the header."""
    response.headers["ETag"] = etag(visit.revision)
    return await shown_to(reads, as_detail(visit))
