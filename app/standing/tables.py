"""The tables of standing: assessments, where clients stand and how they moved, warnings, plans, overrides.

Tiers are stored by their labels, for ranks are a version's own. Days are half-open where they come in pairs.
"""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class AssessmentRecord(Base):
    """One decision as it was made: by which version, on which facts, from which standing, with what result.

    `result` is the canonical JSON that a replay must give again, byte for byte. Rows are only added.
    """

    __tablename__ = "assessment"
    __table_args__ = (
        Index(
            "uq_assessment_review",
            "client_id",
            "rulebook",
            "review",
            unique=True,
            postgresql_where=text("review IS NOT NULL"),
        ),
        Index("ix_assessment_client_id", "client_id", "assessed_at", "id"),
        Index("ix_assessment_run_id", "run_id", postgresql_where=text("run_id IS NOT NULL")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"))
    rulebook: Mapped[str]
    version: Mapped[int]
    digest: Mapped[str]
    as_of: Mapped[date]
    review: Mapped[str | None]
    assessed_at: Mapped[datetime]
    assessed_by: Mapped[str]
    unit: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    facts: Mapped[dict[str, Any]]
    standing: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    override: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    result: Mapped[str]
    run_id: Mapped[uuid.UUID | None]


class StandingRecord(Base):
    """Where a client stands under a rulebook now, and what its last assessment said.

    `tier` is held by movement and null where the rulebook has no tiers; `ceiling` is the tier that a ceiling holds it
    at. Who has exited comes back only by recognition.
    """

    __tablename__ = "standing"
    __table_args__ = (Index("ix_standing_tier", "rulebook", "tier"),)

    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"), primary_key=True)
    rulebook: Mapped[str] = mapped_column(primary_key=True)
    tier: Mapped[str | None]
    since: Mapped[date | None]
    reviews_below: Mapped[int]
    ceiling: Mapped[str | None]
    warnings: Mapped[list[str]] = mapped_column(ARRAY(Text))
    classes: Mapped[dict[str, Any]]
    score: Mapped[str | None]
    complete: Mapped[bool]
    exited_on: Mapped[date | None]
    assessment_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("assessment.id"))
    assessed_as_of: Mapped[date | None]
    revision: Mapped[int]
    updated_at: Mapped[datetime]


class StandingMove(Base):
    """A step of a client's movement: what kind, from where to where, and why. Rows are only added."""

    __tablename__ = "standing_move"
    __table_args__ = (Index("ix_standing_move_client_id", "client_id", "rulebook", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"))
    rulebook: Mapped[str]
    kind: Mapped[str]
    before: Mapped[str | None]
    after: Mapped[str | None]
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text))
    day: Mapped[date]
    at: Mapped[datetime]
    by: Mapped[str]
    assessment_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("assessment.id"))


class ClientWarning(Base):
    """What stood against a client, from the day it was raised until it was cleared (domain.md A11).

    One about visits that are owed names the period, the role, and the officer where each holder owes by himself; it may
    be cleared by hand, which `cleared_by` and `cleared_why` tell.
    """

    __tablename__ = "client_warning"
    __table_args__ = (
        CheckConstraint("(period IS NULL) = (role IS NULL)", name="about_visits_whole"),
        Index(
            "uq_client_warning_now",
            "client_id",
            "rulebook",
            "reason",
            unique=True,
            postgresql_where=text("cleared_on IS NULL AND period IS NULL"),
        ),
        Index(
            "uq_client_warning_of_visits_now",
            "client_id",
            "rulebook",
            "period",
            "role",
            "officer_id",
            "reason",
            unique=True,
            postgresql_where=text("cleared_on IS NULL AND period IS NOT NULL"),
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_client_warning_client_id", "client_id", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"))
    rulebook: Mapped[str]
    reason: Mapped[str]
    period: Mapped[str | None]
    role: Mapped[str | None]
    officer_id: Mapped[str | None] = mapped_column(ForeignKey("officer.id"))
    raised_on: Mapped[date]
    cleared_on: Mapped[date | None]
    cleared_by: Mapped[str | None]
    cleared_why: Mapped[str | None]
    acknowledged_by: Mapped[str | None]
    acknowledged_at: Mapped[datetime | None]


class ImprovementPlan(Base):
    """What is done so that a client keeps its tier (domain.md A11): due, open, then met, failed or cancelled."""

    __tablename__ = "improvement_plan"
    __table_args__ = (
        CheckConstraint("state IN ('due', 'open', 'met', 'failed', 'cancelled')", name="state_known"),
        Index(
            "uq_improvement_plan_now",
            "client_id",
            "rulebook",
            unique=True,
            postgresql_where=text("state IN ('due', 'open')"),
        ),
        Index("ix_improvement_plan_client_id", "client_id", "id"),
        Index("ix_improvement_plan_deadline", "deadline", postgresql_where=text("state IN ('due', 'open')")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"))
    rulebook: Mapped[str]
    state: Mapped[str]
    due_on: Mapped[date]
    open_by: Mapped[date]
    opened_on: Mapped[date | None]
    deadline: Mapped[date]
    extensions: Mapped[int]
    owner: Mapped[str | None] = mapped_column(ForeignKey("officer.id"))
    measures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    ended_on: Mapped[date | None]
    revision: Mapped[int]
    updated_at: Mapped[datetime]


class TierOverride(Base):
    """A tier set by hand: proposed with a reason, approved by a second person, until a day, visible meanwhile."""

    __tablename__ = "tier_override"
    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'approved', 'refused', 'withdrawn', 'ended')", name="state_known"),
        CheckConstraint("until_day > from_day", name="ends"),
        Index("ix_tier_override_client_id", "client_id", "rulebook", "until_day"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"))
    rulebook: Mapped[str]
    tier: Mapped[str]
    reason: Mapped[str]
    from_day: Mapped[date]
    until_day: Mapped[date]
    state: Mapped[str]
    proposed_by: Mapped[str]
    proposed_key: Mapped[str | None]
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None]
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str | None]
