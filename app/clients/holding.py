"""Who holds which role at clients, as conditions on tables whose rows belong to clients: one list, one statement."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.clients.reading import Column, Day
from app.clients.tables import Assignment, ClientUnit
from app.db.half_open import stands_on
from app.organisation.among import among
from app.organisation.fence import within


def is_assigned(client_id: Column, role: Column, officers: Collection[str], day: Day) -> ColumnElement[bool]:
    """Whether one of the officers has the role in `role` at the client in `client_id` by assignment on a day."""
    row = aliased(Assignment)
    held = select(row.id).where(row.client_id == client_id, row.role == role, stands_on(row, day))
    return exists(held.where(among(row.officer_id, officers)))


def is_covered_by(client_id: Column, officer: str, day: Day) -> ColumnElement[bool]:
    """Whether the client in `client_id` is assigned to an officer on a day, in whatever role."""
    row = aliased(Assignment)
    return exists(select(row.id).where(row.client_id == client_id, row.officer_id == officer, stands_on(row, day)))


def is_led_below(client_id: Column, unit: str, day: Day) -> ColumnElement[bool]:
    """Whether `unit`, or one below it, leads the client in `client_id` on a day."""
    part = aliased(ClientUnit)
    lead = select(part.client_id).where(part.client_id == client_id, part.part == "lead", stands_on(part, day))
    return exists(lead.where(within(part.unit_id, unit, day)))


async def owners_of(session: AsyncSession, client_ids: Collection[str], day: Day) -> dict[str, str]:
    """Who owns each of the clients on a day; the first by number where several do."""
    row = Assignment
    first = func.min(row.officer_id).label("officer")
    query = select(row.client_id, first).where(among(row.client_id, client_ids), row.owner)
    rows = await session.execute(query.where(stands_on(row, day)).group_by(row.client_id))
    return {found.client_id: found.officer for found in rows}
