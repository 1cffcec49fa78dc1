"""Closures of units over HTTP: days on which a unit and all below it are closed."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Path, Response

from app.access.guard import requires
from app.access.scopes import Scope
from app.http.openapi import problem
from app.http.paging import AfterId, Limit, next_cursor
from app.http.routing import Router
from app.http.transaction import Changing, Reads
from app.organisation.closures import ClosureWish, enter_closure, listed_closures, withdraw_closure
from app.organisation.leave_schemas import ClosureDetail, ClosureOrder, ClosurePage, Withdrawal
from app.organisation.schemas import UnitId
from app.organisation.tables import UnitClosure

router = Router(prefix="/v1", tags=["organisation"])

Where = Annotated[UnitId, Path()]
NOT_FOUND: Final = problem(404, "There is no such unit, or none that this key may see.")


@router.post(
    "/units/{unit_id}/closures",
    operation_id="enterClosure",
    summary="Close a unit for some days",
    status_code=201,
    dependencies=[requires(Scope.ORGANISATION_WRITE)],
    responses=NOT_FOUND
    | problem(409, "The unit is closed on some of the days already.")
    | {200: {"model": ClosureDetail, "description": "The same closure is there already."}},
)
async def enter(unit_id: Where, order: ClosureOrder, change: Changing, response: Response) -> ClosureDetail:
    """The unit and all that stands below it do no work on these days. It may be entered late: they may have passed.

    To close a unit for good, put it with `closed_on`.
    """
    wish = ClosureWish(unit_id, order.from_day, order.until_day, order.reason)
    closure, is_new = await enter_closure(change, wish)
    response.status_code = 201 if is_new else 200
    return _detail(closure)


@router.get(
    "/units/{unit_id}/closures",
    operation_id="listClosures",
    summary="Closures of a unit",
    dependencies=[requires(Scope.ORGANISATION_READ)],
    responses=NOT_FOUND,
)
async def list_all(unit_id: Where, reads: Reads, limit: Limit = 50, cursor: AfterId = None) -> ClosurePage:
    """Its own, not those of the units above it; past and to come, withdrawn ones included, by id."""
    found = await listed_closures(reads, unit_id, cursor, limit + 1)
    items = list(map(_detail, found[:limit]))
    return ClosurePage(items=items, next_cursor=next_cursor(found, limit, lambda row: row.id))


@router.post(
    "/closures/{closure_id}/withdraw",
    operation_id="withdrawClosure",
    summary="Withdraw a closure",
    dependencies=[requires(Scope.ORGANISATION_WRITE)],
    responses=problem(404, "There is no such closure, or none of a unit that this key may see."),
)
async def withdraw(
    closure_id: Annotated[UUID, Path(description="The id that the closure was given when it was entered.")],
    why: Withdrawal,
    change: Changing,
) -> ClosureDetail:
    """As if it had not been entered, from now on; what was known until now stays known. A second time changes nothing.

    To change a closure, withdraw it and enter another.
    """
    return _detail(await withdraw_closure(change, closure_id, why.reason))


def _detail(closure: UnitClosure) -> ClosureDetail:
    return ClosureDetail.model_validate(
        {
            "closure_id": closure.id,
            "unit_id": closure.unit_id,
            "from": closure.from_day,
            "until": closure.until_day,
            "reason": closure.reason,
            "recorded_at": closure.recorded_at,
            "withdrawn_at": closure.ended_at,
        }
    )
