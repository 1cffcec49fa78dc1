"""What webhooks look like over the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from app.http.types import Whole, Wire
from app.organisation.schemas import UnitId
from app.organisation.telling import Who
from app.webhooks.destination import LONGEST

State = Literal["active", "paused", "disabled"]
DeliveryState = Literal["pending", "delivered", "parked", "exhausted"]
_TEXT = r"^[^\x00]*$"

Url = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST, pattern=_TEXT),
    Field(
        description="Where to send: `https://host/path`. Whoever may read webhooks reads it: secrets go into `headers`."
        " `http` and hosts that are not public only where operations allow them."
    ),
]
Types = Annotated[
    list[Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=_TEXT)]],
    Field(max_length=100, description="The types of events to be told, as `GET /v1/events/types` has them; none: all."),
]
Headers = Annotated[
    dict[str, Annotated[str, StringConstraints(max_length=4096, pattern=_TEXT)]],
    Field(
        max_length=20,
        description="To be sent along, as a token that the receiver asks for. They are sealed and never shown again.",
        examples=[{"X-Receiver-Token": "…"}],
    ),
]
Description = Annotated[str, StringConstraints(max_length=500, pattern=_TEXT)]
Concurrency = Annotated[
    int, Field(ge=1, le=32, description="How many events may be on their way to it at once."), Whole
]


class WebhookDocument(Wire):
    """What can be changed of a webhook."""

    url: Url
    types: Types = Field(default_factory=list)
    headers: Headers | None = Field(None, description="Left out or null: those that are there stay.")
    description: Description = ""
    concurrency: Concurrency = 4


class WebhookOrder(WebhookDocument):
    """A receiver of events that is to be registered."""

    unit: UnitId | None = Field(
        None, description="What happens in this unit and below it; null: in the key's unit, or the whole bank."
    )


class LastDelivery(Wire):
    """What became of the newest event that was written for a webhook."""

    id: UUID
    state: DeliveryState
    attempts: int
    status: int | None = Field(description="The HTTP status of the last answer.")
    error: str | None = Field(description="Why the last attempt had no answer that counts.")
    created_at: datetime
    ended_at: datetime | None


class WebhookDetail(Wire):
    """A receiver of events, without what proves anything."""

    id: UUID
    url: str
    types: list[str] = Field(description="Empty: all.")
    unit: str | None
    header_names: list[str] | None = Field(
        description="The headers that are sent along, without their values; null where the key that they are sealed "
        "under is not the service's any more."
    )
    description: str
    concurrency: int
    public_key: str = Field(description="`whpk_…`: what signatures `v1a` are checked with (Standard Webhooks).")
    state: State = Field(description="`disabled`: it failed for so long that its events are parked until it resumes.")
    state_why: str | None
    failures: int = Field(description="Attempts that failed, one after the other.")
    failing_since: datetime | None
    resume_at: datetime | None = Field(description="Until when it is left in peace after its failures.")
    last_delivery: LastDelivery | None
    created_at: datetime
    created_by: Who
    revision: int
    updated_at: datetime


class WebhookSecret(WebhookDetail):
    """A webhook with its newest secret: shown this once."""

    secret: str | None = Field(
        description="`whsec_…`: what signatures `v1` are checked with. Null where an answer is given again to the same "
        "Idempotency-Key: it is not kept; rotate."
    )


class WebhookPage(Wire):
    """Webhooks, the latest first."""

    items: list[WebhookDetail]
    next_cursor: str | None


class RotationOrder(Wire):
    """A new secret and a new key pair."""

    overlap_hours: Annotated[int, Field(ge=0, le=168), Whole] = Field(
        24, description="How long those before go on signing besides; 0: they end at once."
    )


class WebhookPinged(Wire):
    """That an event was written for a webhook alone."""

    event_id: str
    state: State = Field(description="Of the webhook: where it is not active, the event is parked.")
