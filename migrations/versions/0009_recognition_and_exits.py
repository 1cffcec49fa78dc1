"""Nominations and exits, each with its whole case; none is ever deleted."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NOMINATION_OPEN = "state IN ('screening', 'assessment', 'vote', 'filing')"
NOMINATION_TIMED = "state IN ('screening', 'assessment', 'vote')"
EXIT_OPEN = "state IN ('proposed', 'running')"


def upgrade() -> None:
    """Apply; gives up rather than queue behind a long transaction and block every reader after it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    moment = sa.DateTime(timezone=True)
    jsonb = postgresql.JSONB(astext_type=sa.Text())
    op.create_table(
        "nomination",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("rulebook", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("tier_asked", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("nominated_unit", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("awaiting", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("case", jsonb, nullable=False),
        sa.Column("screening", jsonb, nullable=False),
        sa.Column("assessment", jsonb, nullable=True),
        sa.Column("opened_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("level IN ('bank_wide', 'regional')", name=op.f("ck_nomination_level_known")),
        sa.CheckConstraint(
            f"{NOMINATION_OPEN} OR state IN ('recognised', 'refused', 'withdrawn', 'lapsed')",
            name=op.f("ck_nomination_state_known"),
        ),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_nomination_client_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["unit.id"], name=op.f("fk_nomination_decided_by")),
        sa.ForeignKeyConstraint(["nominated_unit"], ["unit.id"], name=op.f("fk_nomination_nominated_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination")),
    )
    op.create_index("ix_nomination_awaiting", "nomination", ["awaiting"], postgresql_using="gin")
    op.create_index("ix_nomination_client_id", "nomination", ["client_id"])
    op.create_index("ix_nomination_due", "nomination", ["due"], postgresql_where=sa.text(NOMINATION_TIMED))
    op.create_index(
        "uq_nomination_open",
        "nomination",
        ["client_id", "rulebook"],
        unique=True,
        postgresql_where=sa.text(NOMINATION_OPEN),
    )
    op.create_table(
        "client_exit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("rulebook", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("case", jsonb, nullable=False),
        sa.Column("opened_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"{EXIT_OPEN} OR state IN ('exited', 'cancelled')", name=op.f("ck_client_exit_state_known")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_client_exit_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_exit")),
    )
    op.create_index("ix_client_exit_client_id", "client_exit", ["client_id"])
    op.create_index("ix_client_exit_due", "client_exit", ["due"], postgresql_where=sa.text("due IS NOT NULL"))
    op.create_index(
        "uq_client_exit_open",
        "client_exit",
        ["client_id", "rulebook"],
        unique=True,
        postgresql_where=sa.text(EXIT_OPEN),
    )
    op.execute("REVOKE DELETE, TRUNCATE ON nomination, client_exit FROM tierbook_app")


def downgrade() -> None:
    """Undo; for development, never for production data."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("client_exit")
    op.drop_table("nomination")
