"""A small organisation for reigns: two branches; the sub-branch B1-S2 moves from B1 to B2 at the turn of the year."""

from datetime import date
from itertools import pairwise
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.organisation.tables import Unit, UnitTree
from tests.service import NOON

OPENED: Final = date(2020, 1, 1)
MOVED: Final = date(2027, 1, 1)
_PARENTS: Final = {"HO": None, "B1": "HO", "B2": "HO", "B1-S1": "B1", "B1-S2": "B1", "B2-S1": "B2", "B1-S1-O1": "B1-S1"}
_KINDS: Final = ("head_office", "branch", "sub_branch", "outlet")
UNITS: Final = tuple(_PARENTS)


def path_of(unit: str, day: date) -> tuple[str, ...]:
    """The unit, then the units above, as they stand on `day`."""
    path = [unit]
    while (parent := "B2" if path[-1] == "B1-S2" and day >= MOVED else _PARENTS[path[-1]]) is not None:
        path.append(parent)
    return tuple(path)


async def found_small_bank(session: AsyncSession) -> None:
    for unit in UNITS:
        kind = _KINDS[len(path_of(unit, OPENED)) - 1]
        session.add(Unit(id=unit, kind=kind, name=unit, opened_on=OPENED, closed_on=None, revision=1, updated_at=NOON))
    await session.flush()
    for unit in UNITS:
        days = (OPENED, MOVED, None) if path_of(unit, OPENED) != path_of(unit, MOVED) else (OPENED, None)
        for first, until in pairwise(days):
            session.add_all(_closure(unit, first or OPENED, until))
    await session.flush()


def _closure(unit: str, first: date, until: date | None) -> list[UnitTree]:
    return [
        UnitTree(ancestor=above, descendant=unit, from_day=first, until_day=until, distance=distance)
        for distance, above in enumerate(path_of(unit, first))
    ]
