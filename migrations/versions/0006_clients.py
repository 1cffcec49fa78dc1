"""Clients, their facts, contacts, relations and teams; answers kept for requests that may come twice."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ONLY_GROWS = """
CREATE FUNCTION client_history_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are only added: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$
"""
GROWING = ("client_revision", "fact_record")


def upgrade() -> None:
    """Apply; gives up rather than queue behind a long transaction and block every reader after it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "idempotent_answer",
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.id"], name=op.f("fk_idempotent_answer_key_id")),
        sa.PrimaryKeyConstraint("key_id", "key", name=op.f("pk_idempotent_answer")),
    )
    op.create_index(op.f("ix_idempotent_answer_at"), "idempotent_answer", ["at"])
    op.create_table(
        "client",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("segment", sa.Text(), nullable=True),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("co_managed", sa.Boolean(), nullable=False),
        sa.Column("industry", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("ownership", sa.Text(), nullable=True),
        sa.Column("life_cycle_stage", sa.Text(), nullable=True),
        sa.Column("erased_at", moment, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.CheckConstraint("kind IN ('company', 'institution', 'person')", name=op.f("ck_client_kind_known")),
        sa.CheckConstraint("level IN ('bank_wide', 'regional')", name=op.f("ck_client_level_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
    )
    op.create_table(
        "client_revision",
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("recorded_at", moment, nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("profile", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_client_revision_client_id")),
        sa.PrimaryKeyConstraint("client_id", "revision", name=op.f("pk_client_revision")),
    )
    op.create_index("ix_client_revision_recorded_at", "client_revision", ["client_id", "recorded_at"])
    op.create_table(
        "client_unit",
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.CheckConstraint("part IN ('lead', 'assisting')", name=op.f("ck_client_unit_part_known")),
        sa.CheckConstraint("until_day IS NULL OR until_day > from_day", name=op.f("ck_client_unit_half_open")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_client_unit_client_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_client_unit_unit_id")),
        sa.PrimaryKeyConstraint("client_id", "part", "from_day", "unit_id", name=op.f("pk_client_unit")),
    )
    op.create_index("ix_client_unit_unit_id", "client_unit", ["unit_id", "client_id"])
    op.create_index(
        "uq_client_unit_lead_now",
        "client_unit",
        ["client_id"],
        unique=True,
        postgresql_where=sa.text("part = 'lead' AND until_day IS NULL"),
    )
    op.create_table(
        "client_relation",
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("other_id", sa.Text(), nullable=False),
        sa.Column("recorded_at", moment, nullable=False),
        sa.CheckConstraint("kind IN ('group', 'upstream', 'downstream')", name=op.f("ck_client_relation_kind_known")),
        sa.CheckConstraint("other_id <> client_id", name=op.f("ck_client_relation_not_to_itself")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_client_relation_client_id")),
        sa.ForeignKeyConstraint(
            ["other_id"],
            ["client.id"],
            name=op.f("fk_client_relation_other_id"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("client_id", "kind", "other_id", name=op.f("pk_client_relation")),
    )
    op.create_index("ix_client_relation_other_id", "client_relation", ["other_id"])
    op.create_table(
        "contact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.CheckConstraint("state IN ('working', 'broken', 'unchecked')", name=op.f("ck_contact_state_known")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_contact_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index("ix_contact_client_id", "contact", ["client_id"])
    op.create_table(
        "client_key",
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_client_key_client_id")),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_client_key")),
    )
    op.create_table(
        "assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("officer_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("owner", sa.Boolean(), nullable=False),
        sa.Column("kept_since", sa.Date(), nullable=True),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.CheckConstraint("until_day IS NULL OR until_day > from_day", name=op.f("ck_assignment_half_open")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_assignment_client_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_assignment_officer_id")),
        sa.ForeignKeyConstraint(["role"], ["role.name"], name=op.f("fk_assignment_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    op.create_index("ix_assignment_client_id", "assignment", ["client_id"])
    op.create_index("ix_assignment_officer_id", "assignment", ["officer_id", "client_id"])
    op.create_index(
        "uq_assignment_now",
        "assignment",
        ["client_id", "officer_id", "role"],
        unique=True,
        postgresql_where=sa.text("until_day IS NULL"),
    )
    op.create_index(
        "uq_assignment_owner_now",
        "assignment",
        ["client_id"],
        unique=True,
        postgresql_where=sa.text("owner AND until_day IS NULL"),
    )
    op.create_table(
        "fact_record",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("recorded_at", moment, nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_fact_record_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_record")),
    )
    op.create_index(
        "ix_fact_record_latest",
        "fact_record",
        [
            "client_id",
            "name",
            sa.literal_column("as_of DESC"),
            sa.literal_column("recorded_at DESC"),
            sa.literal_column("id DESC"),
        ],
    )
    op.execute(ONLY_GROWS)
    for table in GROWING:
        op.execute(f"REVOKE UPDATE, DELETE ON {table} FROM tierbook_app")
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION client_history_only_grows()"
        )


def downgrade() -> None:
    """Undo; for development, never for production data."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in (
        "fact_record",
        "assignment",
        "client_key",
        "contact",
        "client_relation",
        "client_unit",
        "client_revision",
        "client",
        "idempotent_answer",
    ):
        op.drop_table(table)
    op.execute("DROP FUNCTION client_history_only_grows()")
