"""Acting on a webhook: rotate its secret, pause, resume, try it, delete it."""

import uuid
from datetime import timedelta
from uuid import UUID

from app.events.catalogue import WebhookPing
from app.events.emitting import emit
from app.events.envelope import Happened, public_id
from app.events.tables import Endpoint
from app.trail.change import Change
from app.trail.waking import TOLD
from app.webhooks.credentials import Credential, packed, rotated, unpacked
from app.webhooks.noting import noted, told
from app.webhooks.queries import DELETED, webhook
from app.webhooks.refusals import MOST_CREDENTIALS, RotatedTooOften, WebhookKeyUnavailable
from app.webhooks.registering import Expects, kept
from app.webhooks.sealing import SealBrokenError, SealingKeys
from app.webhooks.straying import settle
from app.webhooks.targets import SECRETS


async def rotate(
    change: Change, keys: SealingKeys, endpoint_id: UUID, overlap: timedelta, expects: Expects
) -> tuple[Endpoint, Credential]:
    """Draw a new secret and key pair; those before go on signing for the overlap.

    Raises WebhookNotFound, RotatedTooOften, WebhookKeyUnavailable.
    """
    found = await webhook(change, endpoint_id, lock=True)
    expects(found.revision)
    before = told(found)
    held = rotated(_held(keys, found), change.now, overlap)
    if len(held) > MOST_CREDENTIALS:
        raise RotatedTooOften
    found.secrets = keys.seal(found.id, SECRETS, packed(held))
    found.public_key = held[0].public_key
    return await kept(change, found, "rotated", before, f"overlap {overlap // timedelta(hours=1)} h"), held[0]


async def pause(change: Change, endpoint_id: UUID, reason: str, expects: Expects) -> Endpoint:
    """Send it nothing more, and park what waits; a second time changes nothing. Raises WebhookNotFound."""
    found = await webhook(change, endpoint_id, lock=True)
    expects(found.revision)
    if found.state == "paused":
        return found
    before = told(found)
    found.state, found.state_why = "paused", reason
    return await _settled(change, await kept(change, found, "paused", before, reason))


async def resume(change: Change, endpoint_id: UUID, expects: Expects) -> Endpoint:
    """Send to it again at once, what is parked first of all, its failures forgotten. Raises WebhookNotFound."""
    found = await webhook(change, endpoint_id, lock=True)
    expects(found.revision)
    if found.state == "active" and found.failures == 0 and found.resume_at is None:
        return found
    before = told(found)
    found.state, found.state_why, found.failures, found.failing_since, found.resume_at = "active", None, 0, None, None
    change.wake(TOLD, change.now)
    return await _settled(change, await kept(change, found, "resumed", before))


async def ping(change: Change, endpoint_id: UUID) -> tuple[Endpoint, str]:
    """Write an event for this webhook alone; it, and the event's id. Raises WebhookNotFound."""
    found = await webhook(change, endpoint_id)
    data = WebhookPing(webhook_id=found.id)
    happened = Happened(data, (found.id.hex, uuid.uuid4().hex), change.now, unit=found.unit)
    [event_id] = await emit(change, [happened], only=found.id)
    await change.note(noted("pinged", found, None, public_id(event_id)))
    return found, public_id(event_id)


async def delete(change: Change, endpoint_id: UUID, expects: Expects) -> None:
    """Take it away for good: what is on its way ends, its secrets are destroyed. Raises WebhookNotFound."""
    found = await webhook(change, endpoint_id, lock=True)
    expects(found.revision)
    before = told(found)
    found.state, found.headers, found.secrets = DELETED, None, b""
    await _settled(change, await kept(change, found, "deleted", before))


async def _settled(change: Change, endpoint: Endpoint) -> Endpoint:
    """Have its deliveries follow its state at once, as many as a request has time for; the rest is put right later."""
    await settle(change.session, change.now, endpoint.id)
    return endpoint


def _held(keys: SealingKeys, endpoint: Endpoint) -> list[Credential]:
    try:
        return unpacked(keys.unseal(endpoint.id, SECRETS, endpoint.secrets))
    except SealBrokenError:
        raise WebhookKeyUnavailable from None
