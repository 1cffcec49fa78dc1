"""Webhooks, from what is stored to what goes over the wire."""

from collections.abc import Sequence
from typing import Any, Final

from app.events.tables import Delivery, Endpoint
from app.trail.change import Reading
from app.webhooks.queries import last_deliveries
from app.webhooks.schemas import LastDelivery, WebhookDetail, WebhookSecret
from app.webhooks.sealing import SealBrokenError, SealingKeys
from app.webhooks.targets import own_headers

_REST: Final = set(WebhookDetail.model_fields) - {"header_names", "last_delivery"}


async def details(reads: Reading, keys: SealingKeys, endpoints: Sequence[Endpoint]) -> list[WebhookDetail]:
    """Webhooks with what became of their newest events."""
    last = await last_deliveries(reads, [each.id for each in endpoints])
    return [WebhookDetail.model_validate(_said(keys, each, last.get(each.id))) for each in endpoints]


async def with_secret(reads: Reading, keys: SealingKeys, endpoint: Endpoint, secret: str) -> WebhookSecret:
    """A webhook with its newest secret."""
    [detail] = await details(reads, keys, [endpoint])
    return WebhookSecret(**dict(detail), secret=secret)


def _said(keys: SealingKeys, endpoint: Endpoint, last: Delivery | None) -> dict[str, Any]:
    rest = {name: getattr(endpoint, name) for name in _REST}
    return {**rest, "header_names": _header_names(keys, endpoint), "last_delivery": last and _last(last)}


def _header_names(keys: SealingKeys, endpoint: Endpoint) -> list[str] | None:
    try:
        return sorted(own_headers(endpoint, keys))
    except SealBrokenError:
        return None


def _last(delivery: Delivery) -> LastDelivery:
    return LastDelivery.model_validate({name: getattr(delivery, name) for name in LastDelivery.model_fields})
