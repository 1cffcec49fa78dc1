"""What receivers are sent, for the OpenAPI document: each type of event as a webhook with its whole shape."""

from inspect import Parameter, Signature
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Header

from app.events.catalogue import TYPES
from app.events.shapes import ENVELOPES, CloudEvent, meaning

_SENT: Final = "application/cloudevents+json"
_HEADERS: Final[dict[str, Any]] = {
    "webhook_id": Annotated[str, Header(description="The event's `id`; the same each time it is tried.")],
    "webhook_timestamp": Annotated[str, Header(description="When this was tried, in seconds since 1970.")],
    "webhook_signature": Annotated[
        str, Header(description="Over `id.timestamp.body`, as Standard Webhooks has it: `v1,…` and `v1a,…`.")
    ],
}


def tell_of_webhooks(webhooks: APIRouter) -> None:
    """Describe every type of event to whoever receives them."""
    for name, shape in ENVELOPES.items():
        webhooks.add_api_route(
            name,
            _receiver(shape),
            methods=["POST"],
            operation_id=name,
            summary=meaning(TYPES[name]),
            status_code=204,
            response_description="Taken. Any 2xx will do; anything else is tried again, 410 ends it for good.",
            tags=["events"],
        )


def _receiver(shape: type[CloudEvent]) -> Any:
    async def receive(**_: Any) -> None:
        """Sent to each endpoint that asked for it, at least once: the same `id` is the same event."""

    event: Any = Annotated[shape, Body(media_type=_SENT)]
    receive.__signature__ = _signature({**_HEADERS, "event": event})  # type: ignore[attr-defined]
    return receive


def _signature(parameters: dict[str, Any]) -> Signature:
    return Signature(
        [Parameter(name, Parameter.KEYWORD_ONLY, annotation=each) for name, each in parameters.items()],
        return_annotation=None,
    )
