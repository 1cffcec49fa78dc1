"""Keeping what is for a receiver that takes nothing now, and letting it go again."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_PARK: Final = text("""
UPDATE delivery SET state = 'parked', next_at = NULL WHERE endpoint_id = :endpoint AND state = 'pending'
""")
_LET_GO: Final = text("""
UPDATE delivery SET state = 'pending', next_at = :now WHERE endpoint_id = :endpoint AND state = 'parked'
""")


async def park(session: AsyncSession, endpoint_id: UUID) -> None:
    """Park what waits; the caller has locked the receiver. What is on its way may still be delivered."""
    await session.execute(_PARK, {"endpoint": endpoint_id})


async def let_go(session: AsyncSession, endpoint_id: UUID, now: datetime) -> None:
    """Have what is parked tried again; the caller has locked the receiver, which is active."""
    await session.execute(_LET_GO, {"endpoint": endpoint_id, "now": now})
