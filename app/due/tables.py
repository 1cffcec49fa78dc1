"""The tables of what falls due, and of what became of it."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class DueRecord(Base):
    """Something that falls due, with the steps on the way there and after it: `[action, moment, more]`, in order.

    `kind` says what, `key` which one. `taken` of the `steps` are behind; `next_at` is the moment of the next,
    null where none is left. `planned` counts every step ever put, so that the ledger can be held against it.
    """

    __tablename__ = "due"
    __table_args__ = (
        CheckConstraint("state IN ('scheduled', 'done', 'cancelled')", name="state_known"),
        CheckConstraint("(next_at IS NULL) = (state <> 'scheduled')", name="waits_for_a_moment"),
        UniqueConstraint("kind", "key"),
        Index("ix_due_next_at", "next_at", postgresql_where=text("next_at IS NOT NULL")),
        Index("ix_due_client_id", "client_id", postgresql_where=text("client_id IS NOT NULL")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    client_id: Mapped[str | None] = mapped_column(ForeignKey("client.id"))
    rulebook: Mapped[str | None]
    due_at: Mapped[datetime]
    steps: Mapped[list[Any]] = mapped_column(JSONB)
    planned: Mapped[int]
    taken: Mapped[int]
    next_at: Mapped[datetime | None]
    state: Mapped[str]
    about: Mapped[dict[str, Any]]
    revision: Mapped[int]
    updated_at: Mapped[datetime]


class DueLedger(Base):
    """What became of a step: emitted, superseded by a later one that was due as well, or cancelled. Only added to."""

    __tablename__ = "due_ledger"
    __table_args__ = (
        CheckConstraint("outcome IN ('emitted', 'superseded', 'cancelled')", name="outcome_known"),
        Index("ix_due_ledger_due_id", "due_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    due_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("due.id"))
    action: Mapped[str]
    planned_at: Mapped[datetime]
    taken_at: Mapped[datetime]
    outcome: Mapped[str]
    event_id: Mapped[uuid.UUID | None]
    late_s: Mapped[int]
