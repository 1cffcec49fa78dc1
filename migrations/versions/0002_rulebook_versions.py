"""Versions of rulebooks; a published one never changes."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

IMMUTABLE = """
CREATE FUNCTION rulebook_version_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rulebook % version % is published and cannot change', OLD.name, OLD.number
    USING ERRCODE = 'restrict_violation';
END $$
"""
TRIGGER = """
CREATE TRIGGER rulebook_version_is_immutable BEFORE UPDATE OR DELETE ON rulebook_version
  FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION rulebook_version_is_immutable()
"""
WHOLE = "(published_at IS NULL) = (effective_from IS NULL) AND (published_at IS NULL) = (published_by IS NULL)"


def upgrade() -> None:
    """Apply; gives up rather than queue behind a long transaction and block every reader after it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "rulebook_version",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("published_at", moment, nullable=True),
        sa.Column("published_by", sa.Text(), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_rulebook_version_number_positive")),
        sa.CheckConstraint(WHOLE, name=op.f("ck_rulebook_version_published_whole")),
        sa.PrimaryKeyConstraint("name", "number", name=op.f("pk_rulebook_version")),
    )
    op.create_index(
        "uq_rulebook_version_name_effective_from",
        "rulebook_version",
        ["name", "effective_from"],
        unique=True,
        postgresql_where=sa.text("published_at IS NOT NULL"),
    )
    op.execute(IMMUTABLE)
    op.execute(TRIGGER)


def downgrade() -> None:
    """Undo; for development, never for production data."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("rulebook_version")
    op.execute("DROP FUNCTION rulebook_version_is_immutable()")
