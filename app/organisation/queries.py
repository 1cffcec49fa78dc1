"""What other features ask of the organisation. They hand in ids that they know, and days."""

from datetime import date
from typing import Any, Final

from sqlalchemy import Date, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.organisation.fence import stands_on
from app.organisation.tables import Posting, UnitTree

COMMITTEE: Final = "committee_member"
_TREE: Final[Any] = UnitTree.__table__.c
_PATH: Final = (
    select(_TREE.ancestor)
    .where(_TREE.descendant == bindparam("unit"), stands_on(UnitTree, bindparam("day", type_=Date)))
    .order_by(_TREE.distance)
)


async def unit_path(session: AsyncSession, unit_id: str | None, day: date) -> tuple[str, ...]:
    """The unit, then the units above it up to the head office; empty for None, and where it does not stand on `day`."""
    if unit_id is None:
        return ()
    return tuple(await session.scalars(_PATH, {"unit": unit_id, "day": day}))


async def holders(session: AsyncSession, unit_id: str, role: str, day: date) -> list[str]:
    """The officers who serve exactly this unit in a role on `day`, by staff number."""
    query = select(Posting.officer_id).where(Posting.unit_id == unit_id, Posting.role == role, stands_on(Posting, day))
    return list(await session.scalars(query.order_by(Posting.officer_id)))


async def committee(session: AsyncSession, unit_id: str, day: date) -> frozenset[str]:
    """The members of the Strategic Client Committee of a unit (domain.md A13) on `day`."""
    return frozenset(await holders(session, unit_id, COMMITTEE, day))
