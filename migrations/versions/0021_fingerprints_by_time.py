"""What makes two visits one begins with the minute, so that those of one time lie together in the index."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_MINUTE_FIRST = """
UPDATE visit SET fingerprint = decode(lpad(to_hex(549755813888 + floor(extract(epoch FROM at) / 60)::bigint), 10, '0'),
  'hex') || substring(fingerprint FROM 1 FOR 11)
"""
"""2^39 and the minute in five bytes, then eleven of the sixteen that were there."""
_INDEX = "CREATE UNIQUE INDEX uq_visit_fingerprint ON visit (fingerprint) WHERE ended_at IS NULL"


def upgrade() -> None:
    """Apply; gives up rather than queue behind a long transaction and block every reader after it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("uq_visit_fingerprint", "visit")
    op.execute(_MINUTE_FIRST)
    op.execute(_INDEX)


def downgrade() -> None:
    """Undo; for development, never for production data: visits of before are then no longer known when sent again."""
    op.execute("SET LOCAL lock_timeout = '5s'")
