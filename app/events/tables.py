"""The tables of events: what happened, who is to be told, and what became of telling them."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class EventRecord(Base):
    """Something that happened, as it is told: `body` is the CloudEvent, byte for byte. Rows are never changed.

    `id` follows from what happened, so that a crash that tells it again tells it under the same id. `endpoints` counts
    the receivers that it was written for.
    """

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_recorded_at", "recorded_at"), Index("ix_event_subject", "subject", "written"))

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    written: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    type: Mapped[str]
    subject: Mapped[str | None]
    unit: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    body: Mapped[str]
    endpoints: Mapped[int]


class EventPending(Base):
    """An event without its place in the feed: written with the event, under its number, taken away with the place."""

    __tablename__ = "event_pending"

    written: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), unique=True)


class EventSequence(Base):
    """An event's place in the feed, given after its commit in one serialized step: whoever reads on misses none."""

    __tablename__ = "event_sequence"

    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), unique=True)
    sequenced_at: Mapped[datetime]


class EventsForgotten(Base):
    """Up to which moment of recording events may be gone, having been kept for long enough; one row, or none yet."""

    __tablename__ = "events_forgotten"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    until: Mapped[datetime]


class Endpoint(Base):
    """A receiver of events. What opens or proves anything (`headers`, `secrets`) is sealed.

    `types` empty means all. `failures` counts attempts that failed one after the other since `failing_since`; until
    `resume_at` the receiver is left in peace. A deleted one stays, for its deliveries tell of it.
    """

    __tablename__ = "webhook_endpoint"
    __table_args__ = (CheckConstraint("state IN ('active', 'paused', 'disabled', 'deleted')", name="state_known"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    url: Mapped[str]
    description: Mapped[str]
    types: Mapped[list[str]] = mapped_column(ARRAY(Text))
    unit: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    headers: Mapped[bytes | None]
    secrets: Mapped[bytes]
    public_key: Mapped[str]
    state: Mapped[str]
    state_why: Mapped[str | None]
    concurrency: Mapped[int]
    failures: Mapped[int]
    failing_since: Mapped[datetime | None]
    resume_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    revision: Mapped[int]
    updated_at: Mapped[datetime]


class Delivery(Base):
    """An event on its way to one receiver: pending, then delivered, parked or exhausted.

    While a worker tries, `claim_id` names its claim and `lease_until` says until when it holds. Parked ones wait for a
    receiver that is paused or disabled; nothing is dropped. `attempts` are those of the present series, `earlier` those
    of the series before, which somebody's retry ended.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'delivered', 'parked', 'exhausted')", name="state_known"),
        UniqueConstraint("endpoint_id", "event_id"),
        Index("ix_delivery_event_id", "event_id"),
        Index("ix_delivery_pending", "endpoint_id", "next_at", postgresql_where=text("state = 'pending'")),
        Index("ix_delivery_claimed", "endpoint_id", postgresql_where=text("claim_id IS NOT NULL")),
        Index("ix_delivery_parked", "endpoint_id", postgresql_where=text("state = 'parked'")),
        Index("ix_delivery_endpoint_id", "endpoint_id", "created_at", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("event.id"))
    endpoint_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("webhook_endpoint.id"))
    state: Mapped[str]
    attempts: Mapped[int]
    earlier: Mapped[int] = mapped_column(server_default="0")
    next_at: Mapped[datetime | None]
    claim_id: Mapped[uuid.UUID | None]
    lease_until: Mapped[datetime | None]
    status: Mapped[int | None]
    error: Mapped[str | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class DeliveryAttempt(Base):
    """One attempt: when, how long, and what the receiver answered, the first 16 KiB of it. Rows are only added."""

    __tablename__ = "delivery_attempt"
    __table_args__ = (UniqueConstraint("delivery_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    delivery_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("delivery.id", ondelete="CASCADE"))
    number: Mapped[int]
    at: Mapped[datetime]
    took_ms: Mapped[int]
    status: Mapped[int | None]
    error: Mapped[str | None]
    response: Mapped[bytes | None]
