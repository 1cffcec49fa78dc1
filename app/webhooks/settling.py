"""Writing down what became of attempts: each with its claim, so that one whose lease had ended changes nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from app.db.driver import Driver
from app.kernel.retrying import Answer as Verdict
from app.kernel.retrying import State
from app.webhooks.answer import Answer
from app.webhooks.claiming import Claimed

_WRITE: Final = """
WITH told AS MATERIALIZED (
  SELECT * FROM unnest(%(ids)s::uuid[], %(claims)s::uuid[], %(states)s::text[], %(next_ats)s::timestamptz[],
    %(ats)s::timestamptz[], %(took)s::int[], %(statuses)s::int[], %(errors)s::text[], %(responses)s::bytea[])
    AS each (id, claim_id, state, next_at, at, took_ms, status, error, response)
), settled AS (
  UPDATE delivery SET state = told.state, attempts = attempts + 1, next_at = told.next_at, claim_id = NULL,
    lease_until = NULL, status = told.status, error = told.error,
    ended_at = CASE WHEN told.state IN ('delivered', 'exhausted') THEN %(now)s::timestamptz END
  FROM told WHERE delivery.id = told.id AND delivery.claim_id = told.claim_id
  RETURNING delivery.id, delivery.earlier + delivery.attempts AS number, told.at, told.took_ms, told.status,
    told.error, told.response
)
INSERT INTO delivery_attempt (id, delivery_id, number, at, took_ms, status, error, response)
SELECT gen_random_uuid(), id, number, at, took_ms, status, error, response FROM settled
RETURNING delivery_id
"""
_WELL: Final = """
WITH recovered AS MATERIALIZED (
  SELECT id FROM webhook_endpoint
  WHERE id = ANY(%(endpoints)s) AND (failures > 0 OR resume_at <= %(now)s) ORDER BY id FOR NO KEY UPDATE
)
UPDATE webhook_endpoint AS endpoint SET failures = 0, failing_since = NULL,
  resume_at = CASE WHEN endpoint.resume_at > %(now)s THEN endpoint.resume_at END
FROM recovered WHERE endpoint.id = recovered.id
"""


class Outcome(NamedTuple):
    """What became of an attempt that began at `at`."""

    claimed: Claimed
    at: datetime
    answer: Answer

    @property
    def verdict(self) -> Verdict:
        """The answer as the kernel judges it: one that did not come whole counts as none."""
        told = self.answer
        wait = None if told.retry_after is None else timedelta(seconds=told.retry_after)
        return Verdict(None if told.error else told.status, wait)


class Settled(NamedTuple):
    """An outcome, and what becomes of the delivery."""

    outcome: Outcome
    state: State
    next_at: datetime | None = None


async def write(driver: Driver, settled: Sequence[Settled], now: datetime) -> list[UUID]:
    """Write the attempts and what becomes of their deliveries; of which the claim was still ours."""
    cursor = await driver.execute(_WRITE, _columns(settled, now), prepare=True)
    return [row[0] for row in await cursor.fetchall()]


async def begin_deliver(driver: Driver, taken: Sequence[Outcome], now: datetime) -> None:
    """Write that receivers took what was sent, which ends their failures; in a pipeline.

    Receivers are locked before deliveries, here and wherever both are written.
    """
    endpoints = list({each.claimed.endpoint_id for each in taken})
    await driver.execute("BEGIN")
    await driver.execute(_WELL, {"endpoints": endpoints, "now": now}, prepare=True)
    await driver.execute(_WRITE, _columns([Settled(each, "delivered") for each in taken], now), prepare=True)
    await driver.execute("COMMIT")


def _columns(settled: Sequence[Settled], now: datetime) -> dict[str, Any]:
    outcomes = [each.outcome for each in settled]
    answers = [each.answer for each in outcomes]
    return {
        "ids": [each.claimed.id for each in outcomes],
        "claims": [each.claimed.claim_id for each in outcomes],
        "states": [each.state for each in settled],
        "next_ats": [each.next_at for each in settled],
        "ats": [each.at for each in outcomes],
        "took": [each.took_ms for each in answers],
        "statuses": [each.status for each in answers],
        "errors": [each.error for each in answers],
        "responses": [each.response or None for each in answers],
        "now": now,
    }
