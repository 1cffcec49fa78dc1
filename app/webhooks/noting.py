"""What the trail says of webhooks: no header, no secret, and of the URL no query, which may hold a token."""

from typing import Any

from app.events.tables import Endpoint
from app.trail.entry import Entry


def told(endpoint: Endpoint) -> dict[str, Any]:
    """What the trail holds of one."""
    return {
        "url": endpoint.url.partition("?")[0],
        "types": endpoint.types,
        "unit": endpoint.unit,
        "description": endpoint.description,
        "concurrency": endpoint.concurrency,
        "public_key": endpoint.public_key,
        "state": endpoint.state,
    }


def noted(step: str, endpoint: Endpoint, before: dict[str, Any] | None, reason: str | None = None) -> Entry:
    """A step of a webhook."""
    return Entry(f"webhook.{step}", "webhook", str(endpoint.id), endpoint.unit, before, told(endpoint), reason)
