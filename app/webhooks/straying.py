"""Deliveries in a state that their webhook has no more: it was paused, resumed or deleted while an event was written.

An event reads the webhooks as they are when it is written, and commits later. So whoever runs the dispatcher puts
right, again and again, what strayed: nothing stays parked for a webhook that is active, nothing waits for one that is
not, nothing is open for one that was deleted.
"""

from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import CursorResult, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.webhooks.acting import ENDPOINT_DELETED

_SETTLE: Final = text("""
WITH stray AS (
  SELECT delivery.id, CASE endpoint.state WHEN 'active' THEN 'pending' WHEN 'deleted' THEN 'exhausted' ELSE 'parked' END
    AS state
  FROM delivery JOIN webhook_endpoint AS endpoint ON endpoint.id = delivery.endpoint_id
  WHERE (delivery.state = 'parked' AND endpoint.state IN ('active', 'deleted'))
    OR (delivery.state = 'pending' AND endpoint.state <> 'active'
      AND (delivery.claim_id IS NULL OR delivery.lease_until < :now))
  ORDER BY delivery.id LIMIT :most FOR UPDATE OF delivery SKIP LOCKED
)
UPDATE delivery SET state = stray.state, claim_id = NULL, lease_until = NULL,
  next_at = CASE stray.state WHEN 'pending' THEN CAST(:now AS timestamptz) END,
  ended_at = CASE stray.state WHEN 'exhausted' THEN CAST(:now AS timestamptz) END,
  error = CASE stray.state WHEN 'exhausted' THEN CAST(:deleted AS text) ELSE delivery.error END
FROM stray WHERE delivery.id = stray.id
""")
AT_ONCE: Final = 1000


async def settle(session: AsyncSession, now: datetime) -> int:
    """Put up to AT_ONCE deliveries right; how many there were. The caller commits."""
    done = await session.execute(_SETTLE, {"now": now, "most": AT_ONCE, "deleted": ENDPOINT_DELETED})
    return cast("CursorResult[Any]", done).rowcount
