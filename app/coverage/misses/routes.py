"""Reasons for a miss over HTTP: propose, accept, refuse, withdraw."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Path

from app.access.guard import requires
from app.access.scopes import Scope
from app.coverage.misses import queries, reasons
from app.coverage.misses.key import ReasonKey
from app.coverage.misses.schemas import MissReasonDecision, MissReasonDetail, MissReasonOrder, MissReasonPage
from app.coverage.misses.wire import as_reason
from app.http.openapi import problem
from app.http.paging import AfterId, Limit, next_cursor
from app.http.routing import Router
from app.http.transaction import Acting, Reads
from app.organisation.telling import shown_to
from app.standing.casework import NOT_YOURS
from app.standing.schemas import ReasonGiven

router = Router(prefix="/v1/coverage/reasons", tags=["coverage"])

ReasonId = Annotated[UUID, Path(description="The reason.")]
NO_REASON: Final = problem(404, "No such reason, or none of a client that this key may see.")
DECLINED: Final = NO_REASON | NOT_YOURS | problem(409, "It is decided already.")


@router.post(
    "",
    operation_id="proposeMissReason",
    summary="Propose a reason for a miss",
    status_code=201,
    dependencies=[requires(Scope.COVERAGE_WRITE)],
    responses=problem(409, "One for the same client, rulebook, role, officer and period is proposed or accepted."),
)
async def propose_reason(order: MissReasonOrder, change: Acting) -> MissReasonDetail:
    """Why visits were not made that a role owed a client in a period that has begun. No figure becomes another."""
    key = ReasonKey(order.client_id, order.rulebook, order.role, order.officer_id, order.period)
    return await shown_to(
        change, as_reason(await reasons.propose(change, reasons.Proposal(key, order.code, order.explanation)))
    )


@router.get(
    "",
    operation_id="listMissReasons",
    summary="Reasons for misses",
    dependencies=[requires(Scope.COVERAGE_READ)],
    responses=problem(404, "No such client or unit, or none that this key may see."),
)
async def list_reasons(
    reads: Reads,
    asked: Annotated[queries.Filter, Depends()],
    limit: Limit = 50,
    cursor: AfterId = None,
) -> MissReasonPage:
    """Of the clients that the key sees, by id."""
    rows = await queries.listed(reads, asked, cursor, limit + 1)
    page = MissReasonPage(
        items=[as_reason(row) for row in rows[:limit]], next_cursor=next_cursor(rows, limit, lambda row: row.id)
    )
    return await shown_to(reads, page)


@router.get(
    "/{reason_id}",
    operation_id="readMissReason",
    summary="One reason for a miss",
    dependencies=[requires(Scope.COVERAGE_READ)],
    responses=NO_REASON,
)
async def read_reason(reason_id: ReasonId, reads: Reads) -> MissReasonDetail:
    """Who proposed it and why, and who decided."""
    return await shown_to(reads, as_reason(await queries.reason_of(reads, reason_id)))


@router.post(
    "/{reason_id}/accept",
    operation_id="acceptMissReason",
    summary="Accept a reason for a miss",
    dependencies=[requires(Scope.COVERAGE_APPROVE)],
    responses=DECLINED,
)
async def accept_reason(reason_id: ReasonId, decision: MissReasonDecision, change: Acting) -> MissReasonDetail:
    """As another person than the one who proposed it. What was missed stays missed."""
    return await shown_to(
        change, as_reason(await reasons.decide(change, reason_id, accept=True, remark=decision.remark))
    )


@router.post(
    "/{reason_id}/refuse",
    operation_id="refuseMissReason",
    summary="Refuse a reason for a miss",
    dependencies=[requires(Scope.COVERAGE_APPROVE)],
    responses=DECLINED,
)
async def refuse_reason(reason_id: ReasonId, decision: MissReasonDecision, change: Acting) -> MissReasonDetail:
    """As another person than the one who proposed it. Another may be proposed then."""
    return await shown_to(
        change, as_reason(await reasons.decide(change, reason_id, accept=False, remark=decision.remark))
    )


@router.post(
    "/{reason_id}/withdraw",
    operation_id="withdrawMissReason",
    summary="Withdraw a reason for a miss",
    dependencies=[requires(Scope.COVERAGE_WRITE)],
    responses=DECLINED,
)
async def withdraw_reason(reason_id: ReasonId, why: ReasonGiven, change: Acting) -> MissReasonDetail:
    """As who proposed it, as long as it is not decided."""
    return await shown_to(change, as_reason(await reasons.withdraw(change, reason_id, why.reason)))
