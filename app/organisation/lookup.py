"""What the features above ask of the organisation about many units and officers at once."""

from collections import Counter
from collections.abc import Collection
from datetime import date, timedelta
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Date, Select, Text, and_, any_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.half_open import stands_on
from app.organisation.among import among
from app.organisation.fence import belongs, within
from app.organisation.tables import Officer, Posting, Role, Unit, UnitTree

_UNIT: Final[Any] = Unit.__table__.c


class Post(NamedTuple):
    """An officer who serves a unit in a role."""

    officer_id: str
    unit_id: str
    role: str


async def units_within(session: AsyncSession, unit_ids: Collection[str], unit: str | None, day: date) -> frozenset[str]:
    """Return those of the units that are open on a day and lie within `unit`, or anywhere where it is None."""
    asked = {"units": list(unit_ids), "fence": unit, "day": day}
    return frozenset(await session.scalars(_open_units(fenced=unit is not None), asked))


@cache
def _open_units(*, fenced: bool) -> Select[str]:
    """Put together once: every client that is put asks it."""
    return select(_UNIT.id).where(open_within(fenced=fenced))


def open_within(*, fenced: bool) -> ColumnElement[bool]:
    """Whether a unit is one of `:units`, open on `:day`, and lies within `:fence`, or anywhere where nothing fences."""
    day = bindparam("day", type_=Date)
    is_open = and_(_UNIT.opened_on <= day, or_(_UNIT.closed_on.is_(None), _UNIT.closed_on > day))
    asked = _UNIT.id == any_(bindparam("units", type_=ARRAY(Text)))
    return and_(asked, is_open, within(_UNIT.id, bindparam("fence", type_=Text) if fenced else None, day))


async def unit_kinds(session: AsyncSession, unit_ids: Collection[str]) -> dict[str, str]:
    """Return the kinds of those of the units that exist."""
    if not unit_ids:
        return {}
    rows = await session.execute(select(Unit.id, Unit.kind).where(among(Unit.id, unit_ids)))
    return {row.id: row.kind for row in rows}


async def paths(session: AsyncSession, unit_ids: Collection[str], day: date) -> dict[str, tuple[str, ...]]:
    """Return for each of the units that stand on a day the unit, then those above it, up to the head office."""
    query = select(UnitTree.descendant, UnitTree.ancestor).where(
        among(UnitTree.descendant, unit_ids), stands_on(UnitTree, day)
    )
    found: dict[str, tuple[str, ...]] = {}
    for unit, above in await session.execute(query.order_by(UnitTree.descendant, UnitTree.distance)):
        found[unit] = (*found.get(unit, ()), above)
    return found


async def known_roles(session: AsyncSession) -> frozenset[str]:
    """Return the names of all roles."""
    return frozenset(await session.scalars(select(Role.name)))


async def roles_by_any_name(session: AsyncSession) -> dict[str, str]:
    """Roles by their names and by what they are called in either language; by what two are called, neither."""
    rows = (await session.execute(select(Role.name, Role.label_en, Role.label_zh))).all()
    called = Counter(label for row in rows for label in {row.label_en, row.label_zh})
    labels = {label: row.name for row in rows for label in (row.label_en, row.label_zh) if called[label] == 1}
    return labels | {row.name: row.name for row in rows}


async def posts_of(session: AsyncSession, officer_ids: Collection[str], day: date) -> list[Post]:
    """Return where the officers serve on a day; of one who has left by then, nothing."""
    query = _posts(day).where(among(Posting.officer_id, officer_ids))
    return [Post(*row) for row in await session.execute(query)]


async def posts_at(session: AsyncSession, unit_ids: Collection[str], roles: Collection[str], day: date) -> list[Post]:
    """Return who serves the units in one of the roles on a day."""
    query = _posts(day).where(among(Posting.unit_id, unit_ids), among(Posting.role, roles))
    return [Post(*row) for row in await session.execute(query.order_by(Posting.unit_id, Posting.role, Officer.id))]


async def leaving(session: AsyncSession, officer_ids: Collection[str]) -> dict[str, date]:
    """From which day on those of the officers serve no more who have left, or are to leave."""
    query = select(Officer.id, Officer.left_on).where(among(Officer.id, officer_ids), Officer.left_on.is_not(None))
    return {officer: left_on for officer, left_on in await session.execute(query) if left_on is not None}


async def last_within(
    session: AsyncSession, officer_ids: Collection[str], unit: str | None, day: date
) -> frozenset[str]:
    """Return those of the officers who serve within `unit` on a day, or served there last, where they serve no more.

    All of them, known or not, where `unit` is None.
    """
    if unit is None or not officer_ids:
        return frozenset(officer_ids)
    latest = func.least(Posting.until_day, day + timedelta(days=1)).desc()  # the same for all that stand on the day
    place = func.rank().over(partition_by=Posting.officer_id, order_by=latest).label("place")
    begun = (among(Posting.officer_id, officer_ids), Posting.from_day <= day)
    served = select(Posting.officer_id, Posting.unit_id, place).where(*begun).subquery()
    ours = (served.c.place == 1, belongs(served.c.unit_id, unit, day))
    return frozenset(await session.scalars(select(served.c.officer_id).where(*ours)))


def _posts(day: date) -> Select[str, str, str]:
    return (
        select(Posting.officer_id, Posting.unit_id, Posting.role)
        .join(Officer, Officer.id == Posting.officer_id)
        .where(stands_on(Posting, day), or_(Officer.left_on.is_(None), Officer.left_on > day))
    )
