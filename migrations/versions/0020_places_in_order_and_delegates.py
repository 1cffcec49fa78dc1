"""Events that wait for their place in the feed are found in their order; for whom a delegate plans a visit is known."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_NUMBER = "UPDATE event_pending SET written = event.written FROM event WHERE event.id = event_pending.event_id"


def upgrade() -> None:
    """Apply; gives up rather than queue behind a long transaction and block every reader after it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("event_pending", sa.Column("written", sa.BigInteger(), nullable=True))
    op.execute(_NUMBER)
    op.alter_column("event_pending", "written", nullable=False)
    op.drop_constraint("pk_event_pending", "event_pending")
    op.create_primary_key("pk_event_pending", "event_pending", ["written"])
    op.create_unique_constraint("uq_event_pending_event_id", "event_pending", ["event_id"])
    op.add_column("planned_participant", sa.Column("acting_for", sa.Text(), nullable=True))


def downgrade() -> None:
    """Undo; for development, never for production data."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("planned_participant", "acting_for")
    op.drop_constraint("uq_event_pending_event_id", "event_pending")
    op.drop_constraint("pk_event_pending", "event_pending")
    op.create_primary_key("pk_event_pending", "event_pending", ["event_id"])
    op.drop_column("event_pending", "written")
