"""The organisation's tables: units and where they stood, officers and where they served, roles.

Days are half-open: `from_day` counts, `until_day` does not, null means for good.
"""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base

_HALF_OPEN = "until_day IS NULL OR until_day > from_day"


class Unit(Base):
    """A node of the organisation (domain.md B1): head_office, branch, sub_branch or outlet."""

    __tablename__ = "unit"
    __table_args__ = (
        CheckConstraint("kind IN ('head_office', 'branch', 'sub_branch', 'outlet')", name="kind_known"),
        CheckConstraint("closed_on IS NULL OR closed_on > opened_on", name="closes_later"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    revision: Mapped[int]
    updated_at: Mapped[datetime]


class UnitPlacement(Base):
    """Under which unit a unit stood, and when; the head office stands under none."""

    __tablename__ = "unit_placement"
    __table_args__ = (
        CheckConstraint(_HALF_OPEN, name="half_open"),
        CheckConstraint("parent_id <> unit_id", name="not_under_itself"),
        Index("uq_unit_placement_now", "unit_id", unique=True, postgresql_where=text("until_day IS NULL")),
        Index("ix_unit_placement_parent_id", "parent_id"),
    )

    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    from_day: Mapped[date] = mapped_column(primary_key=True)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    until_day: Mapped[date | None]


class UnitTree(Base):
    """The closure of the placements: every unit under every unit above it, itself included, and when."""

    __tablename__ = "unit_tree"
    __table_args__ = (
        CheckConstraint(_HALF_OPEN, name="half_open"),
        Index("ix_unit_tree_descendant", "descendant", "ancestor"),
    )

    ancestor: Mapped[str] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    descendant: Mapped[str] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    from_day: Mapped[date] = mapped_column(primary_key=True)
    until_day: Mapped[date | None]
    distance: Mapped[int]


class Role(Base):
    """What an officer can be to a unit or a client (domain.md B9, D2, F2), with its labels."""

    __tablename__ = "role"

    name: Mapped[str] = mapped_column(primary_key=True)
    label_en: Mapped[str]
    label_zh: Mapped[str]
    revision: Mapped[int]
    updated_at: Mapped[datetime]


class Officer(Base):
    """A member of staff, by the bank's staff number. The name is personal: it goes into no log, event or trail."""

    __tablename__ = "officer"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    left_on: Mapped[date | None]
    revision: Mapped[int]
    updated_at: Mapped[datetime]


class Posting(Base):
    """In which role an officer serves a unit, and when."""

    __tablename__ = "posting"
    __table_args__ = (
        CheckConstraint(_HALF_OPEN, name="half_open"),
        Index(
            "uq_posting_now", "officer_id", "unit_id", "role", unique=True, postgresql_where=text("until_day IS NULL")
        ),
        Index("ix_posting_unit_id", "unit_id", "role"),
        Index("ix_posting_officer_id", "officer_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    officer_id: Mapped[str] = mapped_column(ForeignKey("officer.id"))
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    role: Mapped[str] = mapped_column(ForeignKey("role.name"))
    from_day: Mapped[date]
    until_day: Mapped[date | None]


class Leave(Base):
    """Days on which an officer is away; `delegate_id` stands in. Rows are only added, and ended when withdrawn."""

    __tablename__ = "leave"
    __table_args__ = (
        CheckConstraint("until_day > from_day", name="half_open"),
        CheckConstraint("delegate_id <> officer_id", name="another_stands_in"),
        Index("ix_leave_officer_id", "officer_id", "from_day"),
        Index("ix_leave_delegate_id", "delegate_id", "from_day", postgresql_where=text("delegate_id IS NOT NULL")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    officer_id: Mapped[str] = mapped_column(ForeignKey("officer.id"))
    from_day: Mapped[date]
    until_day: Mapped[date]
    delegate_id: Mapped[str | None] = mapped_column(ForeignKey("officer.id"))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]


class UnitClosure(Base):
    """Days on which a unit, with all below it, is closed. Rows are only added, and ended when withdrawn."""

    __tablename__ = "unit_closure"
    __table_args__ = (
        CheckConstraint("until_day > from_day", name="half_open"),
        Index("ix_unit_closure_unit_id", "unit_id", "from_day"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    from_day: Mapped[date]
    until_day: Mapped[date]
    reason: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]


class CalendarVersion(Base):
    """Which days are working days, as it was known from `recorded_at` on, from `reach_from` to before `reach_until`.

    Monday to Friday but for `rest`, and the days of weekends in `work`. Rows are only added.
    """

    __tablename__ = "calendar_version"
    __table_args__ = (CheckConstraint("reach_until > reach_from", name="half_open"),)

    name: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str]
    source: Mapped[str]
    reach_from: Mapped[date]
    reach_until: Mapped[date]
    rest: Mapped[list[date]] = mapped_column(ARRAY(Date))
    work: Mapped[list[date]] = mapped_column(ARRAY(Date))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
