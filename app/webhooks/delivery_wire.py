"""Deliveries, from what is stored to what goes over the wire."""

from collections.abc import Sequence
from typing import Any, Final

from app.events.envelope import public_id
from app.events.tables import Delivery, DeliveryAttempt
from app.webhooks.delivery_schemas import DeliveryAttemptDetail, DeliveryDetail, DeliverySummary

_SAME: Final = ("id", "state", "next_at", "status", "error", "created_at", "ended_at")


def as_summary(row: Any) -> DeliverySummary:
    """A delivery that was read with its event's type and subject."""
    return DeliverySummary.model_validate(_said(row))


def as_detail(row: Any, attempts: Sequence[DeliveryAttempt]) -> DeliveryDetail:
    """The same with its attempts."""
    return DeliveryDetail.model_validate({**_said(row), "log": [_attempt(each) for each in attempts]})


def _said(row: Any) -> dict[str, Any]:
    delivery: Delivery = row.Delivery
    return {
        **{name: getattr(delivery, name) for name in _SAME},
        "webhook_id": delivery.endpoint_id,
        "event_id": public_id(delivery.event_id),
        "type": row.type,
        "subject": row.subject,
        "attempts": delivery.earlier + delivery.attempts,
    }


def _attempt(attempt: DeliveryAttempt) -> DeliveryAttemptDetail:
    response = attempt.response
    return DeliveryAttemptDetail(
        number=attempt.number,
        at=attempt.at,
        took_ms=attempt.took_ms,
        status=attempt.status,
        error=attempt.error,
        response=None if response is None else response.decode(errors="replace"),
    )
