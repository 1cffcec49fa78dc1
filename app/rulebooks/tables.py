"""Private to rulebooks: the versions, the reigns by which they govern, the simulations that were attached to them.

Days are half-open: `from_day` counts, `until_day` does not, null means for good.
"""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base

_OF_A_VERSION = (("name", "number"), ("rulebook_version.name", "rulebook_version.number"))
_NOT_CALLED_OFF = "(until_day IS NULL OR until_day > from_day)"


class RulebookVersion(Base):
    """A draft, or once `published_at` is set a published version, which a trigger keeps from ever changing."""

    __tablename__ = "rulebook_version"
    __table_args__ = (
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("(published_at IS NULL) = (published_by IS NULL)", name="published_whole"),
    )

    name: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str]
    document: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    created_key: Mapped[str | None]
    published_at: Mapped[datetime | None]
    published_by: Mapped[str | None]


class RulebookReign(Base):
    """Where and when a published version governs: in a unit and below, or with no unit in the whole bank.

    A reign of a unit has an end from the start. One that ends on the day it begins was called off before it began. A
    trigger lets nothing change but the end, and that only to an earlier day.
    """

    __tablename__ = "rulebook_reign"
    __table_args__ = (
        ForeignKeyConstraint(*_OF_A_VERSION),
        CheckConstraint("until_day IS NULL OR until_day >= from_day", name="half_open"),
        CheckConstraint("unit_id IS NULL OR until_day IS NOT NULL", name="pilot_ends"),
        Index("ix_rulebook_reign_name_number", "name", "number"),
        Index(
            "uq_rulebook_reign_bank_from_day",
            "name",
            "from_day",
            unique=True,
            postgresql_where=text(f"unit_id IS NULL AND {_NOT_CALLED_OFF}"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    number: Mapped[int]
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    from_day: Mapped[date]
    until_day: Mapped[date | None]
    made_at: Mapped[datetime]
    made_by: Mapped[str]


class RulebookSimulation(Base):
    """What a digest would have done to clients, tried before it governs; never changed, for a publication rests on it.

    `run_id` is the portfolio run that it comes from, `clients` how many it decided.
    """

    __tablename__ = "rulebook_simulation"
    __table_args__ = (
        ForeignKeyConstraint(*_OF_A_VERSION),
        CheckConstraint("clients >= 0", name="clients_counted"),
        Index("ix_rulebook_simulation_digest", "name", "digest", "made_at", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    number: Mapped[int]
    digest: Mapped[str]
    run_id: Mapped[uuid.UUID | None]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    clients: Mapped[int]
    summary: Mapped[dict[str, Any]]
