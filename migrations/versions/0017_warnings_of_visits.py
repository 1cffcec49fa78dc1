"""Warnings may be about visits that are owed."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

WHOLE = "(period IS NULL) = (role IS NULL)"


def upgrade() -> None:
    """Apply; gives up rather than queue behind a long transaction and block every reader after it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("client_warning", sa.Column("period", sa.Text(), nullable=True))
    op.add_column("client_warning", sa.Column("role", sa.Text(), nullable=True))
    op.add_column("client_warning", sa.Column("officer_id", sa.Text(), nullable=True))
    op.add_column("client_warning", sa.Column("cleared_by", sa.Text(), nullable=True))
    op.add_column("client_warning", sa.Column("cleared_why", sa.Text(), nullable=True))
    op.create_foreign_key(op.f("fk_client_warning_officer_id"), "client_warning", "officer", ["officer_id"], ["id"])
    op.create_check_constraint(op.f("ck_client_warning_about_visits_whole"), "client_warning", WHOLE)
    op.drop_index("uq_client_warning_now", table_name="client_warning")
    op.create_index(
        "uq_client_warning_now",
        "client_warning",
        ["client_id", "rulebook", "reason"],
        unique=True,
        postgresql_where=sa.text("cleared_on IS NULL AND period IS NULL"),
    )
    op.create_index(
        "uq_client_warning_of_visits_now",
        "client_warning",
        ["client_id", "rulebook", "period", "role", "officer_id", "reason"],
        unique=True,
        postgresql_where=sa.text("cleared_on IS NULL AND period IS NOT NULL"),
        postgresql_nulls_not_distinct=True,
    )


def downgrade() -> None:
    """Undo; for development, never for production data."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DELETE FROM client_warning WHERE period IS NOT NULL")
    op.drop_index("uq_client_warning_of_visits_now", table_name="client_warning")
    op.drop_index("uq_client_warning_now", table_name="client_warning")
    op.create_index(
        "uq_client_warning_now",
        "client_warning",
        ["client_id", "rulebook", "reason"],
        unique=True,
        postgresql_where=sa.text("cleared_on IS NULL"),
    )
    op.drop_constraint(op.f("ck_client_warning_about_visits_whole"), "client_warning")
    for column in ("cleared_why", "cleared_by", "officer_id", "role", "period"):
        op.drop_column("client_warning", column)
