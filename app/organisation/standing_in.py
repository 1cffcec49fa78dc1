"""Who stands in for whom: the delegates of officers on leave."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.organisation.tables import Leave


async def stood_in_for(session: AsyncSession, officer_id: str, day: date) -> list[str]:
    """The officers on leave on a day whose delegate this one is; the delegates of delegates are not followed."""
    on_leave = Leave.from_day <= day, Leave.until_day > day, Leave.ended_at.is_(None)
    query = select(Leave.officer_id).distinct().where(Leave.delegate_id == officer_id, *on_leave)
    return list(await session.scalars(query.order_by(Leave.officer_id)))
