"""Who plays: a small bank, its people, and a client with the facts of good and of worse days. All of it is made up."""

from typing import Any, Final

OPENED: Final = "2015-01-01"
UNITS: Final[dict[str, tuple[str, str, str | None]]] = {
    "HO": ("head_office", "示例银行总行 Head office", None),
    "B1": ("branch", "城东分行 East branch", "HO"),
    "B1-S1": ("sub_branch", "滨江支行 Riverside", "B1"),
}
"""Kind, name and the unit above of each."""

OFFICERS: Final[dict[str, tuple[str, str]]] = {
    "E-rm": ("B1-S1", "relationship_manager"),
    "E-director": ("B1", "corporate_director"),
    "E-president": ("B1", "branch_president"),
    "E-expert-1": ("HO", "industry_expert"),
    "E-expert-2": ("HO", "product_expert"),
    "E-committee-1": ("HO", "committee_member"),
    "E-committee-2": ("HO", "committee_member"),
    "E-committee-3": ("HO", "committee_member"),
}
"""Where each officer serves, and as what."""

EXPERTS: Final = ("E-expert-1", "E-expert-2")
COMMITTEE: Final = ("E-committee-1", "E-committee-2", "E-committee-3")

CLIENT: Final = "C-1"
PROFILE: Final[dict[str, Any]] = {
    "kind": "company",
    "name": "北方重工",
    "unit": "B1-S1",
    "segment": "corporate",
    "level": "bank_wide",
    "category": "industry_leader",
    "life_cycle_stage": "mature",
    "co_managed": True,
}
TEAM: Final = {"relationship_manager": "E-rm", "corporate_director": "E-director", "branch_president": "E-president"}

GOOD: Final = {
    "annual_revenue": "100亿",
    "revenue_growth": "30%",
    "total_assets": "100亿",
    "net_profit": "10亿",
    "bank_contribution": "2000万",
    "industry_position": "leader",
    "growth_potential": "high",
    "products_used": "7",
    "cooperation_years": "10",
    "settlement_share": "50%",
    "deposit_balance": "2.3亿",
    "credit_rating": "AAA",
    "operating_stability": "high",
    "strategic_fit": "high",
    "transformation_help": "high",
    "strategic_agreement": "yes",
    "esg_rating": "AAA",
    "esg_disclosure": "yes",
    "chain_role": "none",
}
OPINION: Final = {"scores": {"innovation": "high", "brand": "high"}}
WORSE: Final = {
    "revenue_growth": "0%",
    "net_profit": "0",
    "bank_contribution": "0",
    "products_used": "2",
    "deposit_balance": "1000万",
    "settlement_share": "5%",
    "credit_rating": "A",
}
"""Facts of worse days: below what a core client stays at."""
