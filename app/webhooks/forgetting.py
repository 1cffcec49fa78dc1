"""Events that were kept for long enough go, with what became of telling them; never what still waits for somebody.

The one with the last place of the feed stays: places go on from there.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

FORGOTTEN_AT_ONCE: Final = 500
_FORGET: Final = text("""
WITH old AS MATERIALIZED (
  SELECT id FROM event WHERE recorded_at < :until
    AND NOT EXISTS (SELECT FROM event_pending WHERE event_id = event.id)
    AND id IS DISTINCT FROM (SELECT event_id FROM event_sequence ORDER BY sequence DESC LIMIT 1)
    AND NOT EXISTS (
      SELECT FROM delivery WHERE event_id = event.id AND (ended_at IS NULL OR ended_at >= :until))
  ORDER BY recorded_at LIMIT :most FOR UPDATE SKIP LOCKED
), untold AS (
  DELETE FROM delivery USING old WHERE delivery.event_id = old.id
)
SELECT id FROM old
""")
_UNTIL: Final = text("""
INSERT INTO events_forgotten (id, until) VALUES (1, :until)
ON CONFLICT (id) DO UPDATE SET until = GREATEST(events_forgotten.until, excluded.until)
""")
_GONE: Final = text("DELETE FROM event WHERE id = ANY(CAST(:ids AS uuid[]))")


async def forget_old_events(session: AsyncSession, now: datetime, kept_for: timedelta) -> int:
    """Remove the oldest FORGOTTEN_AT_ONCE events all of whose deliveries ended long ago; how many there were.

    The ledger is told up to when they may be gone: what it says of steps before that is taken at its word.
    """
    asked = {"until": now - kept_for, "most": FORGOTTEN_AT_ONCE}
    ids = list(await session.scalars(_FORGET, asked))
    if ids:
        await session.execute(_UNTIL, {"until": asked["until"]})
        await session.execute(_GONE, {"ids": ids})
    return len(ids)
