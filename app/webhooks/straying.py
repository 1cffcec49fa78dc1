"""Deliveries in a state that their webhook has no more: it was paused, resumed or deleted while an event was written.

An event reads the webhooks as they are when it is written, and commits later. So whoever runs the dispatcher puts
right, again and again, what strayed: nothing stays parked for a webhook that is active, nothing waits for one that is
not, nothing is open for one that was deleted.
"""

from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import CursorResult, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import Clock
from app.db.engine import Sessions

ENDPOINT_DELETED: Final = "endpoint_deleted"
"""Why a delivery is not tried any more: its webhook is there no longer."""

_SETTLE: Final = text("""
WITH stray AS (
  SELECT delivery.id, CASE endpoint.state WHEN 'active' THEN 'pending' WHEN 'deleted' THEN 'exhausted' ELSE 'parked' END
    AS state
  FROM delivery JOIN webhook_endpoint AS endpoint ON endpoint.id = delivery.endpoint_id
  WHERE (CAST(:only AS uuid) IS NULL OR endpoint.id = :only) AND (
    (delivery.state = 'parked' AND endpoint.state IN ('active', 'deleted'))
    OR (delivery.state = 'pending' AND endpoint.state <> 'active'
      AND (delivery.claim_id IS NULL OR delivery.lease_until < :now)))
  ORDER BY delivery.id LIMIT :most FOR UPDATE OF delivery SKIP LOCKED
)
UPDATE delivery SET state = stray.state, claim_id = NULL, lease_until = NULL,
  next_at = CASE stray.state WHEN 'pending' THEN CAST(:now AS timestamptz) END,
  ended_at = CASE stray.state WHEN 'exhausted' THEN CAST(:now AS timestamptz) END,
  error = CASE stray.state WHEN 'exhausted' THEN CAST(:deleted AS text) ELSE delivery.error END
FROM stray WHERE delivery.id = stray.id
""")
AT_ONCE: Final = 1000
_ROUNDS: Final = 50
"""As many times as many at most are put right in one go: the rest has time until the next."""


async def put_right(sessions: Sessions, clock: Clock) -> None:
    """Put right what strayed, in transactions of their own; raises the database's errors."""
    for _ in range(_ROUNDS):
        async with sessions.begin() as session:
            if await settle(session, clock.now()) < AT_ONCE:
                return


async def settle(session: AsyncSession, now: datetime, only: UUID | None = None) -> int:
    """Put up to AT_ONCE deliveries right, of one webhook only or of all; how many there were. The caller commits."""
    asked = {"now": now, "most": AT_ONCE, "deleted": ENDPOINT_DELETED, "only": only}
    return cast("CursorResult[Any]", await session.execute(_SETTLE, asked)).rowcount
