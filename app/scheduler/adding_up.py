"""Whether every step that was ever planned was told of, superseded, cancelled, or waits."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.events.adding_up import Balance

_PARTS: Final = ("emitted", "superseded", "cancelled", "waiting")
_STEPS: Final = text("""
WITH behind AS (
  SELECT due_id, count(*) AS all_of,
    count(*) FILTER (WHERE outcome = 'emitted') AS emitted,
    count(*) FILTER (WHERE outcome = 'superseded') AS superseded,
    count(*) FILTER (WHERE outcome = 'cancelled') AS cancelled
  FROM due_ledger GROUP BY due_id
), ahead AS (
  SELECT id, planned, CASE state WHEN 'scheduled' THEN jsonb_array_length(steps) - taken ELSE 0 END AS waiting FROM due
)
SELECT COALESCE(sum(planned), 0) AS planned, COALESCE(sum(emitted), 0) AS emitted,
  COALESCE(sum(superseded), 0) AS superseded, COALESCE(sum(cancelled), 0) AS cancelled,
  COALESCE(sum(waiting), 0) AS waiting,
  count(*) FILTER (WHERE planned <> COALESCE(all_of, 0) + waiting) AS uneven,
  (SELECT count(*) FROM due_ledger WHERE outcome = 'emitted'
    AND taken_at >= COALESCE((SELECT until FROM events_forgotten), '-infinity')
    AND NOT EXISTS (SELECT FROM event WHERE event.id = due_ledger.event_id)) AS untold
FROM ahead LEFT JOIN behind ON behind.due_id = ahead.id
""")


async def add_up_steps(session: AsyncSession) -> Balance:
    """What was planned = what was emitted, superseded, cancelled + what waits.

    Each emitted step has its event, unless that was forgotten in its time.
    """
    found = (await session.execute(_STEPS)).mappings().one()
    parts = {part: int(found[part]) for part in _PARTS}
    return Balance("scheduled", int(found["planned"]), parts, found["uneven"] + found["untold"])
