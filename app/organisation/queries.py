"""What other features ask of the organisation. They hand in ids that they know, and days."""

from datetime import date
from typing import Any, Final

from sqlalchemy import Date, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.half_open import stands_on
from app.organisation.tables import Posting, Unit, UnitTree
from app.organisation.unit_state import HEAD_OFFICE

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


async def head_office(session: AsyncSession, day: date) -> str | None:
    """The unit at the head of the bank; None where there is none on `day`."""
    is_open = (Unit.opened_on <= day, or_(Unit.closed_on.is_(None), Unit.closed_on > day))
    found: str | None = await session.scalar(select(Unit.id).where(Unit.kind == HEAD_OFFICE, *is_open))
    return found


async def holders(session: AsyncSession, unit_id: str, role: str, day: date) -> list[str]:
    """The officers who serve exactly this unit in a role on `day`, by staff number."""
    query = select(Posting.officer_id).where(Posting.unit_id == unit_id, Posting.role == role, stands_on(Posting, day))
    return list(await session.scalars(query.order_by(Posting.officer_id)))


async def committee(session: AsyncSession, unit_id: str, day: date) -> frozenset[str]:
    """The members of the Strategic Client Committee of a unit (domain.md A13) on `day`."""
    return frozenset(await holders(session, unit_id, COMMITTEE, day))
