"""Who covers a client over HTTP: assignments and their history, handovers, the team, an officer's book."""

from dataclasses import asdict
from typing import Annotated, Final
from uuid import UUID

from fastapi import Path, Response

from app.access.guard import requires
from app.access.scopes import Scope
from app.clients import assignments
from app.clients.appointing import Appointment
from app.clients.book import LEAST, MOST, book_after, size_of, verdict
from app.clients.coverage import spans_of
from app.clients.parameters import NOT_FOUND, Client
from app.clients.reading import locked, visible
from app.clients.schemas import ClientId
from app.clients.spans import Handover, Span, credited
from app.clients.team import team_of
from app.clients.team_schemas import (
    AssignmentDetail,
    AssignmentEnd,
    AssignmentOrder,
    AssignmentPage,
    Book,
    BookItem,
    BookVerdict,
    HandoverOrder,
    HandoverResult,
    OwnerKept,
    TeamDetail,
)
from app.clients.team_wire import as_team
from app.http.as_of import AsOf
from app.http.openapi import problem
from app.http.paging import CURSOR, AfterId, Limit, next_cursor
from app.http.routing import Router
from app.http.transaction import Changing, Reads
from app.organisation.officer_reading import require_officer
from app.organisation.schemas import OfficerId
from app.rulebooks.schemas import BilingualText
from app.trail.change import Reading

router = Router(prefix="/v1", tags=["clients"])

AssignmentId = Annotated[UUID, Path(description="The id that the assignment was given when it began.")]
TAKEN: Final = problem(409, "The officer has that role already, or another officer owns the client.")


@router.get(
    "/clients/{client_id}/assignments",
    operation_id="listAssignments",
    summary="Assignments of a client",
    dependencies=[requires(Scope.CLIENTS_READ)],
    responses=NOT_FOUND,
)
async def list_assignments(
    client_id: Client,
    reads: Reads,
    limit: Limit = 50,
    cursor: AfterId = None,
) -> AssignmentPage:
    """Who covered, covers and will cover a client, past assignments included, by id."""
    await visible(reads, client_id)
    spans = sorted((await spans_of(reads.session, [client_id]))[client_id], key=lambda each: each.id)
    found = [each for each in spans if cursor is None or each.id > cursor]
    details = [_detail(client_id, each, credited(spans, reads.today)) for each in found[:limit]]
    return AssignmentPage(items=details, next_cursor=next_cursor(found, limit, lambda row: row.id))


@router.post(
    "/clients/{client_id}/assignments",
    operation_id="assignOfficer",
    summary="Assign an officer",
    status_code=201,
    dependencies=[requires(Scope.CLIENTS_WRITE)],
    responses=NOT_FOUND | TAKEN | {200: {"description": "The same assignment was there already."}},
)
async def assign(client_id: Client, order: AssignmentOrder, change: Changing, response: Response) -> AssignmentDetail:
    """Give an officer a role at a client, as its owner or not.

    They serve within the key's unit, or on the way from the client's lead unit up to the head office.
    """
    client = await locked(change, client_id)
    day = order.from_day or change.today
    wish = Appointment(client_id, order.officer_id, order.role, order.owner, day)
    span, is_new = await assignments.begin(change, client, wish)
    response.status_code = 201 if is_new else 200
    return await _shown(change, client_id, span)


@router.post(
    "/clients/{client_id}/assignments/{assignment_id}/end",
    operation_id="endAssignment",
    summary="End an assignment",
    dependencies=[requires(Scope.CLIENTS_WRITE)],
    responses=problem(404, "There is no such client or assignment, or none that this key may see.")
    | problem(409, "It ended before that day."),
)
async def end_assignment(
    client_id: Client, assignment_id: AssignmentId, end: AssignmentEnd, change: Changing
) -> AssignmentDetail:
    """Have an assignment end. An end that is to come may be brought forward; one on its first day withdraws it.

    An assisting unit lets its own officers go; whoever leads the client, anybody.
    """
    client = await locked(change, client_id)
    span = await assignments.end(change, client, assignment_id, end.on or change.today)
    return await _shown(change, client_id, span)


@router.post(
    "/clients/{client_id}/handovers",
    operation_id="handOverClient",
    summary="Hand a client over",
    dependencies=[requires(Scope.CLIENTS_WRITE)],
    responses=NOT_FOUND | problem(409, "The one has nothing to hand over, or the other has that role on later days."),
)
async def hand_over(client_id: Client, order: HandoverOrder, change: Changing) -> HandoverResult:
    """What one officer has or is to have at a client, or in one role, ends on a day and is another's from then on.

    An assisting unit lets its own officers go; whoever leads the client, anybody.
    """
    client = await locked(change, client_id)
    wish = Handover(order.from_officer, order.to_officer, order.role, order.on or change.today)
    theirs = await assignments.hand_over(change, client, wish, order.reason)
    return HandoverResult(assignments=[await _shown(change, client_id, each) for each in theirs])


@router.post(
    "/clients/{client_id}/owner-kept",
    operation_id="keepOwner",
    summary="Keep the owner, as the client asks",
    dependencies=[requires(Scope.CLIENTS_WRITE)],
    responses=NOT_FOUND | problem(409, "Nobody owns the client on that day."),
)
async def keep_owner(client_id: Client, kept: OwnerKept, change: Changing) -> AssignmentDetail:
    """The client grew into another tier and asks to keep its owner, to whom all sales are credited from then on.

    A second time changes nothing.
    """
    client = await locked(change, client_id)
    span = await assignments.keep_owner(change, client, kept.on or change.today, kept.reason)
    return await _shown(change, client_id, span)


@router.get(
    "/clients/{client_id}/team",
    operation_id="readTeam",
    summary="The marketing team of a client",
    dependencies=[requires(Scope.CLIENTS_READ)],
    responses=NOT_FOUND,
)
async def read_team(client_id: Client, reads: Reads, as_of: AsOf = None) -> TeamDetail:
    """Who covers a client on a day, level by level (营销小组): whoever is assigned, and whoever is in it by their post.

    `others` serve assisting units or elsewhere: talk to them before calling on the client.
    """
    await visible(reads, client_id)
    day = as_of or reads.today
    return as_team(client_id, day, await team_of(reads.session, client_id, day))


@router.get(
    "/officers/{officer_id}/book",
    operation_id="readBook",
    summary="The book of an officer",
    dependencies=[requires(Scope.CLIENTS_READ)],
    responses=problem(404, "There is no such officer, or none that this key may see."),
)
async def read_book(
    officer_id: Annotated[OfficerId, Path()],
    reads: Reads,
    as_of: AsOf = None,
    limit: Limit = 50,
    cursor: Annotated[ClientId | None, CURSOR] = None,
) -> Book:
    """Whom an officer owns and covers on a day, and how that compares with a reasonable book: 500 to 800 clients."""
    await require_officer(reads, officer_id)
    day = as_of or reads.today
    rows = await book_after(reads, officer_id, day, cursor, limit + 1)
    owned, covered = await size_of(reads, officer_id, day)
    found = verdict(owned)
    return Book(
        officer_id=officer_id,
        as_of=day,
        size=owned,
        covered=covered,
        least=LEAST,
        most=MOST,
        verdict=BookVerdict(code=found.code, label=BilingualText(en=found.en, zh=found.zh)),
        items=[BookItem.model_validate(asdict(row)) for row in rows[:limit]],
        next_cursor=next_cursor(rows, limit, lambda row: row.client_id),
    )


async def _shown(reads: Reading, client_id: str, span: Span) -> AssignmentDetail:
    spans = (await spans_of(reads.session, [client_id]))[client_id]
    return _detail(client_id, span, credited(spans, reads.today))


def _detail(client_id: str, span: Span, credit_to: str | None) -> AssignmentDetail:
    days = {"from": span.from_day, "until": span.until_day, "kept_since": span.kept_since}
    named = {"assignment_id": span.id, "client_id": client_id, "officer_id": span.officer_id, "role": span.role}
    return AssignmentDetail.model_validate({**named, **days, "owner": span.owner, "credit_to": credit_to})
