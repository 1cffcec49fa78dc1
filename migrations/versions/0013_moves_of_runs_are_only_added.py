"""Who moved in a run stays as it was told."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ONLY_ADDED = """
CREATE FUNCTION portfolio_run_move_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are only added: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$
"""


def upgrade() -> None:
    """Apply; gives up rather than queue behind a long transaction and block every reader after it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(ONLY_ADDED)
    op.execute("REVOKE UPDATE, DELETE ON portfolio_run_move FROM tierbook_app")
    op.execute(
        "CREATE TRIGGER portfolio_run_move_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON portfolio_run_move "
        "FOR EACH STATEMENT EXECUTE FUNCTION portfolio_run_move_only_grows()"
    )


def downgrade() -> None:
    """Undo; for development, never for production data."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER portfolio_run_move_only_grows ON portfolio_run_move")
    op.execute("DROP FUNCTION portfolio_run_move_only_grows()")
    op.execute("GRANT UPDATE, DELETE ON portfolio_run_move TO tierbook_app")
