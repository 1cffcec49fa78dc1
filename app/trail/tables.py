"""Private to trail and audit: the entries, those not sealed yet, and the chain that seals them."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class AuditEntry(Base):
    """One line. Rows are never changed nor deleted: triggers refuse it to everybody, grants to the application.

    An actor is a key or a person: each has an index, without which a rare one is looked for through the whole trail.
    Entries of one that acts often are found by reading backwards, so that the indexes need no id and stay small.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        CheckConstraint("outcome IN ('done', 'denied')", name="outcome_known"),
        Index("ix_audit_entry_object", "object_type", "object_id", "id"),
        Index("ix_audit_entry_unit_id", "unit", "id"),
        Index("ix_audit_entry_key_name", "key_name"),
        Index("ix_audit_entry_person", "person", postgresql_where=text("person IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    key_id: Mapped[uuid.UUID | None]
    key_name: Mapped[str]
    key_unit: Mapped[str | None]
    person: Mapped[str | None]
    request_id: Mapped[str | None]
    action: Mapped[str]
    object_type: Mapped[str]
    object_id: Mapped[str]
    unit: Mapped[str | None]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    reason: Mapped[str | None]
    digest: Mapped[str | None]
    outcome: Mapped[str]


class AuditPending(Base):
    """An entry that is not sealed yet; a trigger adds it with the entry, the sealer takes it away.

    No foreign key holds it to the entry: the trigger does, and entries are never deleted.
    """

    __tablename__ = "audit_pending"

    entry_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class AuditChain(Base):
    """A sealed entry's place, counted from 1, and the hash over the one before it and the entry.

    No foreign key holds it to the entry: that took two thirds of sealing, and verification finds what it would prevent.
    """

    __tablename__ = "audit_chain"

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    hash: Mapped[bytes]
    sealed_at: Mapped[datetime]
