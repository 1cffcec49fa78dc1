"""Private to portfolio: runs over many clients, and who moved in them."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class PortfolioRun(Base):
    """A run: what is decided, for whom, how far it is, what it came to.

    `version` and `digest` name the version that is tried; null where each client's governing version decides. `unit`
    bounds the clients to those that a key of it sees on `day`; null bounds nothing. `cursor` is the last client that is
    done, `tally` what was counted up to it, `results` the digest of what was stored up to it.
    """

    __tablename__ = "portfolio_run"
    __table_args__ = (
        CheckConstraint("kind IN ('assess', 'dry_run', 'stress')", name="kind_known"),
        CheckConstraint("state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name="state_known"),
        Index("ix_portfolio_run_asked_at", "asked_at", "id"),
        Index("ix_portfolio_run_open", "asked_at", postgresql_where=text("state IN ('queued', 'running')")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    rulebook: Mapped[str]
    version: Mapped[int | None]
    digest: Mapped[str | None]
    measured_by: Mapped[str]
    as_of: Mapped[date]
    known_at: Mapped[datetime | None]
    review: Mapped[str | None]
    unit: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    day: Mapped[date]
    filter: Mapped[dict[str, Any]]
    shocks: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    state: Mapped[str]
    total: Mapped[int | None]
    done: Mapped[int]
    cursor: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    worker: Mapped[uuid.UUID | None]
    tally: Mapped[dict[str, Any]]
    results: Mapped[str | None]
    summary: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    reading_s: Mapped[float] = mapped_column(Float)
    scoring_s: Mapped[float] = mapped_column(Float)
    writing_s: Mapped[float] = mapped_column(Float)
    key_id: Mapped[uuid.UUID | None]
    key_name: Mapped[str]
    key_unit: Mapped[str | None]
    person: Mapped[str | None]
    request_id: Mapped[str | None]
    asked_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None]


class PortfolioRunMove(Base):
    """A client that a run moved or would move, in which scenario, from where to where, and why. Rows are only added."""

    __tablename__ = "portfolio_run_move"

    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portfolio_run.id"), primary_key=True)
    scenario: Mapped[str] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    before: Mapped[str | None]
    after: Mapped[str | None]
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text))
