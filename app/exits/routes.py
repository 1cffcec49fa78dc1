"""Exits over HTTP: propose, confirm, go through the steps, cancel (domain.md A12, B8)."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Path

from app.access.guard import requires
from app.access.scopes import Scope
from app.clients.parameters import Client
from app.exits import acting, queries
from app.exits.proposing import Proposal, propose_by_hand
from app.exits.schemas import ExitDetail, ExitOrder, ExitPage, StepOwner, StepReport
from app.exits.tables import ExitRecord
from app.exits.wire import as_exit
from app.http.openapi import problem
from app.http.paging import AfterId, Limit, next_cursor
from app.http.routing import Router
from app.http.transaction import Acting, Reads
from app.organisation.telling import shown_to
from app.rulebooks.document.values import Name
from app.rulebooks.parameters import Known
from app.rulebooks.registry import Registry
from app.standing.casework import NOT_NOW, NOT_YOURS
from app.standing.parameters import Judging
from app.standing.schemas import ReasonGiven
from app.trail.change import Reading

router = Router(tags=["recognition"])

ExitId = Annotated[UUID, Path(description="The exit.")]
StepName = Annotated[Name, Path(description="A step of the exit.")]
NO_EXIT: Final = problem(404, "No such exit or step, or none of a client that this key may see.")
DECLINED: Final = NO_EXIT | NOT_NOW | NOT_YOURS


@router.post(
    "/v1/clients/{client_id}/exits",
    operation_id="proposeExit",
    summary="Propose that a client leaves",
    status_code=201,
    dependencies=[requires(Scope.STANDING_WRITE)],
    responses=problem(404, "No such client, or no such rulebook in force.")
    | problem(409, "Its exit is open already, or it holds no tier to leave."),
)
async def propose_exit(
    client_id: Client,
    order: ExitOrder,
    change: Acting,
    judges: Judging,
) -> ExitDetail:
    """On the committee's decision. A rulebook's triggers propose by themselves, whenever a client is assessed.

    Either way an exit goes before: a nomination under the same rulebook that is on the way is withdrawn by it, and
    there is no other until the exit is at its end.
    """
    proposal = Proposal(order.rulebook, order.reason, order.decision)
    return await _detail(judges.registry, change, await propose_by_hand(change, judges, client_id, proposal))


@router.get(
    "/v1/exits",
    operation_id="listExits",
    summary="Exits",
    dependencies=[requires(Scope.CLIENTS_READ)],
    responses=problem(404, "No such client, or none that this key may see."),
)
async def list_exits(
    reads: Reads,
    known: Known,
    asked: Annotated[queries.Filter, Depends()],
    limit: Limit = 50,
    cursor: AfterId = None,
) -> ExitPage:
    """Of the clients that the key sees, by id."""
    rows = await queries.listed(reads, asked, cursor, limit + 1)
    items = [as_exit(row, known, reads.today) for row in rows[:limit]]
    return await shown_to(reads, ExitPage(items=items, next_cursor=next_cursor(rows, limit, lambda row: row.id)))


@router.get(
    "/v1/exits/{exit_id}",
    operation_id="readExit",
    summary="One exit",
    dependencies=[requires(Scope.CLIENTS_READ)],
    responses=NO_EXIT,
)
async def read_exit(exit_id: ExitId, reads: Reads, known: Known) -> ExitDetail:
    """Its reasons, who confirmed it, and its steps with their owners and deadlines."""
    return await _detail(known, reads, await queries.exit_of(reads, exit_id))


@router.post(
    "/v1/exits/{exit_id}/confirm",
    operation_id="confirmExit",
    summary="Confirm an exit",
    dependencies=[requires(Scope.STANDING_APPROVE)],
    responses=DECLINED,
)
async def confirm_exit(exit_id: ExitId, why: ReasonGiven, change: Acting, known: Known) -> ExitDetail:
    """As another person than the proposer. The first step begins; each is given to the officer whom its role names."""
    return await _detail(known, change, await acting.confirm(change, known, exit_id, why.reason))


@router.post(
    "/v1/exits/{exit_id}/steps/{step}/done",
    operation_id="completeExitStep",
    summary="Say that a step is done",
    dependencies=[requires(Scope.STANDING_WRITE)],
    responses=DECLINED,
)
async def complete_step(
    exit_id: ExitId, step: StepName, report: StepReport, change: Acting, known: Known
) -> ExitDetail:
    """As its owner, who alone says so; a step that has none is assigned first. In their order.

    With the last the client holds the lowest tier. Only recognition leads back. Obligations follow from the tier, so
    that they end by themselves.
    """
    return await _detail(known, change, await acting.do_step(change, known, exit_id, step, report.remark))


@router.post(
    "/v1/exits/{exit_id}/steps/{step}/assign",
    operation_id="assignExitStep",
    summary="Give a step to an officer",
    dependencies=[requires(Scope.STANDING_WRITE)],
    responses=DECLINED,
)
async def assign_step(exit_id: ExitId, step: StepName, owner: StepOwner, change: Acting, known: Known) -> ExitDetail:
    """Somebody who serves within the key's unit, or above the unit that leads; from then on nobody else does it."""
    return await _detail(known, change, await acting.assign(change, known, exit_id, step, owner.officer_id))


@router.post(
    "/v1/exits/{exit_id}/cancel",
    operation_id="cancelExit",
    summary="Cancel an exit",
    dependencies=[requires(Scope.STANDING_APPROVE)],
    responses=DECLINED,
)
async def cancel_exit(exit_id: ExitId, why: ReasonGiven, change: Acting, known: Known) -> ExitDetail:
    """The client stays. A trigger that still holds proposes anew with the next assessment."""
    return await _detail(known, change, await acting.cancel(change, known, exit_id, why.reason))


async def _detail(known: Registry, reads: Reading, record: ExitRecord) -> ExitDetail:
    return await shown_to(reads, as_exit(record, known, reads.today))
