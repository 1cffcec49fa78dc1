"""The table of reviews: every cycle of every client, open or over."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class ReviewRecord(Base):
    """One review of a client under a rulebook: due once, then done, skipped or cancelled (domain.md A10).

    `course` is how the next follows from it, as `course.Course` writes it, and `planned_on` the day that comes of it;
    `due_on` is that day moved onto a working day, or wherever a person has put it. `tier` is the one that was held when
    it was planned last; null where nothing is tiered.
    """

    __tablename__ = "review"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'done', 'skipped', 'cancelled')", name="state_known"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ends_once"),
        CheckConstraint("(state = 'done') = (assessment_id IS NOT NULL)", name="done_by_an_assessment"),
        UniqueConstraint("client_id", "rulebook", "cycle"),
        Index("uq_review_open", "client_id", "rulebook", unique=True, postgresql_where=text("state = 'open'")),
        Index("ix_review_due_at", "due_at", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"))
    rulebook: Mapped[str]
    version: Mapped[int]
    cycle: Mapped[int]
    tier: Mapped[str | None]
    course: Mapped[dict[str, Any]]
    planned_on: Mapped[date]
    due_on: Mapped[date]
    due_at: Mapped[datetime]
    overdue_at: Mapped[datetime]
    in_full: Mapped[bool]
    state: Mapped[str]
    postponed: Mapped[int]
    reason: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    assessment_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("assessment.id"))
    revision: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
