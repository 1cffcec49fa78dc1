"""How far this machine's clock is from the database's: all moments are ours, and all replicas share the database."""

from typing import Final

import structlog
from sqlalchemy import text

from app.clock import Clock
from app.db.engine import Sessions

WARN_S: Final = 2.0
"""Off by more than so many seconds, something is wrong with a clock."""

_THERE: Final = text("SELECT clock_timestamp()")
_log = structlog.get_logger("tierbook.scheduler")


async def skew_s(sessions: Sessions, clock: Clock) -> float:
    """By how many seconds the database's clock is ahead of ours, as exactly as its answer is quick; warns of much."""
    async with sessions.begin() as session:
        await session.connection()
        before = clock.now()
        there = (await session.execute(_THERE)).scalar_one()
        after = clock.now()
    skew = float((there - (before + (after - before) / 2)).total_seconds())
    if abs(skew) > WARN_S:
        _log.warning("clocks_differ", database_ahead_s=round(skew, 3))
    return skew
