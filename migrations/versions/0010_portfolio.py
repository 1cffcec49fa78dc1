"""Runs over a portfolio, and who moved in them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KINDS = "kind IN ('assess', 'dry_run', 'stress')"
STATES = "state IN ('queued', 'running', 'done', 'failed', 'cancelled')"


def upgrade() -> None:
    """Apply; gives up rather than queue behind a long transaction and block every reader after it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    moment = sa.DateTime(timezone=True)
    jsonb = postgresql.JSONB(astext_type=sa.Text())
    op.create_table(
        "portfolio_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rulebook", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("measured_by", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("known_at", moment, nullable=True),
        sa.Column("review", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("filter", jsonb, nullable=False),
        sa.Column("shocks", jsonb, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("lease_until", moment, nullable=True),
        sa.Column("worker", sa.Uuid(), nullable=True),
        sa.Column("tally", jsonb, nullable=False),
        sa.Column("results", sa.Text(), nullable=True),
        sa.Column("summary", jsonb, nullable=True),
        sa.Column("reading_s", sa.Float(), nullable=False),
        sa.Column("scoring_s", sa.Float(), nullable=False),
        sa.Column("writing_s", sa.Float(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("key_name", sa.Text(), nullable=False),
        sa.Column("key_unit", sa.Text(), nullable=True),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("started_at", moment, nullable=True),
        sa.Column("finished_at", moment, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_portfolio_run_kind_known")),
        sa.CheckConstraint(STATES, name=op.f("ck_portfolio_run_state_known")),
        sa.ForeignKeyConstraint(["unit"], ["unit.id"], name=op.f("fk_portfolio_run_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portfolio_run")),
    )
    op.create_index("ix_portfolio_run_asked_at", "portfolio_run", ["asked_at", "id"])
    op.create_index(
        "ix_portfolio_run_open",
        "portfolio_run",
        ["asked_at"],
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    )
    op.create_table(
        "portfolio_run_move",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("scenario", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("reasons", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_portfolio_run_move_client_id")),
        sa.ForeignKeyConstraint(["run_id"], ["portfolio_run.id"], name=op.f("fk_portfolio_run_move_run_id")),
        sa.PrimaryKeyConstraint("run_id", "scenario", "client_id", "kind", name=op.f("pk_portfolio_run_move")),
    )


def downgrade() -> None:
    """Undo; for development, never for production data."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("portfolio_run_move")
    op.drop_table("portfolio_run")
