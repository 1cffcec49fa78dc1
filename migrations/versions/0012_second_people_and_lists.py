"""Who approved an override stays beside who ended it; whose key began a case of two people; indexes of lists."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEYS = {"rulebook_version": "created_key", "tier_override": "proposed_key", "client_exit": "proposed_key"}
"""Null in rows from before: of those the trail alone tells the key."""

TAKEN_BACK = """
UPDATE tier_override
SET ended_by = decided_by, ended_at = decided_at, ended_why = decision,
  decided_by = NULL, decided_at = NULL, decision = NULL
WHERE state = 'withdrawn'
"""
"""What was taken back was never decided."""

ACTIVE = sa.text("state IN ('due', 'open')")


def upgrade() -> None:
    """Apply; gives up rather than queue behind a long transaction and block every reader after it.

    Who approved an override that was ended before is told by the trail alone, for it was written over.
    """
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, column in KEYS.items():
        op.add_column(table, sa.Column(column, sa.Text(), nullable=True))
    op.add_column("tier_override", sa.Column("ended_by", sa.Text(), nullable=True))
    op.add_column("tier_override", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("tier_override", sa.Column("ended_why", sa.Text(), nullable=True))
    op.execute(TAKEN_BACK)
    op.drop_index("ix_assessment_client_id", table_name="assessment")
    op.create_index("ix_assessment_client_id", "assessment", ["client_id", "assessed_at", "id"])
    op.create_index("ix_client_warning_client_id", "client_warning", ["client_id", "id"])
    op.create_index("ix_improvement_plan_client_id", "improvement_plan", ["client_id", "id"])
    op.create_index("ix_improvement_plan_deadline", "improvement_plan", ["deadline"], postgresql_where=ACTIVE)


def downgrade() -> None:
    """Undo; for development, never for production data."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_improvement_plan_deadline", table_name="improvement_plan")
    op.drop_index("ix_improvement_plan_client_id", table_name="improvement_plan")
    op.drop_index("ix_client_warning_client_id", table_name="client_warning")
    op.drop_index("ix_assessment_client_id", table_name="assessment")
    latest = [sa.text("as_of DESC"), sa.text("assessed_at DESC")]
    op.create_index("ix_assessment_client_id", "assessment", ["client_id", "rulebook", *latest])
    for name in ("ended_why", "ended_at", "ended_by"):
        op.drop_column("tier_override", name)
    for table, column in KEYS.items():
        op.drop_column(table, column)
