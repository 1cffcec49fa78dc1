"""The national size standard of 2017, all sixteen industries (domain.md E7).

The table is typed again here, as the standard prints it, and decided by its own words: large,
medium and small need every indicator to reach the bound, otherwise one band down.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

Decide = Callable[..., dict[str, Any]]
BOOK = "national-size"

# X employees, Y revenue in 万元, Z total assets in 万元: large, medium, small
TABLE: dict[str, dict[str, tuple[int, int, int]]] = {
    "agriculture": {"Y": (20000, 500, 50)},
    "industry": {"X": (1000, 300, 20), "Y": (40000, 2000, 300)},
    "construction": {"Y": (80000, 6000, 300), "Z": (80000, 5000, 300)},
    "wholesale": {"X": (200, 20, 5), "Y": (40000, 5000, 1000)},
    "retail": {"X": (300, 50, 10), "Y": (20000, 500, 100)},
    "transport": {"X": (1000, 300, 20), "Y": (30000, 3000, 200)},
    "warehousing": {"X": (200, 100, 20), "Y": (30000, 1000, 100)},
    "post": {"X": (1000, 300, 20), "Y": (30000, 2000, 100)},
    "accommodation": {"X": (300, 100, 10), "Y": (10000, 2000, 100)},
    "catering": {"X": (300, 100, 10), "Y": (10000, 2000, 100)},
    "information_transmission": {"X": (2000, 100, 10), "Y": (100000, 1000, 100)},
    "software": {"X": (300, 100, 10), "Y": (10000, 1000, 50)},
    "property_development": {"Y": (200000, 1000, 100), "Z": (10000, 5000, 2000)},
    "property_management": {"X": (1000, 300, 100), "Y": (5000, 1000, 500)},
    "leasing_business": {"X": (300, 100, 10), "Z": (120000, 8000, 100)},
    "other": {"X": (300, 100, 10)},
}
FACTS = {"X": "employees", "Y": "annual_revenue", "Z": "total_assets"}
SIZES = ("large", "medium", "small", "micro")


def amount(indicator: str, bound: int) -> Decimal:
    """A bound of the table in people or in yuan."""
    return Decimal(bound) if indicator == "X" else Decimal(bound) * 10_000


def step(indicator: str) -> Decimal:
    """The least difference there is: one employee, one fen."""
    return Decimal(1) if indicator == "X" else Decimal("0.01")


def by_the_words(bounds: dict[str, tuple[int, int, int]], values: dict[str, Decimal]) -> str:
    """The size as the standard words it."""
    for band, size in enumerate(SIZES[:3]):
        if all(values[each] >= amount(each, three[band]) for each, three in bounds.items()):
            return size
    return "micro"


def values_around(bounds: dict[str, tuple[int, int, int]]) -> Iterator[dict[str, Decimal]]:
    """Every combination of indicators at a bound and just below it."""
    around = [
        [amount(each, b) - under * step(each) for b in three for under in (0, 1)] for each, three in bounds.items()
    ]
    for combination in product(*around):
        yield dict(zip(bounds, combination, strict=True))


def facts_of(industry: str, values: dict[str, Decimal]) -> dict[str, str]:
    return {"industry": industry, **{FACTS[each]: str(value) for each, value in values.items()}}


def test_the_standard_has_sixteen_industries(shipped: Callable[[str], Any]) -> None:
    assert set(shipped(BOOK).rulebook.facts["industry"].options) == set(TABLE)
    assert len(TABLE) == 16


@pytest.mark.parametrize("industry", TABLE)
@pytest.mark.parametrize("band", [0, 1, 2])
def test_every_indicator_at_its_bound_reaches_the_band(decide: Decide, industry: str, band: int) -> None:
    values = {each: amount(each, three[band]) for each, three in TABLE[industry].items()}
    outcome = decide(BOOK, facts_of(industry, values))
    assert (outcome["size"], outcome["complete"], outcome["missing"]) == (SIZES[band], True, set())


@pytest.mark.parametrize(
    ("industry", "short"), [(industry, each) for industry, indicators in TABLE.items() for each in indicators]
)
@pytest.mark.parametrize("band", [0, 1, 2])
def test_one_indicator_just_below_is_one_band_down(decide: Decide, industry: str, short: str, band: int) -> None:
    values = {each: amount(each, three[band]) for each, three in TABLE[industry].items()}
    values[short] -= step(short)
    assert decide(BOOK, facts_of(industry, values))["size"] == SIZES[band + 1]


@pytest.mark.parametrize("industry", TABLE)
def test_every_combination_around_the_bounds(decide: Decide, industry: str) -> None:
    for values in values_around(TABLE[industry]):
        assert decide(BOOK, facts_of(industry, values))["size"] == by_the_words(TABLE[industry], values), values


@pytest.mark.parametrize("industry", TABLE)
def test_only_what_the_industry_is_measured_by_counts_as_missing(decide: Decide, industry: str) -> None:
    outcome = decide(BOOK, {"industry": industry})
    assert outcome["missing"] == {FACTS[each] for each in TABLE[industry]}
    assert (outcome["size"], outcome["complete"]) == ("micro", False)


def test_without_an_industry_there_is_no_decision(decide: Decide) -> None:
    assert "industry" in decide(BOOK, {"employees": 300, "annual_revenue": "4亿"})["refused"]
