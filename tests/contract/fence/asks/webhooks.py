"""Receivers of events."""

from typing import Final

from tests.contract.fence.ask import Ask, Id, Its, Nothing

_ONE: Final = {"webhook_id": Id("webhook")}
_DELIVERY: Final = _ONE | {"delivery_id": Its("delivery")}
_URL: Final = {"url": "https://93.184.216.34/hook"}

ASKS: Final[dict[str, list[Ask] | Nothing]] = {
    "POST /v1/webhooks": [Ask(201, body=_URL | {"unit": Id("unit")})],
    "GET /v1/webhooks": [Ask(lists="webhook")],
    "GET /v1/webhooks/{webhook_id}": [Ask(path=_ONE)],
    "PUT /v1/webhooks/{webhook_id}": [Ask(path=_ONE, body=_URL | {"description": "another"})],
    "POST /v1/webhooks/{webhook_id}/rotate-secret": [Ask(path=_ONE, body={})],
    "POST /v1/webhooks/{webhook_id}/pause": [Ask(path=_ONE, body={"reason": "moved"})],
    "POST /v1/webhooks/{webhook_id}/resume": [Ask(path=_ONE)],
    "POST /v1/webhooks/{webhook_id}/ping": [Ask(202, path=_ONE)],
    "GET /v1/webhooks/{webhook_id}/deliveries": [Ask(path=_ONE)],
    "GET /v1/webhooks/{webhook_id}/deliveries/{delivery_id}": [Ask(path=_DELIVERY)],
    "POST /v1/webhooks/{webhook_id}/deliveries/{delivery_id}/retry": [Ask(202, path=_DELIVERY)],
    "POST /v1/webhooks/{webhook_id}/recover": [Ask(path=_ONE, body={"since": "2026-11-01T00:00:00Z"})],
    "DELETE /v1/webhooks/{webhook_id}": [Ask(204, path=_ONE)],
}
