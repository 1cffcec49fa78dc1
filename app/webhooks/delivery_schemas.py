"""What deliveries look like over the wire."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from app.http.types import Moment, Wire
from app.webhooks.schemas import DeliveryState


class DeliverySummary(Wire):
    """An event on its way to a webhook, or where that ended."""

    id: UUID
    webhook_id: UUID
    event_id: str = Field(description="`evt_…`: the `id` of the event, and `webhook-id` of every attempt.")
    type: str
    subject: str | None
    state: DeliveryState = Field(
        description="`parked`: it waits until the webhook resumes. `exhausted`: tried as often as it is; retry it."
    )
    attempts: int = Field(description="All that were made.")
    next_at: datetime | None = Field(description="From when on it is tried; null where it is not tried any more.")
    status: int | None = Field(description="The HTTP status of the last answer.")
    error: str | None = Field(description="Why the last attempt had no answer that counts.")
    created_at: datetime
    ended_at: datetime | None


class DeliveryAttemptDetail(Wire):
    """One attempt."""

    number: int
    at: datetime
    took_ms: int
    status: int | None
    error: str | None
    response: str | None = Field(description="The first 16 KiB of the answer; what is no UTF-8 is replaced in it.")


class DeliveryDetail(DeliverySummary):
    """A delivery with its latest attempts, at most 100."""

    log: list[DeliveryAttemptDetail]


class DeliveryPage(Wire):
    """Deliveries, the latest first."""

    items: list[DeliverySummary]
    next_cursor: str | None


class RecoveryOrder(Wire):
    """From which moment on events are to be sent after all."""

    since: Moment = Field(description="When they were told, or later.")


class Recovery(Wire):
    """What is on its way again."""

    again: int = Field(description="Deliveries that were exhausted or parked.")
    first: int = Field(description="Events of which the webhook was never to be told: it was made after them.")
    has_more: bool = Field(description="Whether there may be more: send the same again to go on.")
