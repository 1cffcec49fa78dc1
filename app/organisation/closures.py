"""What is done with closures of units: entered, withdrawn, listed. Callers commit; each is noted."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.organisation.faults import Fault, raise_first, refused
from app.organisation.lock import hold_changed
from app.organisation.refusals import ClosureNotFound, ClosureOverlaps, WrongPeriod
from app.organisation.schemas import UnitDetail
from app.organisation.tables import UnitClosure
from app.organisation.unit_reading import read_unit, seen_units
from app.trail.change import Change, Reading
from app.trail.entry import Entry


@dataclass(frozen=True, slots=True)
class ClosureWish:
    """Days on which a unit is to be closed, with all below it, and why."""

    unit_id: str
    from_day: date
    until_day: date
    reason: str


async def enter_closure(change: Change, wish: ClosureWish) -> tuple[UnitClosure, bool]:
    """Enter a closure, past ones too: it, and whether it is new. The same again is the one that is there.

    Raises UnitNotFound, or what is wrong with the closure as a problem.
    """
    await hold_changed(change.session, [wish.unit_id])
    unit = await read_unit(change, wish.unit_id)
    live = select(UnitClosure).where(UnitClosure.unit_id == wish.unit_id, UnitClosure.ended_at.is_(None))
    theirs = (await change.session.scalars(live.order_by(UnitClosure.from_day))).all()
    there = next((each for each in theirs if _wish(each) == wish), None)
    if there is not None:
        return there, False
    raise_first(change, _faults(wish, unit, theirs))
    return await _store(change, wish), True


async def withdraw_closure(change: Change, closure_id: uuid.UUID, reason: str) -> UnitClosure:
    """Withdraw a closure, as if it had not been entered; a second time changes nothing. Raises ClosureNotFound."""
    closure = await change.session.get(UnitClosure, closure_id, with_for_update=True, populate_existing=True)
    if closure is None:
        raise ClosureNotFound
    if not await seen_units(change, [closure.unit_id]):
        change.deny(refused("closure", str(closure.id), closure.unit_id))
        raise ClosureNotFound
    if closure.ended_at is None:
        closure.ended_at, closure.ended_by = max(change.now, closure.recorded_at), change.actor.identity
        await change.session.flush()
        before = _told(_wish(closure))
        entry = Entry("closure.withdrawn", "closure", str(closure.id), closure.unit_id, before, None, reason)
        await change.note(entry)
    return closure


async def listed_closures(reads: Reading, unit_id: str, after: uuid.UUID | None, limit: int) -> Sequence[UnitClosure]:
    """A unit's own closures by id, withdrawn ones included; raises UnitNotFound."""
    await read_unit(reads, unit_id)
    query = select(UnitClosure).where(UnitClosure.unit_id == unit_id).order_by(UnitClosure.id).limit(limit)
    query = query if after is None else query.where(UnitClosure.id > after)
    return (await reads.session.scalars(query.execution_options(populate_existing=True))).all()


def _faults(wish: ClosureWish, unit: UnitDetail, theirs: Sequence[UnitClosure]) -> list[Fault]:
    if wish.until_day <= wish.from_day:
        return [Fault(("until",), WrongPeriod, f"is not after {wish.from_day}, the first day")]
    if wish.from_day < unit.opened_on or (unit.closed_on is not None and wish.until_day > unit.closed_on):
        until = f" until {unit.closed_on}" if unit.closed_on else ""
        return [Fault(("from",), WrongPeriod, f"the unit is open from {unit.opened_on}{until}: name days of these")]
    return [
        Fault(("from",), ClosureOverlaps, f"is closed from {each.from_day} to before {each.until_day} already")
        for each in theirs
        if each.from_day < wish.until_day and each.until_day > wish.from_day
    ]


async def _store(change: Change, wish: ClosureWish) -> UnitClosure:
    closure = UnitClosure(
        id=uuid.uuid4(),
        unit_id=wish.unit_id,
        from_day=wish.from_day,
        until_day=wish.until_day,
        reason=wish.reason,
        recorded_at=change.now,
        recorded_by=change.actor.identity,
        ended_at=None,
        ended_by=None,
    )
    change.session.add(closure)
    await change.session.flush()
    told = _told(wish)
    await change.note(
        Entry("closure.entered", "closure", str(closure.id), wish.unit_id, after=told, reason=wish.reason)
    )
    return closure


def _wish(closure: UnitClosure) -> ClosureWish:
    return ClosureWish(closure.unit_id, closure.from_day, closure.until_day, closure.reason)


def _told(wish: ClosureWish) -> dict[str, Any]:
    return {"unit_id": wish.unit_id, "from": wish.from_day.isoformat(), "until": wish.until_day.isoformat()}
