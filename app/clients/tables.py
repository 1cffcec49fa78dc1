"""The clients' tables: who they are and were, what is known of them, who covers them.

Days are half-open: `from_day` counts, `until_day` does not, null means for good. What is personal of a natural person
stands in `client.name` (where `kind` is person) and in `contact`, and nowhere else in clear.
"""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base

_HALF_OPEN = "until_day IS NULL OR until_day > from_day"


class Client(Base):
    """A client as it is now (domain.md A1, A5, B2, B3, B5), keyed by the CRM's own id."""

    __tablename__ = "client"
    __table_args__ = (
        CheckConstraint("kind IN ('company', 'institution', 'person')", name="kind_known"),
        CheckConstraint("level IN ('bank_wide', 'regional')", name="level_known"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str | None]
    segment: Mapped[str | None]
    level: Mapped[str | None]
    category: Mapped[str | None]
    co_managed: Mapped[bool]
    industry: Mapped[str | None]
    region: Mapped[str | None]
    ownership: Mapped[str | None]
    life_cycle_stage: Mapped[str | None]
    erased_at: Mapped[datetime | None]
    revision: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ClientRevision(Base):
    """A client as it was recorded at a moment, whole; names of natural persons are sealed. Rows are only added."""

    __tablename__ = "client_revision"
    __table_args__ = (Index("ix_client_revision_recorded_at", "client_id", "recorded_at"),)

    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    profile: Mapped[dict[str, Any]]


class ClientUnit(Base):
    """Which unit leads a client, which assist, and when (domain.md B10, D5). One leads at a time.

    The key has the unit last: who leads a client on a day is asked for every client that is read.
    """

    __tablename__ = "client_unit"
    __table_args__ = (
        CheckConstraint("part IN ('lead', 'assisting')", name="part_known"),
        CheckConstraint(_HALF_OPEN, name="half_open"),
        Index(
            "uq_client_unit_lead_now",
            "client_id",
            unique=True,
            postgresql_where=text("part = 'lead' AND until_day IS NULL"),
        ),
        Index("ix_client_unit_unit_id", "unit_id", "client_id"),
    )

    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"), primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    from_day: Mapped[date] = mapped_column(primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    until_day: Mapped[date | None]


class ClientRelation(Base):
    """How a client belongs to another: same group under `other_id` as its head, or up- or downstream of it.

    The other may come later in the same transaction: a file's clients name each other.
    """

    __tablename__ = "client_relation"
    __table_args__ = (
        CheckConstraint("kind IN ('group', 'upstream', 'downstream')", name="kind_known"),
        CheckConstraint("other_id <> client_id", name="not_to_itself"),
        Index("ix_client_relation_other_id", "other_id"),
    )

    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    other_id: Mapped[str] = mapped_column(
        ForeignKey("client.id", deferrable=True, initially="DEFERRED"), primary_key=True
    )
    recorded_at: Mapped[datetime]


class Contact(Base):
    """A natural person to reach at a client; `state` says whether the data works (domain.md G2)."""

    __tablename__ = "contact"
    __table_args__ = (
        CheckConstraint("state IN ('working', 'broken', 'unchecked')", name="state_known"),
        Index("ix_contact_client_id", "client_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"))
    name: Mapped[str]
    position: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    state: Mapped[str]
    checked_on: Mapped[date | None]
    revision: Mapped[int]
    updated_at: Mapped[datetime]


class ClientKey(Base):
    """The key under which what is personal of a client is sealed in revisions and in the trail; erasing destroys it."""

    __tablename__ = "client_key"

    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"), primary_key=True)
    key: Mapped[bytes]


class Assignment(Base):
    """What an officer is to a client, and when; at most one at a time owns it (管户).

    `kept_since` is the day on which the client asked to keep this owner although its tier calls for another (F3).
    """

    __tablename__ = "assignment"
    __table_args__ = (
        CheckConstraint(_HALF_OPEN, name="half_open"),
        Index(
            "uq_assignment_now",
            "client_id",
            "officer_id",
            "role",
            unique=True,
            postgresql_where=text("until_day IS NULL"),
        ),
        Index(
            "uq_assignment_owner_now",
            "client_id",
            unique=True,
            postgresql_where=text("owner AND until_day IS NULL"),
        ),
        Index("ix_assignment_client_id", "client_id"),
        Index("ix_assignment_officer_id", "officer_id", "client_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"))
    officer_id: Mapped[str] = mapped_column(ForeignKey("officer.id"))
    role: Mapped[str] = mapped_column(ForeignKey("role.name"))
    owner: Mapped[bool]
    kept_since: Mapped[date | None]
    from_day: Mapped[date]
    until_day: Mapped[date | None]


class AssignmentKnown(Base):
    """An assignment as it was known from `recorded_at` until `ended_at`, null as long as it is. Rows are only added.

    The end of a row is written once, when the assignment becomes another or is withdrawn.
    """

    __tablename__ = "assignment_known"
    __table_args__ = (
        Index("ix_assignment_known_client_id", "client_id"),
        Index("ix_assignment_known_officer_id", "officer_id"),
        Index("uq_assignment_known_now", "assignment_id", unique=True, postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    assignment_id: Mapped[uuid.UUID]
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"))
    officer_id: Mapped[str] = mapped_column(ForeignKey("officer.id"))
    role: Mapped[str]
    from_day: Mapped[date]
    until_day: Mapped[date | None]
    recorded_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class FactRecord(Base):
    """One value of one fact of one client, as it was recorded (domain.md A3). Rows are only added.

    `value` is the text that was sent; what it means is for the rulebook that reads it. Of two records of one day the
    later recorded counts.
    """

    __tablename__ = "fact_record"
    __table_args__ = (
        Index(
            "ix_fact_record_latest", "client_id", "name", text("as_of DESC"), text("recorded_at DESC"), text("id DESC")
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"))
    name: Mapped[str]
    value: Mapped[str]
    as_of: Mapped[date]
    source: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
