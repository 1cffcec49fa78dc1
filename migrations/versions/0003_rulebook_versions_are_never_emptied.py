"""Published rulebooks cannot be truncated either."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NEVER_EMPTIED = """
CREATE FUNCTION rulebook_version_is_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'published rulebooks cannot change, nor all go at once' USING ERRCODE = 'restrict_violation';
END $$
"""
TRUNCATE_TRIGGER = """
CREATE TRIGGER rulebook_version_is_never_emptied BEFORE TRUNCATE ON rulebook_version
  FOR EACH STATEMENT EXECUTE FUNCTION rulebook_version_is_never_emptied()
"""


def upgrade() -> None:
    """Apply; gives up rather than queue behind a long transaction and block every reader after it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(NEVER_EMPTIED)
    op.execute(TRUNCATE_TRIGGER)


def downgrade() -> None:
    """Undo; for development, never for production data."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER rulebook_version_is_never_emptied ON rulebook_version")
    op.execute("DROP FUNCTION rulebook_version_is_never_emptied()")
