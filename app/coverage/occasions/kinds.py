"""What gives occasion to a contact (domain.md G4). A closed list."""

from typing import Final, Literal, NamedTuple

Kind = Literal["product_matures", "anniversary", "birthday", "news", "sales_follow_up", "other"]


class OccasionKind(NamedTuple):
    """One kind of occasion, as staff read it."""

    kind: Kind
    en: str
    zh: str


KINDS: Final = (
    OccasionKind("product_matures", "A product matures", "产品到期"),
    OccasionKind("anniversary", "Anniversary", "周年纪念"),
    OccasionKind("birthday", "Birthday", "生日"),
    OccasionKind("news", "Important news", "重大消息"),
    OccasionKind("sales_follow_up", "Sales follow-up", "营销跟进"),
    OccasionKind("other", "Other occasion", "其他事由"),
)
"""The four of the policy; anniversaries and others by our own reading."""
