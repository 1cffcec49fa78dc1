"""Assessments, standings and their moves, warnings, plans, overrides."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ONLY_ADDED = """
CREATE FUNCTION standing_history_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are only added: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$
"""
HISTORY = ("assessment", "standing_move")


def upgrade() -> None:
    """Apply; gives up rather than queue behind a long transaction and block every reader after it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "assessment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("rulebook", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("review", sa.Text(), nullable=True),
        sa.Column("assessed_at", moment, nullable=False),
        sa.Column("assessed_by", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("standing", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("override", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_assessment_client_id")),
        sa.ForeignKeyConstraint(["unit"], ["unit.id"], name=op.f("fk_assessment_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
    )
    op.create_index(
        "ix_assessment_client_id",
        "assessment",
        ["client_id", "rulebook", sa.literal_column("as_of DESC"), sa.literal_column("assessed_at DESC")],
    )
    op.create_index("ix_assessment_run_id", "assessment", ["run_id"], postgresql_where=sa.text("run_id IS NOT NULL"))
    op.create_index(
        "uq_assessment_review",
        "assessment",
        ["client_id", "rulebook", "review"],
        unique=True,
        postgresql_where=sa.text("review IS NOT NULL"),
    )
    op.create_table(
        "client_warning",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("rulebook", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("cleared_on", sa.Date(), nullable=True),
        sa.Column("acknowledged_by", sa.Text(), nullable=True),
        sa.Column("acknowledged_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_client_warning_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_warning")),
    )
    op.create_index(
        "uq_client_warning_now",
        "client_warning",
        ["client_id", "rulebook", "reason"],
        unique=True,
        postgresql_where=sa.text("cleared_on IS NULL"),
    )
    op.create_table(
        "improvement_plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("rulebook", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("open_by", sa.Date(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("measures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.CheckConstraint(
            "state IN ('due', 'open', 'met', 'failed', 'cancelled')", name=op.f("ck_improvement_plan_state_known")
        ),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_improvement_plan_client_id")),
        sa.ForeignKeyConstraint(["owner"], ["officer.id"], name=op.f("fk_improvement_plan_owner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_improvement_plan")),
    )
    op.create_index(
        "uq_improvement_plan_now",
        "improvement_plan",
        ["client_id", "rulebook"],
        unique=True,
        postgresql_where=sa.text("state IN ('due', 'open')"),
    )
    op.create_table(
        "tier_override",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("rulebook", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", moment, nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", moment, nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('proposed', 'approved', 'refused', 'withdrawn', 'ended')",
            name=op.f("ck_tier_override_state_known"),
        ),
        sa.CheckConstraint("until_day > from_day", name=op.f("ck_tier_override_ends")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_tier_override_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier_override")),
    )
    op.create_index("ix_tier_override_client_id", "tier_override", ["client_id", "rulebook", "until_day"])
    op.create_table(
        "standing",
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("rulebook", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("reviews_below", sa.Integer(), nullable=False),
        sa.Column("ceiling", sa.Text(), nullable=True),
        sa.Column("warnings", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("classes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("score", sa.Text(), nullable=True),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("exited_on", sa.Date(), nullable=True),
        sa.Column("assessment_id", sa.Uuid(), nullable=True),
        sa.Column("assessed_as_of", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_standing_assessment_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_standing_client_id")),
        sa.PrimaryKeyConstraint("client_id", "rulebook", name=op.f("pk_standing")),
    )
    op.create_index("ix_standing_tier", "standing", ["rulebook", "tier"])
    op.create_table(
        "standing_move",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("rulebook", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("reasons", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_standing_move_assessment_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_standing_move_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_move")),
    )
    op.create_index("ix_standing_move_client_id", "standing_move", ["client_id", "rulebook", "id"])
    op.execute(ONLY_ADDED)
    for table in HISTORY:
        op.execute(f"REVOKE UPDATE, DELETE ON {table} FROM tierbook_app")
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION standing_history_only_grows()"
        )


def downgrade() -> None:
    """Undo; for development, never for production data."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("standing_move", "standing", "tier_override", "improvement_plan", "client_warning", "assessment"):
        op.drop_table(table)
    op.execute("DROP FUNCTION standing_history_only_grows()")
