"""What reigns ask of the organisation's tree, which lies above this feature: named here, as the key `unit.id` is."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Date, Select, Text, and_, column, func, or_, select, table
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.half_open import stands_on
from app.rulebooks.reign import Term
from app.rulebooks.tables import RulebookReign

_TREE: Final = table(
    "unit_tree",
    column("ancestor", Text),
    column("descendant", Text),
    column("from_day", Date),
    column("until_day", Date),
).c


async def unknown_units(session: AsyncSession, units: Sequence[str], day: date) -> set[str]:
    """Those that are no units, or do not stand on `day`."""
    itself = and_(_TREE.ancestor == _TREE.descendant, _TREE.descendant.in_(units), stands_on(_TREE, day))
    return set(units) - set(await session.scalars(select(_TREE.descendant).where(itself)))


def on_one_path(name: str, number: int, term: Term) -> Select[Any]:
    """Pilots of a rulebook's other versions that meet a pilot of `number` on some client's path, on some common day.

    Two meet where the unit of one stands in or below that of the other. Rows: number, unit, first common day.
    """
    first = func.greatest(RulebookReign.from_day, _TREE.from_day, term.from_day)
    last = func.least(RulebookReign.until_day, _TREE.until_day, term.until_day)  # which ignores nulls
    above = and_(_TREE.ancestor == RulebookReign.unit_id, _TREE.descendant.in_(term.units))
    below = and_(_TREE.descendant == RulebookReign.unit_id, _TREE.ancestor.in_(term.units))
    other = and_(RulebookReign.name == name, RulebookReign.number != number)
    return select(RulebookReign.number, RulebookReign.unit_id, first).where(other, or_(above, below), first < last)


async def standing_of(session: AsyncSession, units: Collection[str], unit: str, day: date) -> tuple[set[str], set[str]]:
    """Which of `units` stand in or below `unit` on `day`, and which above it."""
    below = and_(_TREE.ancestor == unit, _TREE.descendant.in_(units))
    above = and_(_TREE.descendant == unit, _TREE.ancestor.in_(units))
    query = select(_TREE.ancestor, _TREE.descendant).where(or_(below, above), stands_on(_TREE, day))
    rows = (await session.execute(query)).all()
    within = {descendant for ancestor, descendant in rows if ancestor == unit}
    return within, {ancestor for ancestor, _ in rows} - {unit}
