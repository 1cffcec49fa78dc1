"""Where and how an event is sent: a receiver's address and what it knows us by, opened."""

from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from typing import Final
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.events.tables import Endpoint
from app.webhooks.credentials import unpacked
from app.webhooks.sealing import SealingKeys
from app.webhooks.signing import private_key_of, secret_of, signature_headers

HEADERS: Final = "headers"
SECRETS: Final = "secrets"
"""The fields of a receiver that are sealed."""

_CONTENT_TYPE: Final = "application/cloudevents+json"
_USER_AGENT: Final = f"Tierbook/{version('tierbook')}"


@dataclass(frozen=True, slots=True)
class Target:
    """A receiver at a moment: `secrets` and `private_keys` are those that live then, the newest first."""

    endpoint_id: UUID
    url: str
    headers: dict[str, str] = field(repr=False)
    secrets: tuple[bytes, ...] = field(repr=False)
    private_keys: tuple[Ed25519PrivateKey, ...] = field(repr=False)


def target_of(endpoint: Endpoint, keys: SealingKeys, now: datetime) -> Target:
    """Open a receiver; raises SealBrokenError. Good for as long as its revision, and no longer than an overlap."""
    held = unpacked(keys.unseal(endpoint.id, SECRETS, endpoint.secrets))
    live = [each for each in held if each.lives(now)]
    secrets = tuple(secret_of(each.secret) for each in live)
    return Target(
        endpoint.id,
        endpoint.url,
        own_headers(endpoint, keys),
        secrets,
        tuple(private_key_of(e.private_key) for e in live),
    )


def own_headers(endpoint: Endpoint, keys: SealingKeys) -> dict[str, str]:
    """The headers that the receiver asked for; raises SealBrokenError."""
    if endpoint.headers is None:
        return {}
    headers: dict[str, str] = orjson.loads(keys.unseal(endpoint.id, HEADERS, endpoint.headers))
    return headers


def signed_headers(target: Target, event_public_id: str, body: bytes, at: datetime) -> dict[str, str]:
    """All headers of an attempt at `at` to send a body; what the receiver asked for replaces none of ours."""
    ours = {"content-type": _CONTENT_TYPE, "user-agent": _USER_AGENT}
    return {
        **target.headers,
        **ours,
        **signature_headers(event_public_id, at, body, target.secrets, target.private_keys),
    }
