"""Who approved an override stays beside who ended it; whose key began what a second person ends."""

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


def downgrade() -> None:
    """Undo; for development, never for production data."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name in ("ended_why", "ended_at", "ended_by"):
        op.drop_column("tier_override", name)
    for table, column in KEYS.items():
        op.drop_column(table, column)
