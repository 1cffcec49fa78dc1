"""The categories that bank-wide and regional clients come from. A closed list: the policy's, word by word."""

from typing import Final, Literal, NamedTuple

Level = Literal["bank_wide", "regional"]


class Category(NamedTuple):
    """One category of one level, with where the policy says so."""

    code: str
    level: Level
    en: str
    zh: str
    source: str


def _of(level: Level, source: str, *named: tuple[str, str, str]) -> tuple[Category, ...]:
    return tuple(Category(code, level, en, zh, source) for code, en, zh in named)


CATEGORIES: Final = (
    *_of(
        "bank_wide",
        "战略客户营销业务指引, 全行性战略客户",
        ("industry_leader", "Industry-leading group", "行业龙头集团"),
        ("national_conglomerate", "National conglomerate", "全国性大型集团"),
        ("market_leader", "Market leader in a key industry", "重点行业市场领先企业"),
        ("regional_champion", "Strong enterprise with a clear regional character", "区域特色鲜明的优势企业"),
        ("multinational_in_china", "China enterprise of a prominent multinational", "知名跨国公司在华企业"),
        ("public_institution", "Administrative or public institution", "行政事业单位"),
        ("financial_institution", "Financial institution that works closely with the bank", "密切合作的金融机构"),
        ("outstanding_contribution", "Other client with an outstanding overall contribution", "其他综合贡献突出的客户"),
    ),
    *_of(
        "regional",
        "战略客户营销业务指引, 区域性战略客户",
        ("local_monopoly", "Relative local monopoly", "区域相对垄断企业"),
        ("local_group", "Large or medium local group", "当地大中型集团"),
        ("product_advantage", "Clear product or market advantage in an industry", "行业内产品或市场优势明显的企业"),
        ("park_technology", "High-growth technology firm in a park", "园区内高成长科技企业"),
        ("investment_target", "Promising target of local investment promotion", "地方招商引资优质对象"),
        (
            "local_public_institution",
            "Administrative or public institution that matters to the branch's assets, liabilities or fees",
            "对分行资产、负债或中间业务有重要影响的行政事业单位",
        ),
        ("emerging_growth", "Other fast-growing new industry or firm", "其他快速成长的新兴行业和企业"),
    ),
)
"""The eight of bank-wide clients (domain.md B3) and the seven of regional ones (B5), in the policies' order.

The source cuts the sixth of B3 off after its first words; the label says what is there.
"""

LEVEL_OF: Final[dict[str, Level]] = {each.code: each.level for each in CATEGORIES}
"""The level that a category belongs to."""
