"""Units as a tree with its history, officers, roles; keys belong to a unit."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ROLES = (
    ("head_office_president", "Head office president", "总行行长"),
    ("head_office_corporate", "Head office corporate department", "总行公司业务部"),
    ("branch_president", "Branch president and vice-presidents", "行长和副行长"),
    ("corporate_director", "Head of the branch's corporate department", "公司业务部主任"),
    ("sub_branch_head", "Sub-branch head", "支行行长"),
    ("outlet_head", "Outlet head and deputy", "网点主任和副主任"),
    ("relationship_manager", "Relationship manager", "客户经理"),
    ("product_expert", "Product expert", "产品专家"),
    ("industry_expert", "Industry expert", "行业专家"),
    ("committee_member", "Member of the Strategic Client Committee", "战略客户管理委员会委员"),
    ("wealth_manager", "Wealth manager of the wealth centre", "财富中心理财经理"),
    ("outlet_wealth_manager", "Outlet wealth manager", "网点理财经理"),
    ("lobby_manager", "Lobby manager", "大堂经理"),
    ("outlet_staff", "Outlet staff", "网点员工"),
)
"""What the policies name (domain.md A4, A8, B9, D2, F2); a bank relabels them and adds its own."""
SEEDED = datetime(2026, 11, 23, tzinfo=UTC)


def upgrade() -> None:
    """Apply; gives up rather than queue behind a long transaction and block every reader after it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "unit",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.CheckConstraint(
            "kind IN ('head_office', 'branch', 'sub_branch', 'outlet')", name=op.f("ck_unit_kind_known")
        ),
        sa.CheckConstraint("closed_on IS NULL OR closed_on > opened_on", name=op.f("ck_unit_closes_later")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
    )
    role = op.create_table(
        "role",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("label_en", sa.Text(), nullable=False),
        sa.Column("label_zh", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_role")),
    )
    op.bulk_insert(
        role,
        [
            {"name": name, "label_en": english, "label_zh": chinese, "revision": 1, "updated_at": SEEDED}
            for name, english, chinese in ROLES
        ],
    )
    op.create_table(
        "officer",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer")),
    )
    op.create_table(
        "unit_placement",
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.CheckConstraint("parent_id <> unit_id", name=op.f("ck_unit_placement_not_under_itself")),
        sa.CheckConstraint("until_day IS NULL OR until_day > from_day", name=op.f("ck_unit_placement_half_open")),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_placement_parent_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_placement_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "from_day", name=op.f("pk_unit_placement")),
    )
    op.create_index("ix_unit_placement_parent_id", "unit_placement", ["parent_id"])
    op.create_index(
        "uq_unit_placement_now",
        "unit_placement",
        ["unit_id"],
        unique=True,
        postgresql_where=sa.text("until_day IS NULL"),
    )
    op.create_table(
        "unit_tree",
        sa.Column("ancestor", sa.Text(), nullable=False),
        sa.Column("descendant", sa.Text(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.Column("distance", sa.Integer(), nullable=False),
        sa.CheckConstraint("until_day IS NULL OR until_day > from_day", name=op.f("ck_unit_tree_half_open")),
        sa.ForeignKeyConstraint(["ancestor"], ["unit.id"], name=op.f("fk_unit_tree_ancestor")),
        sa.ForeignKeyConstraint(["descendant"], ["unit.id"], name=op.f("fk_unit_tree_descendant")),
        sa.PrimaryKeyConstraint("ancestor", "descendant", "from_day", name=op.f("pk_unit_tree")),
    )
    op.create_index("ix_unit_tree_descendant", "unit_tree", ["descendant", "ancestor"])
    op.create_table(
        "posting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("officer_id", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.CheckConstraint("until_day IS NULL OR until_day > from_day", name=op.f("ck_posting_half_open")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_posting_officer_id")),
        sa.ForeignKeyConstraint(["role"], ["role.name"], name=op.f("fk_posting_role")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_posting_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
    )
    op.create_index("ix_posting_officer_id", "posting", ["officer_id"])
    op.create_index("ix_posting_unit_id", "posting", ["unit_id", "role"])
    op.create_index(
        "uq_posting_now",
        "posting",
        ["officer_id", "unit_id", "role"],
        unique=True,
        postgresql_where=sa.text("until_day IS NULL"),
    )
    op.add_column("api_key", sa.Column("unit", sa.Text(), nullable=True))
    op.add_column("api_key", sa.Column("person", sa.Text(), nullable=True))
    op.create_foreign_key(op.f("fk_api_key_unit"), "api_key", "unit", ["unit"], ["id"])


def downgrade() -> None:
    """Undo; for development, never for production data."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(op.f("fk_api_key_unit"), "api_key", type_="foreignkey")
    op.drop_column("api_key", "person")
    op.drop_column("api_key", "unit")
    for table in ("posting", "unit_tree", "unit_placement", "officer", "role", "unit"):
        op.drop_table(table)
