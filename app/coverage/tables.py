"""The tables of coverage: what is owed and since when, visits and who took part, plans, revisions after a close.

What counts is bi-temporal: a row holds from `recorded_at` until `ended_at`, null as long as it does, so that every
figure can be asked for as of any moment. Days are the bank's business days.
"""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base

_LIVE = text("ended_at IS NULL")


class ObligationTerms(Base):
    """What a version owes clients of one kind: those of these classes and this tier. Rows are only added.

    Few, and shared by all such clients: the id is derived from the content. In `grace_days` after a period's end
    visits are still entered.
    """

    __tablename__ = "obligation_terms"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    rulebook: Mapped[str]
    version: Mapped[int]
    digest: Mapped[str]
    classes: Mapped[dict[str, Any]]
    tier: Mapped[str | None]
    grace_days: Mapped[int]


class ObligationRow(Base):
    """One role's part of terms: at least so many visits of these kinds `per` period (domain.md D2)."""

    __tablename__ = "obligation_rule"
    __table_args__ = (
        CheckConstraint("per IN ('month', 'quarter', 'half_year', 'year')", name="per_known"),
        CheckConstraint("at_least > 0", name="something"),
    )

    terms_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("obligation_terms.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    per: Mapped[str] = mapped_column(primary_key=True)
    at_least: Mapped[int]
    counts: Mapped[list[str]] = mapped_column(ARRAY(Text))
    each_holder: Mapped[bool]
    lead_only: Mapped[bool]


class ClientObligation(Base):
    """From `from_day` on, a client is owed visits by these terms of a rulebook; by none, where they are null.

    Rows are only added: of one client and rulebook the later recorded holds from its day on, until the next. `why` is
    `assessed`, `version` where another began to govern, or `standing` where the client moved without an assessment.
    """

    __tablename__ = "client_obligation"
    __table_args__ = (Index("ix_client_obligation_client_id", "client_id", "rulebook", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"))
    rulebook: Mapped[str]
    from_day: Mapped[date]
    terms_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("obligation_terms.id"))
    why: Mapped[str]
    assessment_id: Mapped[uuid.UUID | None]
    recorded_at: Mapped[datetime]


class VisitRecord(Base):
    """A visit or contact that was made, as one revision tells it; corrections add the next, a void ends the last.

    `fingerprint` is of client, minute and officers: the same is one visit. `reason` is why it was corrected, or
    entered after a close. `outside` and the texts may name natural persons: erasing the client empties them.
    """

    __tablename__ = "visit"
    __table_args__ = (
        Index("ix_visit_client_id", "client_id", "day"),
        Index("ix_visit_at", text("at DESC"), text("id DESC"), postgresql_where=_LIVE),
        Index(
            "uq_visit_external_id",
            "external_id",
            unique=True,
            postgresql_where=text("revision = 1 AND external_id IS NOT NULL"),
        ),
        Index("uq_visit_fingerprint", "fingerprint", unique=True, postgresql_where=_LIVE),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"))
    at: Mapped[datetime]
    day: Mapped[date]
    kind: Mapped[str]
    purpose: Mapped[str | None]
    summary: Mapped[str | None]
    next_step: Mapped[str | None]
    place: Mapped[str | None]
    outside: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    evidence: Mapped[list[str]] = mapped_column(ARRAY(Text))
    external_id: Mapped[str | None]
    fingerprint: Mapped[bytes]
    planned_id: Mapped[uuid.UUID | None]
    reason: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    ended_why: Mapped[str | None]


class VisitParticipant(Base):
    """An officer who took part, in the role held at the client that day, null where none; what is counted.

    It repeats of the visit what counting reads, and is written in one statement with it, so nothing is checked twice.
    `acting_for` is the officer on leave whose delegate this one was.
    """

    __tablename__ = "visit_participant"
    __table_args__ = (
        Index("ix_visit_participant_client_id", "client_id", "day"),
        Index("ix_visit_participant_officer_id", "officer_id", "day"),
    )

    visit_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    officer_id: Mapped[str] = mapped_column(primary_key=True)
    client_id: Mapped[str]
    day: Mapped[date]
    kind: Mapped[str]
    role: Mapped[str | None]
    leads: Mapped[bool]
    acting_for: Mapped[str | None]
    recorded_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class PlannedVisit(Base):
    """A visit that is to be made: until it is done, cancelled or moved. Its day passed without, it has lapsed."""

    __tablename__ = "planned_visit"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name="ended_whole"),
        CheckConstraint("ended_as IN ('done', 'cancelled', 'moved')", name="ended_as_known"),
        Index("ix_planned_visit_client_id", "client_id", "day"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"))
    at: Mapped[datetime]
    day: Mapped[date]
    kind: Mapped[str]
    purpose: Mapped[str | None]
    place: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_as: Mapped[str | None]
    ended_by: Mapped[str | None]
    reason: Mapped[str | None]
    visit_id: Mapped[uuid.UUID | None]
    moved_to: Mapped[uuid.UUID | None]


class PlannedParticipant(Base):
    """An officer who is to take part in a planned visit, in the role held when it was planned.

    `acting_for` is the officer on leave on that day, whose delegate this one is.
    """

    __tablename__ = "planned_participant"
    __table_args__ = (
        ForeignKeyConstraint(["planned_id"], ["planned_visit.id"]),
        Index("ix_planned_participant_client_id", "client_id", "day"),
        Index("ix_planned_participant_officer_id", "officer_id", "day"),
    )

    planned_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    officer_id: Mapped[str] = mapped_column(primary_key=True)
    client_id: Mapped[str]
    day: Mapped[date]
    kind: Mapped[str]
    role: Mapped[str | None]
    acting_for: Mapped[str | None]
    recorded_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class CoverageRevision(Base):
    """What a correction after the close made of one obligation's figures: numbered, before and after, never silent.

    `holder` is the officer whose own figures they are, empty for the role's. The latest number counts.
    """

    __tablename__ = "coverage_revision"

    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"), primary_key=True)
    rulebook: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    prorated: Mapped[int]
    done_before: Mapped[int]
    done_after: Mapped[int]
    visit_id: Mapped[uuid.UUID]
    reason: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]


class MissReason(Base):
    """Why an obligation was missed: proposed, and accepted or refused by a second person. It alters no figure."""

    __tablename__ = "miss_reason"
    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'accepted', 'refused', 'withdrawn')", name="state_known"),
        Index("ix_miss_reason_client_id", "client_id", "period"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"))
    rulebook: Mapped[str]
    role: Mapped[str]
    officer_id: Mapped[str | None]
    period: Mapped[str]
    code: Mapped[str]
    explanation: Mapped[str]
    state: Mapped[str]
    proposed_by: Mapped[str]
    proposed_key: Mapped[str]
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None]


class Occasion(Base):
    """A contact owed for a reason of its own, by a role, by a day (domain.md G4); counted apart from the quotas."""

    __tablename__ = "occasion"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'done', 'cancelled')", name="state_known"),
        Index("ix_occasion_client_id", "client_id", "id"),
        Index("ix_occasion_due_by", "due_by", postgresql_where=text("state = 'open'")),
        Index("uq_occasion_external_id", "external_id", unique=True, postgresql_where=text("external_id IS NOT NULL")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"))
    kind: Mapped[str]
    about: Mapped[str | None]
    role: Mapped[str]
    due_by: Mapped[date]
    state: Mapped[str]
    external_id: Mapped[str | None]
    visit_id: Mapped[uuid.UUID | None]
    moves: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    ended_on: Mapped[date | None]
    ended_by: Mapped[str | None]
    reason: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    revision: Mapped[int]
    updated_at: Mapped[datetime]


class UpkeepDay(Base):
    """Up to which day a task of the upkeep was done, whichever process did it."""

    __tablename__ = "coverage_upkeep"

    task: Mapped[str] = mapped_column(primary_key=True)
    done_on: Mapped[date]
