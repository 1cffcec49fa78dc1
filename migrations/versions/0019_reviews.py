"""Reviews: every cycle of every client, open or over."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; gives up rather than queue behind a long transaction and block every reader after it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("rulebook", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=True),
        sa.Column("course", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("overdue_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("in_full", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("postponed", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("assessment_id", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'done') = (assessment_id IS NOT NULL)", name=op.f("ck_review_done_by_an_assessment")
        ),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_review_ends_once")),
        sa.CheckConstraint("state IN ('open', 'done', 'skipped', 'cancelled')", name=op.f("ck_review_state_known")),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_review_assessment_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_review_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("client_id", "rulebook", "cycle", name=op.f("uq_review_client_id_rulebook_cycle")),
    )
    op.create_index("ix_review_due_at", "review", ["due_at", "id"], unique=False)
    op.create_index(
        "uq_review_open",
        "review",
        ["client_id", "rulebook"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )


def downgrade() -> None:
    """Undo; for development, never for production data."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("review")
