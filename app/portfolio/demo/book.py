"""The made-up clients: who they are, who leads and owns them, and what is known of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple

from app.clients.profile import Profile
from app.portfolio.demo.bank import Bank, person_name
from app.portfolio.demo.drawing import Draw

_SEGMENTS: Final = (("corporate", 60), ("institution", 10), ("retail", 30))
_INDUSTRIES: Final = (
    *("agriculture", "industry", "construction", "wholesale", "retail", "transport", "warehousing", "post"),
    *("accommodation", "catering", "information_transmission", "software", "property_development"),
    *("property_management", "leasing_business", "other"),
)
_TRADES: Final = ("重工", "电子", "化工", "物流", "建设", "医药", "能源", "食品", "纺织", "软件", "农业", "商贸")
_STAGES: Final = (("startup", 10), ("growth", 30), ("mature", 50), ("transformation", 10))
_OWNERSHIP: Final = (("private", 70), ("state", 20), ("foreign", 10))
_RATINGS: Final = (("AAA", 3), ("AA", 10), ("A", 22), ("BBB", 30), ("BB", 18), ("B", 10), ("CCC", 4), ("D", 3))
_ESG: Final = (("AAA", 3), ("AA", 9), ("A", 22), ("BBB", 30), ("BB", 22), ("B", 10), ("CCC", 4))
_POSITIONS: Final = (("minor", 60), ("regional", 28), ("top_ten", 9), ("leader", 3))
_CHAIN: Final = (("none", 40), ("participant", 40), ("key_node", 15), ("chain_leader", 5))
_GRADES: Final = (("low", 30), ("medium", 50), ("high", 20))
_OVERDUE: Final = (("0", 94), ("15", 3), ("45", 2), ("120", 1))


class Known(NamedTuple):
    """A fact, as `tierbook import facts` reads it."""

    fact: str
    value: str
    as_of: date
    source: str


@dataclass(frozen=True, slots=True)
class DemoClient:
    """A client, its owner, and what is known of it."""

    client_id: str
    profile: Profile
    owner: str
    facts: tuple[Known, ...]


def make_clients(bank: Bank, clients: int, seed: int, day: date) -> Iterator[DemoClient]:
    """So many clients by number, what is known of them as of `day`; one at a time, whatever their number."""
    outlets = bank.outlets
    for number in range(1, clients + 1):
        draw = Draw(seed, 1, number)
        unit = draw.of(outlets)
        profile = _profile(draw, unit, bank.regions[unit])
        facts = _retail(draw, day) if profile.kind == "person" else _firm(draw, day)
        yield DemoClient(f"D{number:07}", profile, draw.of(bank.managers[unit]), tuple(facts))


def _profile(draw: Draw, unit: str, region: str) -> Profile:
    segment = draw.weighted(_SEGMENTS)
    kind = {"corporate": "company", "institution": "institution", "retail": "person"}[segment]
    firm = kind == "company"
    return Profile(
        kind=kind,
        name=_name(draw, kind, region),
        segment=segment,
        level="regional" if not firm or not draw.one_in(200) else "bank_wide",
        category=None,
        co_managed=firm and draw.one_in(10),
        industry=draw.of(_INDUSTRIES) if firm else None,
        region=region,
        ownership=draw.weighted(_OWNERSHIP) if firm else None,
        life_cycle_stage=draw.weighted(_STAGES) if firm else None,
        unit=unit,
        assisting_units=(),
        relations=(),
    )


def _name(draw: Draw, kind: str, region: str) -> str:
    if kind == "person":
        return person_name(draw)
    if kind == "institution":
        return f"{region}第{draw.below(900) + 1}{draw.of(('中学', '医院', '设计院'))}"
    return f"{region}{person_name(draw)}{draw.of(_TRADES)}有限公司"


def _firm(draw: Draw, day: date) -> Iterator[Known]:
    """What the shipped rulebooks ask of firms and institutions; a larger one has more of everything."""
    size = draw.heavy(3_000_000, 1.25)
    statement, month = date(day.year - 1, 12, 31), day - timedelta(days=1)
    deposits = size * (20 + draw.below(300)) // 1000
    for fact, value in (
        ("annual_revenue", str(size * (5 + draw.below(10)))),
        ("total_assets", str(size * (5 + draw.below(20)))),
        ("net_profit", str(size * (draw.below(220) - 40) // 100)),
        ("revenue_growth", draw.ratio(-250, 450)),
        ("employees", str(5 + size // 100_000)),
        ("registered_capital", str(max(100_000, size // 2))),
    ):
        yield Known(fact, value, statement, "financial-statements")
    for fact, value in (
        ("deposit_balance", str(deposits)),
        ("bank_contribution", str(deposits * (5 + draw.below(20)) // 1000)),
        ("products_used", str(1 + draw.below(9))),
        ("cooperation_years", str(draw.below(20))),
        ("settlement_share", draw.ratio(0, 900)),
        ("strategic_agreement", "yes" if draw.one_in(50) else "no"),
        ("linked_clients", str(draw.below(120))),
        ("overdue_days", draw.weighted(_OVERDUE)),
        ("watch_list", "yes" if draw.one_in(60) else "no"),
        ("strategic_misfit", "no"),
        ("credit_target", str(deposits * draw.below(3))),
        ("has_credit", draw.of(("yes", "no"))),
    ):
        yield Known(fact, value, month, "core-banking")
    yield from _judged(draw, month)


def _judged(draw: Draw, month: date) -> Iterator[Known]:
    yield Known("credit_rating", draw.weighted(_RATINGS), month, "credit-bureau")
    yield Known("esg_rating", draw.weighted(_ESG), month, "esg-agency")
    yield Known("esg_disclosure", draw.of(("yes", "no")), month, "esg-agency")
    yield Known("industry_position", draw.weighted(_POSITIONS), month, "field-report")
    yield Known("chain_role", draw.weighted(_CHAIN), month, "field-report")
    for fact in ("growth_potential", "innovation", "brand", "operating_stability", "strategic_fit"):
        yield Known(fact, draw.weighted(_GRADES), month, "field-report")
    yield Known("transformation_help", draw.weighted(_GRADES), month, "field-report")


def _retail(draw: Draw, day: date) -> Iterator[Known]:
    month, aum = day - timedelta(days=1), draw.heavy(8_000, 1.15)
    for fact, value in (
        ("aum", str(aum)),
        ("deposit_balance", str(aum * (200 + draw.below(700)) // 1000)),
        ("card_spend", str(draw.heavy(1_000, 1.2))),
        ("personal_loan", str(draw.heavy(100_000) if draw.one_in(5) else 0)),
        ("custody_margin", str(draw.heavy(1_000) if draw.one_in(8) else 0)),
        ("premium_card", "yes" if draw.one_in(12) else "no"),
        ("private_bank_entry", "yes" if draw.one_in(200) else "no"),
        ("age", str(20 + draw.below(60))),
        ("products_used", str(1 + draw.below(6))),
        ("cooperation_years", str(draw.below(25))),
        ("overdue_days", draw.weighted(_OVERDUE)),
    ):
        yield Known(fact, value, month, "core-banking")
