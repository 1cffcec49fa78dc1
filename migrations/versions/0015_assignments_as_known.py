"""Who covered a client can be asked as it was known at any moment."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KNOWN_ALREADY = """
INSERT INTO assignment_known (assignment_id, client_id, officer_id, role, from_day, until_day, recorded_at)
SELECT id, client_id, officer_id, role, from_day, until_day,
  LEAST(from_day::timestamp AT TIME ZONE 'UTC', transaction_timestamp())
FROM assignment
"""
"""Since when an assignment from before is known, nobody wrote down: since its first day."""


def upgrade() -> None:
    """Apply; gives up rather than queue behind a long transaction and block every reader after it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "assignment_known",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("officer_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.Column("recorded_at", moment, nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_assignment_known_client_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_assignment_known_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_known")),
    )
    op.create_index("ix_assignment_known_client_id", "assignment_known", ["client_id"], unique=False)
    op.create_index("ix_assignment_known_officer_id", "assignment_known", ["officer_id"], unique=False)
    op.create_index(
        "uq_assignment_known_now",
        "assignment_known",
        ["assignment_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.execute(KNOWN_ALREADY)


def downgrade() -> None:
    """Undo; for development, never for production data."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("assignment_known")
