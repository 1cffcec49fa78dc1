"""Sending after all: one delivery anew, or everything since a moment that a webhook was not told."""

from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import text

from app.events.catalogue import WebhookPing
from app.events.tables import Delivery, Endpoint
from app.trail.change import Change
from app.trail.entry import Entry
from app.trail.waking import TOLD
from app.webhooks.delivery_queries import delivery
from app.webhooks.queries import webhook
from app.webhooks.refusals import WebhookTakesNothing

_AGAIN: Final = text("""
WITH missed AS MATERIALIZED (
  SELECT delivery.id, event.recorded_at FROM delivery JOIN event ON event.id = delivery.event_id
  WHERE delivery.endpoint_id = :endpoint AND delivery.state IN ('exhausted', 'parked') AND event.recorded_at >= :since
  ORDER BY event.recorded_at, event.written LIMIT :most FOR NO KEY UPDATE OF delivery
), again AS (
  UPDATE delivery SET state = 'pending', next_at = missed.recorded_at, earlier = earlier + attempts, attempts = 0,
    claim_id = NULL, lease_until = NULL, ended_at = NULL
  FROM missed WHERE delivery.id = missed.id RETURNING delivery.id
)
SELECT count(*) FROM again
""")
_FIRST: Final = text("""
WITH missing AS (
  SELECT event.id, event.recorded_at FROM event JOIN webhook_endpoint AS endpoint ON endpoint.id = :endpoint
  WHERE event.recorded_at >= :since AND event.type <> :ping
    AND (endpoint.types = '{}' OR event.type = ANY(endpoint.types))
    AND (endpoint.unit IS NULL OR EXISTS (
      SELECT FROM unit_tree WHERE ancestor = endpoint.unit AND descendant = event.unit AND from_day <= :today
        AND (until_day IS NULL OR until_day > :today)))
    AND NOT EXISTS (SELECT FROM delivery WHERE endpoint_id = endpoint.id AND event_id = event.id)
  ORDER BY event.recorded_at, event.written LIMIT :most
), written AS (
  INSERT INTO delivery (id, event_id, endpoint_id, state, attempts, next_at, created_at)
  SELECT gen_random_uuid(), id, :endpoint, 'pending', 0, recorded_at, :now FROM missing
  ON CONFLICT (endpoint_id, event_id) DO NOTHING RETURNING event_id
), counted AS (
  UPDATE event SET endpoints = endpoints + 1 FROM written WHERE event.id = written.event_id
)
SELECT count(*) FROM written
""")
"""A trial of another receiver is nobody else's matter."""

MOST: Final = 20_000
"""Deliveries of each kind that one request sends after all: what it does is a transaction, and does not last long."""


class Recovered(NamedTuple):
    """How many deliveries are on their way again, how many events for the first time; whether there may be more."""

    again: int
    first: int
    has_more: bool


async def retry(change: Change, endpoint_id: UUID, delivery_id: UUID) -> Any:
    """Try a delivery at once, in a new series of attempts under the same id of its event, whatever became of it.

    One that is being tried goes on. Raises WebhookNotFound, DeliveryNotFound, WebhookTakesNothing.
    """
    row = await delivery(change, endpoint_id, delivery_id, lock=True)
    found: Delivery = row.Delivery
    endpoint = _taking(await webhook(change, endpoint_id))
    if found.lease_until is not None and found.lease_until > change.now:
        return row
    before = found.state
    found.earlier, found.attempts = found.earlier + found.attempts, 0
    found.state, found.next_at, found.ended_at = "pending", change.now, None
    await change.session.flush()
    told = {"webhook": str(endpoint.id), "state": found.state}
    await change.note(
        Entry("delivery.retried", "delivery", str(found.id), endpoint.unit, {**told, "state": before}, told)
    )
    change.wake(TOLD, change.now)
    return row


async def recover(change: Change, endpoint_id: UUID, since: datetime, most: int = MOST) -> Recovered:
    """Send what was told since a moment and is exhausted, parked, or was never meant for the webhook, but fits it.

    The oldest first, `most` of each at one go; asked again it goes on, until there is nothing more to do. Raises
    WebhookNotFound, WebhookTakesNothing.
    """
    endpoint = _taking(await webhook(change, endpoint_id, lock=True))
    asked = {"endpoint": endpoint.id, "since": since, "most": most}
    again = (await change.session.execute(_AGAIN, asked)).scalar_one()
    fitting = {"ping": WebhookPing.type, "today": change.today, "now": change.now}
    first = (await change.session.execute(_FIRST, asked | fitting)).scalar_one()
    if again or first:
        told = {"since": since.astimezone(UTC).isoformat(), "again": again, "first": first}
        await change.note(Entry("webhook.recovered", "webhook", str(endpoint.id), endpoint.unit, None, told))
        change.wake(TOLD, change.now)
    return Recovered(again, first, has_more=most in (again, first))


def _taking(endpoint: Endpoint) -> Endpoint:
    if endpoint.state != "active":
        raise WebhookTakesNothing(endpoint.state)
    return endpoint
