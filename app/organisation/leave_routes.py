"""Leaves over HTTP: who is away when, and who stands in."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Path, Response

from app.access.guard import requires
from app.access.scopes import Scope
from app.http.openapi import problem
from app.http.paging import AfterId, Limit, next_cursor
from app.http.routing import Router
from app.http.transaction import Changing, Reads
from app.organisation.leave_judging import LeaveWish
from app.organisation.leave_schemas import LeaveDetail, LeaveOrder, LeavePage, Withdrawal
from app.organisation.leaves import enter_leave, listed_leaves, withdraw_leave
from app.organisation.schemas import OfficerId
from app.organisation.tables import Leave

router = Router(prefix="/v1", tags=["organisation"])

Whose = Annotated[OfficerId, Path()]
NOT_FOUND: Final = problem(404, "There is no such officer, or none that this key may see.")
ELSEWHERE: Final = problem(403, "The key lacks the scope, or the officer serves outside its unit too in these days.")


@router.post(
    "/officers/{officer_id}/leaves",
    operation_id="enterLeave",
    summary="Enter a leave",
    status_code=201,
    dependencies=[requires(Scope.ORGANISATION_WRITE)],
    responses=NOT_FOUND
    | ELSEWHERE
    | problem(409, "The officer is on leave on some of the days already.")
    | {200: {"model": LeaveDetail, "description": "The same leave is there already."}},
)
async def enter(officer_id: Whose, order: LeaveOrder, change: Changing, response: Response) -> LeaveDetail:
    """An officer is away on these days; the delegate has the officer's roles at clients meanwhile.

    It may be entered late: the days may have passed. One leave does not lead to another: a delegate who goes on leave
    himself is stood in for by nobody.
    """
    leave, is_new = await enter_leave(change, LeaveWish(officer_id, order.from_day, order.until_day, order.delegate_id))
    response.status_code = 201 if is_new else 200
    return _detail(leave)


@router.get(
    "/officers/{officer_id}/leaves",
    operation_id="listLeaves",
    summary="Leaves of an officer",
    dependencies=[requires(Scope.ORGANISATION_READ)],
    responses=NOT_FOUND,
)
async def list_all(officer_id: Whose, reads: Reads, limit: Limit = 50, cursor: AfterId = None) -> LeavePage:
    """Past and to come, withdrawn ones included, by id."""
    found = await listed_leaves(reads, officer_id, cursor, limit + 1)
    return LeavePage(items=list(map(_detail, found[:limit])), next_cursor=next_cursor(found, limit, lambda row: row.id))


@router.post(
    "/leaves/{leave_id}/withdraw",
    operation_id="withdrawLeave",
    summary="Withdraw a leave",
    dependencies=[requires(Scope.ORGANISATION_WRITE)],
    responses=problem(404, "There is no such leave, or none of an officer whom this key may see.") | ELSEWHERE,
)
async def withdraw(
    leave_id: Annotated[UUID, Path(description="The id that the leave was given when it was entered.")],
    why: Withdrawal,
    change: Changing,
) -> LeaveDetail:
    """As if it had not been entered, from now on; what was known until now stays known. A second time changes nothing.

    To change a leave, withdraw it and enter another.
    """
    return _detail(await withdraw_leave(change, leave_id, why.reason))


def _detail(leave: Leave) -> LeaveDetail:
    return LeaveDetail.model_validate(
        {
            "leave_id": leave.id,
            "officer_id": leave.officer_id,
            "from": leave.from_day,
            "until": leave.until_day,
            "delegate_id": leave.delegate_id,
            "recorded_at": leave.recorded_at,
            "withdrawn_at": leave.ended_at,
        }
    )
