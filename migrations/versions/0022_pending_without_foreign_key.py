"""What waits to be sealed is held to its entry by the trigger alone.

The trigger writes it with the entry, and entries are never deleted: the foreign key could not fail. Each check cost a
look-up and a lock on the entry, in a new database by reading the whole table: its plan was made while that was empty.
"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; gives up rather than queue behind a long transaction and block every reader after it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint("fk_audit_pending_entry_id", "audit_pending", type_="foreignkey")


def downgrade() -> None:
    """Undo; for development, never for production data."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_foreign_key("fk_audit_pending_entry_id", "audit_pending", "audit_entry", ["entry_id"], ["id"])
