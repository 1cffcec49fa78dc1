"""Occasions over HTTP: contacts owed for a reason of their own (domain.md G4)."""

from functools import partial
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Path, Request, Response

from app.access.guard import requires
from app.access.scopes import Scope
from app.coverage.occasions import acting, queries
from app.coverage.occasions.kinds import KINDS
from app.coverage.occasions.recording import Order, record
from app.coverage.occasions.schemas import (
    OccasionCounts,
    OccasionDetail,
    OccasionKindDetail,
    OccasionKindList,
    OccasionMark,
    OccasionMoveOrder,
    OccasionOrder,
    OccasionPage,
    OccasionReport,
)
from app.coverage.occasions.wire import as_mark, as_occasion
from app.coverage.tables import Occasion
from app.http.etag import ETAG_HEADER, PRECONDITIONS, TAGGED, etag, expect
from app.http.openapi import problem
from app.http.paging import Limit, next_cursor
from app.http.routing import Router
from app.http.transaction import Changing, Reads
from app.organisation.telling import shown_to
from app.rulebooks.schemas import BilingualText
from app.standing.schemas import ReasonGiven
from app.trail.change import Reading

router = Router(prefix="/v1/occasions", tags=["coverage"])

OccasionId = Annotated[UUID, Path(description="The occasion.")]
NO_OCCASION: Final = problem(404, "No such occasion, or none of a client that this key may see.")
ENDED: Final = NO_OCCASION | TAGGED | problem(409, "It is done or cancelled already.")
NOT_THERE: Final = problem(404, "No such client, officer or unit, or none that this key may see.")


@router.get(
    "/kinds",
    operation_id="listOccasionKinds",
    summary="Kinds of occasions",
    dependencies=[requires(Scope.COVERAGE_READ)],
)
async def list_kinds() -> OccasionKindList:
    """What gives occasion to a contact. The list is closed."""
    kinds = (OccasionKindDetail(kind=kind, label=BilingualText(en=en, zh=zh)) for kind, en, zh in KINDS)
    return OccasionKindList(items=list(kinds))


@router.get(
    "/summary",
    operation_id="countOccasions",
    summary="How many occasions were met",
    dependencies=[requires(Scope.COVERAGE_READ)],
    responses=NOT_THERE,
)
async def count_occasions(reads: Reads, asked: Annotated[queries.Window, Depends()]) -> OccasionCounts:
    """Of the clients that the key sees, by the day on which they are due as it is now; apart from the quotas."""
    return OccasionCounts.model_validate((await queries.counted(reads, asked))._asdict())


@router.post(
    "",
    operation_id="recordOccasion",
    summary="Record an occasion",
    status_code=201,
    dependencies=[requires(Scope.COVERAGE_WRITE)],
    responses=problem(409, "Another client's occasion has this external id, or the client was erased.")
    | {200: {"model": OccasionMark, "description": "It was recorded before; as it is now.", "headers": ETAG_HEADER}},
)
async def record_occasion(order: OccasionOrder, change: Changing, response: Response) -> OccasionMark:
    """From now a role owes the client a contact by a day. The same `external_id` again changes nothing.

    The answer does not hold what it is about.
    """
    made, is_new = await record(change, Order(**order.model_dump()))
    response.headers["Location"] = f"/v1/occasions/{made.id}"
    response.status_code = 201 if is_new else 200
    return await _tagged(made, change, response)


@router.get(
    "",
    operation_id="listOccasions",
    summary="Occasions",
    dependencies=[requires(Scope.COVERAGE_READ)],
    responses=NOT_THERE,
)
async def list_occasions(
    reads: Reads,
    asked: Annotated[queries.Filter, Depends()],
    limit: Limit = 50,
    cursor: queries.DueCursor = None,
) -> OccasionPage:
    """Of the clients that the key sees, by the day on which they are due."""
    rows = await queries.listed(reads, asked, cursor, limit + 1)
    page = OccasionPage(
        items=[as_occasion(row, reads.today) for row in rows[:limit]],
        next_cursor=next_cursor(rows, limit, queries.due_cursor),
    )
    return await shown_to(reads, page)


@router.get(
    "/{occasion_id}",
    operation_id="readOccasion",
    summary="One occasion",
    dependencies=[requires(Scope.COVERAGE_READ)],
    responses=NO_OCCASION | TAGGED,
)
async def read_occasion(occasion_id: OccasionId, reads: Reads, response: Response) -> OccasionDetail:
    """What it is about, by whom and by when, how often it was moved, and what became of it."""
    found = await queries.occasion_of(reads, occasion_id)
    response.headers["ETag"] = etag(found.revision)
    return await shown_to(reads, as_occasion(found, reads.today))


@router.post(
    "/{occasion_id}/done",
    operation_id="completeOccasion",
    summary="Say that an occasion was met",
    dependencies=[requires(Scope.COVERAGE_WRITE)],
    responses=ENDED,
    openapi_extra=PRECONDITIONS,
)
async def complete_occasion(
    occasion_id: OccasionId, report: OccasionReport, change: Changing, request: Request, response: Response
) -> OccasionMark:
    """By a visit or without one. One that has lapsed may still be done: it is `late`, where the day was."""
    expects = partial(expect, request.headers)
    told = acting.Report(**report.model_dump())
    return await _tagged(await acting.do(change, occasion_id, told, expects), change, response)


@router.post(
    "/{occasion_id}/move",
    operation_id="moveOccasion",
    summary="Move an occasion",
    dependencies=[requires(Scope.COVERAGE_WRITE)],
    responses=ENDED,
    openapi_extra=PRECONDITIONS,
)
async def move_occasion(
    occasion_id: OccasionId, order: OccasionMoveOrder, change: Changing, request: Request, response: Response
) -> OccasionMark:
    """It is due by another day, and every move is kept. One that has lapsed may still be moved."""
    expects = partial(expect, request.headers)
    return await _tagged(await acting.move(change, occasion_id, order.to, order.reason, expects), change, response)


@router.post(
    "/{occasion_id}/cancel",
    operation_id="cancelOccasion",
    summary="Cancel an occasion",
    dependencies=[requires(Scope.COVERAGE_WRITE)],
    responses=ENDED,
    openapi_extra=PRECONDITIONS,
)
async def cancel_occasion(
    occasion_id: OccasionId, why: ReasonGiven, change: Changing, request: Request, response: Response
) -> OccasionMark:
    """Nobody owes it any more."""
    expects = partial(expect, request.headers)
    return await _tagged(await acting.cancel(change, occasion_id, why.reason, expects), change, response)


async def _tagged(occasion: Occasion, reads: Reading, response: Response) -> OccasionMark:
    response.headers["ETag"] = etag(occasion.revision)
    return await shown_to(reads, as_mark(occasion, reads.today))
