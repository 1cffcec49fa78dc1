"""Working days: calendars by their versions, leave with who stands in, units that are closed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; gives up rather than queue behind a long transaction and block every reader after it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    moment = sa.DateTime(timezone=True)
    days = postgresql.ARRAY(sa.Date())
    op.create_table(
        "calendar_version",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reach_from", sa.Date(), nullable=False),
        sa.Column("reach_until", sa.Date(), nullable=False),
        sa.Column("rest", days, nullable=False),
        sa.Column("work", days, nullable=False),
        sa.Column("recorded_at", moment, nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.CheckConstraint("reach_until > reach_from", name=op.f("ck_calendar_version_half_open")),
        sa.PrimaryKeyConstraint("name", "number", name=op.f("pk_calendar_version")),
    )
    op.create_table(
        "leave",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("officer_id", sa.Text(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=False),
        sa.Column("delegate_id", sa.Text(), nullable=True),
        sa.Column("recorded_at", moment, nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.CheckConstraint("delegate_id <> officer_id", name=op.f("ck_leave_another_stands_in")),
        sa.CheckConstraint("until_day > from_day", name=op.f("ck_leave_half_open")),
        sa.ForeignKeyConstraint(["delegate_id"], ["officer.id"], name=op.f("fk_leave_delegate_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_leave_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leave")),
    )
    op.create_index(
        "ix_leave_delegate_id",
        "leave",
        ["delegate_id", "from_day"],
        unique=False,
        postgresql_where=sa.text("delegate_id IS NOT NULL"),
    )
    op.create_index("ix_leave_officer_id", "leave", ["officer_id", "from_day"], unique=False)
    op.create_table(
        "unit_closure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", moment, nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.CheckConstraint("until_day > from_day", name=op.f("ck_unit_closure_half_open")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_closure_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_closure")),
    )
    op.create_index("ix_unit_closure_unit_id", "unit_closure", ["unit_id", "from_day"], unique=False)


def downgrade() -> None:
    """Undo; for development, never for production data."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in (
        "unit_closure",
        "leave",
        "calendar_version",
    ):
        op.drop_table(table)
