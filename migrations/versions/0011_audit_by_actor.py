"""The trail is found by who acted, however long it is."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; gives up rather than queue behind a long transaction and block every reader after it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_index("ix_audit_entry_key_name", "audit_entry", ["key_name"])
    op.create_index("ix_audit_entry_person", "audit_entry", ["person"], postgresql_where=sa.text("person IS NOT NULL"))


def downgrade() -> None:
    """Undo; for development, never for production data."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_audit_entry_person", table_name="audit_entry")
    op.drop_index("ix_audit_entry_key_name", table_name="audit_entry")
