"""Private to access: the table of keys."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class ApiKey(Base):
    """A key. `digest` is all that is kept of its text; rows are never deleted, for the audit trail names them.

    `unit` is the fence it lives in, null for the whole bank; `person` whose key it is, null for a program's.
    """

    __tablename__ = "api_key"
    __table_args__ = (CheckConstraint("expires_at IS NULL OR expires_at > created_at", name="expires_later"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    prefix: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    unit: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    person: Mapped[str | None]
    rotated_from: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("api_key.id"))
