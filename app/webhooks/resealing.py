"""Sealing the secrets of all webhooks under the key of now."""

from typing import NamedTuple

from sqlalchemy import select

from app.events.tables import Endpoint
from app.trail.change import Change
from app.trail.entry import Entry
from app.webhooks.queries import DELETED
from app.webhooks.sealing import SealBrokenError, SealingKeys
from app.webhooks.targets import HEADERS, SECRETS


class Resealed(NamedTuple):
    """How many webhooks were sealed anew, how many were already, and how many no key that is here opens."""

    anew: int
    already: int
    broken: int


async def reseal(change: Change, keys: SealingKeys) -> Resealed:
    """Seal them anew, each locked while it is; the caller commits. What cannot be opened stays as it is."""
    anew = already = broken = 0
    query = select(Endpoint).where(Endpoint.state != DELETED).order_by(Endpoint.id).with_for_update(key_share=True)
    for endpoint in await change.session.scalars(query):
        if all(keys.is_current(value) for value in (endpoint.secrets, endpoint.headers) if value):
            already += 1
        elif _sealed_anew(endpoint, keys):
            anew += 1
        else:
            broken += 1
    if anew:
        await change.note(Entry("webhook_secrets.resealed", "webhook_secrets", "all", after={"webhooks": anew}))
    return Resealed(anew, already, broken)


def _sealed_anew(endpoint: Endpoint, keys: SealingKeys) -> bool:
    try:
        secrets = keys.unseal(endpoint.id, SECRETS, endpoint.secrets)
        headers = endpoint.headers and keys.unseal(endpoint.id, HEADERS, endpoint.headers)
    except SealBrokenError:
        return False
    endpoint.secrets = keys.seal(endpoint.id, SECRETS, secrets)
    endpoint.headers = headers and keys.seal(endpoint.id, HEADERS, headers)
    return True
