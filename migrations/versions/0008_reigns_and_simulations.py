"""Versions govern through reigns, of the whole bank or of units; simulations that were attached to a digest."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WHOLE_BEFORE = "(published_at IS NULL) = (effective_from IS NULL) AND (published_at IS NULL) = (published_by IS NULL)"
WHOLE = "(published_at IS NULL) = (published_by IS NULL)"
CARRIED_OVER = """
INSERT INTO rulebook_reign (id, name, number, from_day, made_at, made_by)
SELECT gen_random_uuid(), name, number, effective_from, published_at, published_by
FROM rulebook_version WHERE published_at IS NOT NULL
"""
CARRIED_BACK = """
UPDATE rulebook_version SET effective_from = first.day
FROM (SELECT name, number, min(from_day) AS day FROM rulebook_reign GROUP BY name, number) AS first
WHERE (rulebook_version.name, rulebook_version.number) = (first.name, first.number)
"""
KEEPS_ITS_PAST = """
CREATE FUNCTION rulebook_reign_keeps_its_past() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.id, NEW.name, NEW.number, NEW.unit_id, NEW.from_day, NEW.made_at, NEW.made_by)
        IS NOT DISTINCT FROM (OLD.id, OLD.name, OLD.number, OLD.unit_id, OLD.from_day, OLD.made_at, OLD.made_by)
        AND NEW.until_day < COALESCE(OLD.until_day, 'infinity') THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'a reign can only end earlier: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$
"""
ONLY_ADDED = """
CREATE FUNCTION rulebook_simulation_is_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'simulations are only added: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$
"""
TRIGGERS = """
CREATE TRIGGER rulebook_reign_keeps_its_past BEFORE UPDATE OR DELETE ON rulebook_reign
  FOR EACH ROW EXECUTE FUNCTION rulebook_reign_keeps_its_past();
CREATE TRIGGER rulebook_reign_is_never_emptied BEFORE TRUNCATE ON rulebook_reign
  FOR EACH STATEMENT EXECUTE FUNCTION rulebook_reign_keeps_its_past();
CREATE TRIGGER rulebook_simulation_is_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON rulebook_simulation
  FOR EACH STATEMENT EXECUTE FUNCTION rulebook_simulation_is_only_added()
"""


def upgrade() -> None:
    """Apply; gives up rather than queue behind a long transaction and block every reader after it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _create_reigns()
    _create_simulations()
    op.execute(KEEPS_ITS_PAST)
    op.execute(ONLY_ADDED)
    op.execute(TRIGGERS)
    op.execute(CARRIED_OVER)
    op.drop_index("uq_rulebook_version_name_effective_from", "rulebook_version")
    op.drop_constraint(op.f("ck_rulebook_version_published_whole"), "rulebook_version", type_="check")
    op.drop_column("rulebook_version", "effective_from")
    op.create_check_constraint(op.f("ck_rulebook_version_published_whole"), "rulebook_version", WHOLE)


def downgrade() -> None:
    """Undo; for development, never for production data."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("rulebook_version", sa.Column("effective_from", sa.Date(), nullable=True))
    op.execute("ALTER TABLE rulebook_version DISABLE TRIGGER rulebook_version_is_immutable")
    op.execute(CARRIED_BACK)
    op.execute("ALTER TABLE rulebook_version ENABLE TRIGGER rulebook_version_is_immutable")
    op.drop_constraint(op.f("ck_rulebook_version_published_whole"), "rulebook_version", type_="check")
    op.create_check_constraint(op.f("ck_rulebook_version_published_whole"), "rulebook_version", WHOLE_BEFORE)
    op.create_index(
        "uq_rulebook_version_name_effective_from",
        "rulebook_version",
        ["name", "effective_from"],
        unique=True,
        postgresql_where=sa.text("published_at IS NOT NULL"),
    )
    op.drop_table("rulebook_simulation")
    op.drop_table("rulebook_reign")
    op.execute("DROP FUNCTION rulebook_simulation_is_only_added()")
    op.execute("DROP FUNCTION rulebook_reign_keeps_its_past()")


def _create_reigns() -> None:
    op.create_table(
        "rulebook_reign",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=True),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.CheckConstraint("until_day IS NULL OR until_day >= from_day", name=op.f("ck_rulebook_reign_half_open")),
        sa.CheckConstraint("unit_id IS NULL OR until_day IS NOT NULL", name=op.f("ck_rulebook_reign_pilot_ends")),
        sa.ForeignKeyConstraint(
            ["name", "number"],
            ["rulebook_version.name", "rulebook_version.number"],
            name=op.f("fk_rulebook_reign_name_number"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_rulebook_reign_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rulebook_reign")),
    )
    op.create_index("ix_rulebook_reign_name_number", "rulebook_reign", ["name", "number"])
    op.create_index(
        "uq_rulebook_reign_bank_from_day",
        "rulebook_reign",
        ["name", "from_day"],
        unique=True,
        postgresql_where=sa.text("unit_id IS NULL AND (until_day IS NULL OR until_day > from_day)"),
    )


def _create_simulations() -> None:
    op.create_table(
        "rulebook_simulation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("clients", sa.Integer(), nullable=False),
        sa.Column("summary", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("clients >= 0", name=op.f("ck_rulebook_simulation_clients_counted")),
        sa.ForeignKeyConstraint(
            ["name", "number"],
            ["rulebook_version.name", "rulebook_version.number"],
            name=op.f("fk_rulebook_simulation_name_number"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rulebook_simulation")),
    )
    op.create_index("ix_rulebook_simulation_digest", "rulebook_simulation", ["name", "digest", "made_at", "id"])
