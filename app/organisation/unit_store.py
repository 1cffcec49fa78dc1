"""The organisation's tree in the database: read as far as orders reach, written where it changed."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any, Final

from sqlalchemy import ColumnElement, Text, bindparam, delete, func, insert, literal, select, union, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from app.organisation.among import among
from app.organisation.tables import Unit, UnitPlacement, UnitTree
from app.organisation.tree import Move, Place, Under, below, children, closure
from app.organisation.unit_plan import Plan
from app.organisation.unit_state import HEAD_OFFICE, UnitOrder, UnitState
from app.trail.change import Change
from app.trail.entry import Entry

_UNIT: Final[Any] = Unit.__table__
_PLACE: Final[Any] = UnitPlacement.__table__
_TREE: Final[Any] = UnitTree.__table__


async def load(session: AsyncSession, orders: Sequence[UnitOrder]) -> dict[str, UnitState]:
    """What orders can change or depend on, each unit with its whole history.

    That is: the ordered units, all that ever stands below them, and all that ever stands above those and above the
    units where they are to stand; the head office in any case.
    """
    ids = list(await session.scalars(select(_reached(orders).c.id)))
    places = select(UnitPlacement.unit_id, UnitPlacement.from_day, UnitPlacement.parent_id)
    places = places.where(among(UnitPlacement.unit_id, ids)).order_by(UnitPlacement.unit_id, UnitPlacement.from_day)
    rows = await session.execute(places)
    moves = {unit: tuple(Move(*row[1:]) for row in each) for unit, each in groupby(rows, lambda row: str(row[0]))}
    columns = (Unit.id, Unit.closed_on, Unit.kind, Unit.name, Unit.revision)
    units = await session.execute(select(*columns).where(among(Unit.id, ids)))
    return {row.id: UnitState(row.id, moves[row.id], row.closed_on, row.kind, row.name, row.revision) for row in units}


def _reached(orders: Sequence[UnitOrder]) -> Any:
    """The ids of what `load` reads, some of which may not exist."""
    place = UnitPlacement
    down = select(_values(order.unit_id for order in orders)).cte("down", recursive=True)
    down = down.union(select(place.unit_id).join(down, place.parent_id == down.c.id))
    seeds = union(
        select(down.c.id),
        select(_values(order.parent_id for order in orders if order.parent_id is not None)),
        select(Unit.id).where(Unit.kind == HEAD_OFFICE),
    )
    up = select(seeds.subquery().c.id).cte("up", recursive=True)
    return up.union(select(place.parent_id).join(up, place.unit_id == up.c.id).where(place.parent_id.is_not(None)))


def _values(ids: Iterable[str]) -> ColumnElement[str]:
    return func.unnest(literal(list(ids), ARRAY(Text))).label("id")


async def store(change: Change, plan: Plan) -> None:
    """Write what a plan without faults changes, the closure of all that stands below it included, and note it."""
    changed = sorted(plan.changed())
    await _store_units(change, plan, changed)
    moved = [unit for unit in changed if _places(plan.before, unit) != _places(plan.after, unit)]
    if moved:
        gone = {place for unit in moved for place in _places(plan.before, unit)}
        await _exchange(change.session, _PLACE, gone, {place for unit in moved for place in plan.after[unit].places})
        await _store_tree(change.session, plan, moved)
    await change.note(*(_entry(plan.before.get(unit), plan.after[unit]) for unit in changed))


async def _store_units(change: Change, plan: Plan, changed: Iterable[str]) -> None:
    rows: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
    for unit in changed:
        rows[unit in plan.before].append({**_row(plan.after[unit]), "updated_at": change.now})
    if rows[False]:
        await change.session.execute(insert(_UNIT), rows[False])
    if rows[True]:
        same = update(_UNIT).where(_UNIT.c.id == bindparam("unit"))
        await change.session.execute(same, [{"unit": row.pop("id"), **row} for row in rows[True]])


async def _store_tree(session: AsyncSession, plan: Plan, moved: Collection[str]) -> None:
    """Write who stands under whom anew for the moved units and all that ever stood or will stand below them."""
    affected = below(children(plan.before), moved) | below(plan.under, moved)
    columns = [_TREE.c[name] for name in Under._fields]
    rows = await session.execute(select(*columns).where(among(UnitTree.descendant, affected)))
    await _exchange(session, _TREE, {Under(*row) for row in rows}, set(closure(plan.after, affected)))


async def _exchange(session: AsyncSession, table: Any, before: set[Any], after: set[Any]) -> None:
    """Have rows as they are afterwards in place of those before; rows in both stay untouched."""
    if gone := before - after:
        keys = [column.name for column in table.primary_key]
        one = delete(table).where(*(table.c[key] == bindparam(f"old_{key}") for key in keys))
        await session.execute(one, [{f"old_{key}": getattr(row, key) for key in keys} for row in gone])
    if new := after - before:
        await session.execute(insert(table), [row._asdict() for row in new])


def _places(units: Any, unit: str) -> tuple[Place, ...]:
    return units[unit].places if unit in units else ()


def _row(state: UnitState) -> dict[str, Any]:
    return {
        "id": state.unit,
        "kind": state.kind,
        "name": state.name,
        "opened_on": state.opened_on,
        "closed_on": state.closed_on,
        "revision": state.revision + 1,
    }


def _entry(old: UnitState | None, new: UnitState) -> Entry:
    """What the trail says of a unit: all of it before and after."""
    if old is None:
        return Entry("unit.created", "unit", new.unit, new.unit, after=_told(new))
    return Entry(_action(old, new), "unit", new.unit, new.unit, _told(old), _told(new))


def _action(old: UnitState, new: UnitState) -> str:
    """The weightiest of what changed: before and after tell all of it."""
    if old.closed_on != new.closed_on:
        return "unit.closed" if new.closed_on else "unit.closing_cancelled"
    return "unit.moved" if old.places != new.places else "unit.renamed"


def _told(state: UnitState) -> dict[str, Any]:
    return {
        "kind": state.kind,
        "name": state.name,
        "closed_on": _iso(state.closed_on),
        "places": list(map(_told_place, state.places)),
    }


def _told_place(place: Place) -> dict[str, Any]:
    return {"parent_id": place.parent_id, "from": _iso(place.from_day), "until": _iso(place.until_day)}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
