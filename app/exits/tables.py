"""The table of exits, each with its whole case."""

import uuid
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base

_OPEN: Final = "state IN ('proposed', 'running')"


class ExitRecord(Base):
    """A client that leaves, or left, or stayed after all (domain.md A12, B8).

    The steps are those of the version that proposed it. `decision` is where the committee's decision is minuted, null
    where a trigger proposed. `case` is the kernel's; columns repeat of it what is looked for. `proposed_key` is
    the key by which a person, or that key itself, proposed. Rows are never deleted.
    """

    __tablename__ = "client_exit"
    __table_args__ = (
        CheckConstraint(f"{_OPEN} OR state IN ('exited', 'cancelled')", name="state_known"),
        Index("uq_client_exit_open", "client_id", "rulebook", unique=True, postgresql_where=text(_OPEN)),
        Index("ix_client_exit_due", "due", postgresql_where=text("due IS NOT NULL")),
        Index("ix_client_exit_client_id", "client_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"))
    rulebook: Mapped[str]
    version: Mapped[int]
    digest: Mapped[str]
    state: Mapped[str]
    due: Mapped[date | None]
    decision: Mapped[str | None]
    proposed_key: Mapped[str | None]
    case: Mapped[dict[str, Any]]
    opened_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    revision: Mapped[int]
