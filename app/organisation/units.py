"""What is done with units: put, one or thousands at once. Callers commit; each change is noted."""

from collections.abc import Collection, Sequence
from typing import Literal

from sqlalchemy import select

from app.organisation.closing import occupants
from app.organisation.faults import Fault, raise_first
from app.organisation.fence import seen
from app.organisation.lock import hold_changed, one_at_a_time
from app.organisation.refusals import UnitOccupied
from app.organisation.tables import Unit
from app.organisation.unit_plan import Caller, Plan, plan
from app.organisation.unit_state import UnitOrder
from app.organisation.unit_store import load, store
from app.trail.change import Change

Outcome = Literal["created", "changed", "unchanged"]


async def put_units(
    change: Change, orders: Sequence[UnitOrder], *, unread: Collection[str] = ()
) -> tuple[list[Outcome], dict[int, list[Fault]]]:
    """Create, rename, move or close units, all or none: what became of each order, or by order what is wrong.

    The orders are for different units; one may come before that for the unit which it is to stand under. `unread` are
    units whose orders could not be read: nobody is told that they are missing.
    """
    await one_at_a_time(change.session)
    planned = plan(await load(change.session, orders), orders, Caller(change.actor.unit, change.today), unread=unread)
    await _check_closing(change, planned, orders)
    if not planned.faults:
        await store(change, planned)
    return [_outcome(planned, order) for order in orders], planned.faults


async def put_unit(change: Change, order: UnitOrder) -> Outcome:
    """Put one unit; raises what is wrong with it as a problem."""
    outcomes, faults = await put_units(change, [order])
    raise_first(change, faults.get(0, ()))
    return outcomes[0]


async def revision_of_unit(change: Change, unit_id: str) -> int | None:
    """The revision of a unit, which stays until the commit; None where there is none that the caller may see."""
    await one_at_a_time(change.session)
    visible = seen(change.actor.unit, change.today)
    return await change.session.scalar(select(Unit.revision).where(Unit.id == unit_id, visible))


async def _check_closing(change: Change, planned: Plan, orders: Sequence[UnitOrder]) -> None:
    """Find what keeps units from closing."""
    closing = {
        unit: state.closed_on
        for unit in planned.changed()
        if (state := planned.after[unit]).closed_on is not None and unit in planned.before
    }
    if not closing:
        return
    await hold_changed(change.session, planned.changed())
    there = await occupants(change.session, closing)
    for at, order in enumerate(orders):
        if order.unit_id in there:
            fault = Fault(("closed_on",), UnitOccupied, f"something is there still: {there[order.unit_id]}")
            planned.faults.setdefault(at, []).append(fault)


def _outcome(planned: Plan, order: UnitOrder) -> Outcome:
    if order.unit_id not in planned.before:
        return "created"
    same = planned.after[order.unit_id] is planned.before[order.unit_id]
    return "unchanged" if same else "changed"
