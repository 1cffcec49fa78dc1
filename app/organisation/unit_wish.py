"""What one order makes of one unit, others left out of sight. What was stays: only a new unit begins in the past."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from app.organisation.faults import Fault
from app.organisation.refusals import DayPassed, KindIsFixed, UnitClosed, WrongPeriod
from app.organisation.tree import Move
from app.organisation.unit_state import UNSAID, UnitOrder, UnitState


def wanted(old: UnitState | None, order: UnitOrder, today: date) -> tuple[UnitState, list[Fault]]:
    """The unit as it is ordered, and what is wrong with that; the very same state where nothing changes."""
    if old is None:
        return _opened(order, today)
    moves, closed_on = _moves(old, order, today), _closed_on(old, order)
    new = replace(old, moves=_until(moves, closed_on), closed_on=closed_on, name=order.name)
    faults = [] if order.kind == old.kind else [Fault(("kind",), KindIsFixed, f"stays {old.kind}: open another unit")]
    if old.closed_on is None or old.closed_on > today:
        faults += _faults(old, new, order, today)
        if moves != old.moves and moves[-1] not in new.moves:
            faults.append(
                Fault(("from",), WrongPeriod, f"the unit closes on {closed_on}, and does not move after that")
            )
    elif (moves, closed_on) != (old.moves, old.closed_on) or not _stood(old, order, today):
        says = f"closed on {old.closed_on}: it is not opened again, nor moved"
        faults.append(Fault(("closed_on",), UnitClosed, says))
    return (old if new == old else new), faults


def _opened(order: UnitOrder, today: date) -> tuple[UnitState, list[Fault]]:
    closed_on = None if order.closed_on == UNSAID else order.closed_on
    first = order.from_day or today
    state = UnitState(order.unit_id, (Move(first, order.parent_id),), closed_on, order.kind, order.name)
    return state, list(_too_short(state))


def _moves(old: UnitState, order: UnitOrder, today: date) -> tuple[Move, ...]:
    """Where it stands: as before up to the ordered day, from then on under the ordered unit."""
    day = order.from_day
    if day is None:
        if old.parent_on(old.nearest(today)) == order.parent_id:
            return old.moves
        day = today
    if day < today:
        return old.moves
    kept = tuple(move for move in old.moves if move.from_day < day)
    return kept if kept and kept[-1].parent == order.parent_id else (*kept, Move(day, order.parent_id))


def _stood(old: UnitState, order: UnitOrder, today: date) -> bool:
    """Whether it has stood where the order says from a day in the past on; true of orders that name none."""
    since = order.from_day
    if since is None or since >= today:
        return True
    moved = any(since < move.from_day <= old.nearest(today) for move in old.moves)
    return since >= old.opened_on and old.parent_on(since) == order.parent_id and not moved


def _closed_on(old: UnitState, order: UnitOrder) -> date | None:
    return old.closed_on if order.closed_on == UNSAID else order.closed_on


def _until(moves: tuple[Move, ...], closed_on: date | None) -> tuple[Move, ...]:
    """The moves that still come about; the first stays whatever the day, so that it can be told to be wrong."""
    return moves[:1] + tuple(move for move in moves[1:] if closed_on is None or move.from_day < closed_on)


def _faults(old: UnitState, new: UnitState, order: UnitOrder, today: date) -> Iterator[Fault]:
    """What is wrong with the days of an order for a unit that is not closed."""
    if not _stood(old, order, today):
        says = f"has not stood there from {order.from_day} to {today}, and what was stays; move it from {today} on"
        yield Fault(("from",), DayPassed, says)
    if new.closed_on is not None and new.closed_on != old.closed_on and new.closed_on < today:
        yield Fault(("closed_on",), DayPassed, f"a unit closes on {today} or later")
    yield from _too_short(new)


def _too_short(state: UnitState) -> Iterator[Fault]:
    if state.closed_on is not None and state.closed_on <= state.opened_on:
        yield Fault(("closed_on",), WrongPeriod, f"the unit opens on {state.opened_on} and closes after that")
