"""The table of recognition: nominations, each with its whole case."""

import uuid
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base

_OPEN: Final = "state IN ('screening', 'assessment', 'vote', 'filing')"
_TIMED: Final = "state IN ('screening', 'assessment', 'vote')"


class NominationRecord(Base):
    """A client that is, or was, on the way to a tier, under the version of a rulebook that governed it then.

    `case` is the kernel's, tiers by label and scores as text; columns repeat of it what is looked for. `decided_by`
    is the unit whose committee votes. `tier_asked` is null where the nomination left the tier to the standard.
    `awaiting` are the members whose vote is waited for. `screening` and `assessment` are what the standard said of the
    client, before and after the experts. Rows are never deleted.
    """

    __tablename__ = "nomination"
    __table_args__ = (
        CheckConstraint("level IN ('bank_wide', 'regional')", name="level_known"),
        CheckConstraint(
            f"{_OPEN} OR state IN ('recognised', 'refused', 'withdrawn', 'lapsed')",
            name="state_known",
        ),
        Index("uq_nomination_open", "client_id", "rulebook", unique=True, postgresql_where=text(_OPEN)),
        Index("ix_nomination_due", "due", postgresql_where=text(_TIMED)),
        Index("ix_nomination_awaiting", "awaiting", postgresql_using="gin"),
        Index("ix_nomination_client_id", "client_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"))
    rulebook: Mapped[str]
    version: Mapped[int]
    digest: Mapped[str]
    level: Mapped[str]
    category: Mapped[str]
    tier: Mapped[str]
    tier_asked: Mapped[str | None]
    state: Mapped[str]
    due: Mapped[date | None]
    decided_by: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    nominated_unit: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    reason: Mapped[str]
    awaiting: Mapped[list[str]] = mapped_column(ARRAY(Text))
    case: Mapped[dict[str, Any]]
    screening: Mapped[dict[str, Any]]
    assessment: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    opened_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    revision: Mapped[int]
