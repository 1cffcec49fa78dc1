"""Claiming deliveries: by lease, in a transaction that is over before anything is sent.

A claim holds until its lease ends; then whoever comes next may claim, and the one before finds its claim gone. Nobody
has to look for what a dead process left.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid4

from psycopg import AsyncCursor

from app.db.driver import Driver
from app.kernel.retrying import TRIPS_AT

MARGIN: Final = timedelta(seconds=15)
"""What a lease is longer than an attempt may take: to write down what became of it, also where the database is slow."""

_LOCK: Final = 0x71E2B0C5
_ONE_AFTER_THE_OTHER: Final = """
SELECT set_config('synchronous_commit', 'off', true), pg_advisory_xact_lock(%(lock)s)
"""
_CLAIM: Final = """
WITH ready AS MATERIALIZED (
  SELECT endpoint.id, endpoint.revision,
    CASE WHEN endpoint.failures >= %(trips_at)s THEN LEAST(endpoint.concurrency, 1) ELSE endpoint.concurrency END - (
      SELECT count(*) FROM delivery AS held
      WHERE held.endpoint_id = endpoint.id AND held.claim_id IS NOT NULL AND held.lease_until > %(now)s) AS room
  FROM webhook_endpoint AS endpoint
  WHERE endpoint.state = 'active' AND (endpoint.resume_at IS NULL OR endpoint.resume_at <= %(now)s)
), chosen AS MATERIALIZED (
  SELECT waiting.id, ready.revision FROM ready CROSS JOIN LATERAL (
    SELECT delivery.id FROM delivery
    WHERE delivery.endpoint_id = ready.id AND delivery.state = 'pending' AND delivery.next_at <= %(now)s
      AND (delivery.lease_until IS NULL OR delivery.lease_until <= %(now)s)
    ORDER BY delivery.next_at LIMIT GREATEST(ready.room, 0) FOR UPDATE SKIP LOCKED
  ) AS waiting
  LIMIT %(most)s
)
UPDATE delivery SET claim_id = %(claim)s, lease_until = %(lease)s
FROM chosen JOIN delivery AS own ON own.id = chosen.id JOIN event ON event.id = own.event_id
WHERE delivery.id = chosen.id
RETURNING delivery.id, delivery.endpoint_id, chosen.revision, delivery.event_id, event.body, delivery.attempts,
  delivery.claim_id, delivery.lease_until
"""
_GIVE_BACK: Final = """
UPDATE delivery SET claim_id = NULL, lease_until = NULL WHERE id = ANY(%(ids)s) AND claim_id = ANY(%(claims)s)
"""


class Claimed(NamedTuple):
    """A delivery that is ours to try until the lease ends; `attempts` were made before in its series."""

    id: UUID
    endpoint_id: UUID
    revision: int
    event_id: UUID
    body: str
    attempts: int
    claim_id: UUID
    lease_until: datetime


async def begin_claim(driver: Driver, now: datetime, limit: timedelta, most: int) -> AsyncCursor[Any]:
    """Ask for the oldest deliveries that may be tried now, `most` in all; `limit` is what an attempt may take.

    For each receiver no more are on their way, whoever sends them, than it takes at once; so claims are made one after
    the other. A claim that a crash of the database undoes is made again, and is not waited for to be on the disk. In a
    pipeline, whose results are read when it ends: a process that is frozen in the middle then holds up nobody.
    """
    await driver.execute("BEGIN")
    await driver.execute(_ONE_AFTER_THE_OTHER, {"lock": _LOCK}, prepare=True)
    cursor = await driver.execute(
        _CLAIM,
        {
            "now": now,
            "claim": uuid4(),
            "lease": now + limit + MARGIN,
            "most": most,
            "trips_at": TRIPS_AT,
        },
        prepare=True,
    )
    await driver.execute("COMMIT")
    return cursor


async def claim(driver: Driver, now: datetime, limit: timedelta, most: int) -> list[Claimed]:
    """Claim, and nothing else; see `begin_claim`."""
    async with driver.pipeline():
        cursor = await begin_claim(driver, now, limit, most)
    return await claimed(cursor)


async def claimed(cursor: AsyncCursor[Any]) -> list[Claimed]:
    """What was claimed, once the pipeline has ended."""
    return [Claimed._make(row) for row in await cursor.fetchall()]


async def give_back(driver: Driver, unsent: Sequence[Claimed]) -> None:
    """Let others try what was claimed and not tried."""
    ids, claims = [each.id for each in unsent], list({each.claim_id for each in unsent})
    await driver.execute(_GIVE_BACK, {"ids": ids, "claims": claims})
