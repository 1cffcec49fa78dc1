"""What the database holds after many orders: the closure of all places, whatever part of the tree each order read."""

from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Problem
from app.organisation.tables import Unit, UnitPlacement, UnitTree
from app.organisation.tree import Branching, Move, Under, closure
from app.organisation.unit_state import KINDS, UNSAID, UnitOrder
from app.organisation.units import put_unit, put_units
from tests.organisation.bank import UNITS
from tests.service import change_of

pytestmark = pytest.mark.anyio

TODAY = date(2026, 11, 22)


def any_order(random: Random) -> UnitOrder:
    """An order for a unit of the bank or a new one; most can be carried out."""
    unit = random.choice([*UNITS, "N1", "N2", "N3"])
    kind = UNITS[unit][0] if unit in UNITS else "outlet"
    higher = [each for each, (above, _) in UNITS.items() if KINDS.index(above) < KINDS.index(kind)]
    day = random.choice([None, *(TODAY + timedelta(days=number) for number in range(6))])
    closed_on = TODAY + timedelta(days=9) if unit.startswith("N") and random.random() < 0.3 else UNSAID
    return UnitOrder(unit, kind, unit, random.choice(higher) if higher else None, day, closed_on)


async def stored(session: AsyncSession) -> dict[str, Branching]:
    """Every unit, from the tables themselves."""
    rows = await session.execute(select(Unit.id, Unit.closed_on))
    closed = {row.id: row.closed_on for row in rows}
    moves: dict[str, list[Move]] = {}
    places = (await session.scalars(select(UnitPlacement).order_by(UnitPlacement.from_day))).all()
    for place in places:
        moves.setdefault(place.unit_id, []).append(Move(place.from_day, place.parent_id))
    tree = {unit: Branching(unit, tuple(moved), closed[unit]) for unit, moved in moves.items()}
    known = {(place.unit_id, place.from_day, place.parent_id, place.until_day) for place in places}
    assert known == {tuple(place) for each in tree.values() for place in each.places}
    return tree


@pytest.mark.parametrize("seed", range(6))
async def test_the_stored_tree_is_the_closure_of_all_places(session: AsyncSession, seed: int) -> None:
    random, done = Random(seed), 0
    for _ in range(25):
        try:
            done += await put_unit(change_of(session), any_order(random)) != "unchanged"
        except Problem:
            continue
    tree = await stored(session)
    columns = [UnitTree.__table__.c[name] for name in Under._fields]
    rows = [Under(*row) for row in await session.execute(select(*columns))]
    assert done > 5
    assert sorted(rows, key=str) == sorted(closure(tree, tree), key=str)


async def test_a_second_head_office_is_found_though_the_order_names_nothing_that_is_there(
    session: AsyncSession,
) -> None:
    _, faults = await put_units(change_of(session), [UnitOrder("HQ", "head_office", "HQ", None)])
    assert [fault.problem.code for fault in faults[0]] == ["head_office_is_there"]
