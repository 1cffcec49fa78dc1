"""What becomes of the organisation by orders for units, and what is wrong with them; pure, for one or for thousands."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Final

from app.organisation.faults import NO_SUCH_UNIT, Fault, no_such_unit, refused
from app.organisation.refusals import (
    HeadOfficeIsThere,
    OwnPlace,
    UnitMisplaced,
    UnitNotFound,
    UnitOccupied,
    WrongPeriod,
)
from app.organisation.tree import Place, children, path
from app.organisation.unit_state import HEAD_OFFICE, KINDS, Organisation, UnitOrder, UnitState
from app.organisation.unit_wish import wanted

_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Caller:
    """On whose behalf it is planned, and when: `fence` is the caller's unit, None for the whole bank."""

    fence: str | None
    today: date


@dataclass
class Plan:
    """The organisation before and after, and what is wrong by order; where anything is, `after` is not to be used."""

    before: Organisation
    after: dict[str, UnitState]
    faults: dict[int, list[Fault]] = field(default_factory=dict)

    def changed(self) -> list[str]:
        """Which units are new or become different."""
        return [unit for unit, state in self.after.items() if state is not self.before.get(unit)]

    @cached_property
    def under(self) -> dict[str, list[Place]]:
        """Every place under each unit, afterwards."""
        return children(self.after)

    @cached_property
    def head_offices(self) -> set[str]:
        """All there are afterwards: one, where nothing is wrong."""
        return {unit for unit, state in self.after.items() if state.kind == HEAD_OFFICE}


def plan(before: Organisation, orders: Sequence[UnitOrder], caller: Caller, *, unread: Collection[str] = ()) -> Plan:
    """Carry out orders for different units, all at once: a unit may come before the one that it is to stand under.

    `unread` are units of orders that could not be read: nobody is told that those are missing.
    """
    planned = Plan(before, dict(before))
    own: dict[int, list[Fault]] = {}
    for at, order in enumerate(orders):
        old = before.get(order.unit_id)
        planned.after[order.unit_id], own[at] = wanted(old, _completed(old, order, caller), caller.today)
    for at, order in enumerate(orders):
        found = [*_reach(planned, order, caller)] or [*own[at], *_places(planned, order, caller, unread)]
        if found:
            planned.faults[at] = found
    return planned


def is_within(organisation: Organisation, unit: str, caller: Caller) -> bool:
    """Whether a caller sees a unit: where it lies within the caller's on the day nearest to today."""
    if caller.fence is None:
        return True
    return caller.fence in path(organisation, unit, organisation[unit].nearest(caller.today))


def _completed(old: UnitState | None, order: UnitOrder, caller: Caller) -> UnitOrder:
    """A key of a unit is not shown what stands above its own: so where it names nothing there, that stays."""
    if old is None or order.parent_id is not None or order.unit_id != caller.fence:
        return order
    return replace(order, parent_id=old.parent_on(old.nearest(caller.today)))


def _reach(planned: Plan, order: UnitOrder, caller: Caller) -> Iterator[Fault]:
    """What the caller may not do, whatever is ordered."""
    old, new = planned.before.get(order.unit_id), planned.after[order.unit_id]
    if old is None:
        return
    if not is_within(planned.before, order.unit_id, caller):
        yield Fault(("unit_id",), UnitNotFound, NO_SUCH_UNIT, refused("unit", order.unit_id, order.unit_id))
    elif order.unit_id == caller.fence and new.places != old.places:
        says = "where the key's own unit stands is for a key of a unit above"
        yield Fault(("parent_id",), OwnPlace, says, refused("unit", order.unit_id, order.unit_id, says))


def _places(planned: Plan, order: UnitOrder, caller: Caller, unread: Collection[str]) -> Iterator[Fault]:
    """What is wrong with where a unit comes to stand, and with leaving those that stand under it."""
    old, new = planned.before.get(order.unit_id), planned.after[order.unit_id]
    if new.kind == HEAD_OFFICE:
        yield from _head_office(planned, new)
    for place in new.places:
        if place not in (old.places if old else ()) and place.parent_id not in unread:
            yield from _place(planned, new, place, caller)
    yield from _left_behind(planned, new)


def _head_office(planned: Plan, unit: UnitState) -> Iterator[Fault]:
    others = planned.head_offices - {unit.unit}
    if others and unit.unit not in planned.before:
        yield Fault(("kind",), HeadOfficeIsThere, "a bank has one head office, and it is there")
    if unit.closed_on is not None:
        yield Fault(("closed_on",), HeadOfficeIsThere, "the head office does not close")


def _place(planned: Plan, unit: UnitState, place: Place, caller: Caller) -> Iterator[Fault]:
    """What is wrong with one new place."""
    here = ("parent_id",)
    if (place.parent_id is None) != (unit.kind == HEAD_OFFICE):
        yield Fault(here, UnitMisplaced, "the head office stands under no unit, and every other unit under one")
    elif place.parent_id is not None:
        above = planned.after.get(place.parent_id)
        if above is None or not is_within(planned.after, place.parent_id, caller):
            yield no_such_unit(here, outside=place.parent_id if place.parent_id in planned.before else None)
        elif KINDS.index(above.kind) >= KINDS.index(unit.kind):
            yield Fault(here, UnitMisplaced, f"{unit.kind} does not stand under {above.kind}")
        elif not above.covers(place):
            yield Fault(here, WrongPeriod, f"that unit is {_open(above)}, not throughout from {place.from_day}")


def _left_behind(planned: Plan, unit: UnitState) -> Iterator[Fault]:
    """Units that stand under one beyond its days, and were not ordered to."""
    staying = [
        place.unit_id
        for place in planned.under.get(unit.unit, ())
        if not unit.covers(place) and place.unit_id in planned.before and place in planned.before[place.unit_id].places
    ]
    if staying:
        more = f" and {len(staying) - _SHOWN} more" if len(staying) > _SHOWN else ""
        yield Fault(("closed_on",), UnitOccupied, f"units stand under it: {', '.join(staying[:_SHOWN])}{more}")


def _open(unit: UnitState) -> str:
    return f"open from {unit.opened_on}" + (f" until {unit.closed_on}" if unit.closed_on else "")
