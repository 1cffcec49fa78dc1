"""What is owed to clients, visits, plans, occasions, and what corrections after a close made of figures."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; gives up rather than queue behind a long transaction and block every reader after it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _make_owed_and_visits()
    _make_what_stands_beside()


def _make_owed_and_visits() -> None:
    moment = sa.DateTime(timezone=True)
    jsonb = postgresql.JSONB(astext_type=sa.Text())
    texts = postgresql.ARRAY(sa.Text())
    op.create_table(
        "obligation_terms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rulebook", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("classes", jsonb, nullable=False),
        sa.Column("tier", sa.Text(), nullable=True),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligation_terms")),
    )
    op.create_table(
        "obligation_rule",
        sa.Column("terms_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("per", sa.Text(), nullable=False),
        sa.Column("at_least", sa.Integer(), nullable=False),
        sa.Column("counts", texts, nullable=False),
        sa.Column("each_holder", sa.Boolean(), nullable=False),
        sa.Column("lead_only", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "per IN ('month', 'quarter', 'half_year', 'year')", name=op.f("ck_obligation_rule_per_known")
        ),
        sa.CheckConstraint("at_least > 0", name=op.f("ck_obligation_rule_something")),
        sa.ForeignKeyConstraint(["terms_id"], ["obligation_terms.id"], name=op.f("fk_obligation_rule_terms_id")),
        sa.PrimaryKeyConstraint("terms_id", "role", "per", name=op.f("pk_obligation_rule")),
    )
    op.create_table(
        "client_obligation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("rulebook", sa.Text(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("terms_id", sa.Uuid(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_client_obligation_client_id")),
        sa.ForeignKeyConstraint(["terms_id"], ["obligation_terms.id"], name=op.f("fk_client_obligation_terms_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_obligation")),
    )
    op.create_index(
        "ix_client_obligation_client_id", "client_obligation", ["client_id", "rulebook", "id"], unique=False
    )
    op.create_table(
        "visit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("next_step", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("outside", jsonb, nullable=False),
        sa.Column("evidence", texts, nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("planned_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_at", moment, nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_visit_client_id")),
        sa.PrimaryKeyConstraint("id", "revision", name=op.f("pk_visit")),
    )
    op.create_index("ix_visit_client_id", "visit", ["client_id", "day"], unique=False)
    newest = [sa.text("at DESC"), sa.text("id DESC")]
    op.create_index("ix_visit_at", "visit", newest, postgresql_where=sa.text("ended_at IS NULL"))
    op.create_index(
        "uq_visit_external_id",
        "visit",
        ["external_id"],
        unique=True,
        postgresql_where=sa.text("revision = 1 AND external_id IS NOT NULL"),
    )
    op.create_index(
        "uq_visit_fingerprint", "visit", ["fingerprint"], unique=True, postgresql_where=sa.text("ended_at IS NULL")
    )
    op.create_table(
        "visit_participant",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("officer_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("leads", sa.Boolean(), nullable=False),
        sa.Column("acting_for", sa.Text(), nullable=True),
        sa.Column("recorded_at", moment, nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("visit_id", "revision", "officer_id", name=op.f("pk_visit_participant")),
    )
    op.create_index("ix_visit_participant_client_id", "visit_participant", ["client_id", "day"], unique=False)
    op.create_index("ix_visit_participant_officer_id", "visit_participant", ["officer_id", "day"], unique=False)


def _make_what_stands_beside() -> None:
    moment = sa.DateTime(timezone=True)
    jsonb = postgresql.JSONB(astext_type=sa.Text())
    op.create_table(
        "planned_visit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("recorded_at", moment, nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("ended_as", sa.Text(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("moved_to", sa.Uuid(), nullable=True),
        sa.CheckConstraint("ended_as IN ('done', 'cancelled', 'moved')", name=op.f("ck_planned_visit_ended_as_known")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name=op.f("ck_planned_visit_ended_whole")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_planned_visit_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_visit")),
    )
    op.create_index("ix_planned_visit_client_id", "planned_visit", ["client_id", "day"], unique=False)
    op.create_table(
        "planned_participant",
        sa.Column("planned_id", sa.Uuid(), nullable=False),
        sa.Column("officer_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("recorded_at", moment, nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["planned_id"], ["planned_visit.id"], name=op.f("fk_planned_participant_planned_id")),
        sa.PrimaryKeyConstraint("planned_id", "officer_id", name=op.f("pk_planned_participant")),
    )
    op.create_index("ix_planned_participant_client_id", "planned_participant", ["client_id", "day"], unique=False)
    op.create_index("ix_planned_participant_officer_id", "planned_participant", ["officer_id", "day"], unique=False)
    op.create_table(
        "coverage_revision",
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("rulebook", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("prorated", sa.Integer(), nullable=False),
        sa.Column("done_before", sa.Integer(), nullable=False),
        sa.Column("done_after", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", moment, nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_coverage_revision_client_id")),
        sa.PrimaryKeyConstraint(
            "client_id", "rulebook", "role", "period", "holder", "number", name=op.f("pk_coverage_revision")
        ),
    )
    op.create_table(
        "miss_reason",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("rulebook", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("officer_id", sa.Text(), nullable=True),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_key", sa.Text(), nullable=False),
        sa.Column("proposed_at", moment, nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", moment, nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('proposed', 'accepted', 'refused', 'withdrawn')", name=op.f("ck_miss_reason_state_known")
        ),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_miss_reason_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_miss_reason")),
    )
    op.create_index("ix_miss_reason_client_id", "miss_reason", ["client_id", "period"], unique=False)
    op.create_table(
        "occasion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("due_by", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("moves", jsonb, nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_at", moment, nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.CheckConstraint("state IN ('open', 'done', 'cancelled')", name=op.f("ck_occasion_state_known")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_occasion_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occasion")),
    )
    op.create_index("ix_occasion_client_id", "occasion", ["client_id", "id"], unique=False)
    op.create_index(
        "ix_occasion_due_by", "occasion", ["due_by"], unique=False, postgresql_where=sa.text("state = 'open'")
    )
    op.create_index(
        "uq_occasion_external_id",
        "occasion",
        ["external_id"],
        unique=True,
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_table(
        "coverage_upkeep",
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("task", name=op.f("pk_coverage_upkeep")),
    )


def downgrade() -> None:
    """Undo; for development, never for production data."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in (
        "coverage_upkeep",
        "occasion",
        "miss_reason",
        "coverage_revision",
        "planned_participant",
        "planned_visit",
        "visit_participant",
        "visit",
        "client_obligation",
        "obligation_rule",
        "obligation_terms",
    ):
        op.drop_table(table)
