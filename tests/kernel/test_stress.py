"""Shocks to facts: what a text means, what is left of a value, the same over columns."""

from fractions import Fraction
from math import floor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.columns.shocks import shock_columns
from app.kernel.fact import Fact
from app.kernel.quantity import QuantityError
from app.kernel.stress import MOST_PERCENT, WHOLE, Shock, parse_shock, shocked
from tests.kernel.expected_rows import as_polars

RATINGS = ("D", "C", "B", "BB", "BBB", "A", "AA", "AAA")
MONEY = Fact("deposits", "money", 0, 10**17, "zero")
PROFIT = Fact("profit", "money", -(10**17), 10**17, "zero")
SHARE = Fact("share", "ratio", 0, 10**6, "zero")
COUNT = Fact("days", "count", 0, 1000, "zero", better="lower")
NUMBER = Fact("index", "number", -(10**16), 10**16, "zero")
RATING = Fact("rating", "grade", 0, 7, "worst", options=RATINGS)
SEGMENT = Fact("segment", "choice", 0, 1, "refuse", better="neither", options=("corporate", "retail"))
LISTED = Fact("listed", "flag", 0, 1, "zero", better="lower")
FACTS = (MONEY, PROFIT, SHARE, COUNT, NUMBER, RATING, SEGMENT, LISTED)


@pytest.mark.parametrize(
    ("fact", "text", "before", "after"),
    [
        (MONEY, "-30%", "100", "70"),
        (MONEY, "-30 %", "100", "70"),  # as the policies write it
        (MONEY, "+12.5%", "1亿", "1.125亿"),
        (MONEY, "-100%", "1亿", "0"),
        (MONEY, "+5000万", "1亿", "1.5亿"),
        (MONEY, "-5000万", "4000万", "0"),  # the range ends at 0
        (MONEY, "=5000万", "1", "5000万"),
        (MONEY, "=0", "1", "0"),
        (PROFIT, "-30%", "-100", "-70"),  # a loss shrinks as a profit does
        (PROFIT, "-150%", "100", "-50"),
        (PROFIT, "-100万", "0", "-100万"),
        (SHARE, "-30%", "0.5", "0.35"),  # of its value
        (SHARE, "-30pp", "50%", "20%"),
        (SHARE, "+5 个百分点", "50%", "55%"),
        (SHARE, "+5个百分点", "50%", "55%"),
        (SHARE, "-0.05", "50%", "45%"),
        (SHARE, "+60pp", "50%", "100%"),
        (COUNT, "+90", "0", "90"),
        (COUNT, "+1000%", "500", "1000"),
        (NUMBER, "+1.5", "1", "2.5"),
        (RATING, "2 notches down", "AA", "BBB"),
        (RATING, "1 notch up", "AA", "AAA"),
        (RATING, "1 notch down", "D", "D"),
        (RATING, "99 notches up", "D", "AAA"),
        (RATING, "=BBB", "AAA", "BBB"),
        (SEGMENT, "=retail", "corporate", "retail"),
        (LISTED, "=yes", "no", "yes"),
        (LISTED, " = 是 ", "no", "yes"),
    ],
)
def test_a_shock_is_written_as_staff_say_it(fact: Fact, text: str, before: str, after: str) -> None:
    assert parse_shock(fact, text).after(fact.encode(before)) == fact.encode(after)


@pytest.mark.parametrize(
    ("value", "percent", "after"),
    [
        (1, -500_000, 1),  # half a fen rounds up in size
        (-1, -500_000, -1),
        (1, -500_001, 0),
        (3, -500_000, 2),
        (-3, -500_000, -2),
        (10, -1_500_000, -5),
        (1, -1_500_000, -1),
        (10**17 - 1, -1, 99_999_900_000_000_000 - 1),
    ],
)
def test_a_percentage_rounds_half_up_in_size(value: int, percent: int, after: int) -> None:
    assert Shock(PROFIT, "percent", percent).after(value) == after


@pytest.mark.parametrize(
    ("fact", "text", "message"),
    [
        (MONEY, "30%", "is no shock of a money: write -30%, +5000万 or =0"),
        (MONEY, "5000万", "is no shock of a money: write -30%, +5000万 or =0"),
        (MONEY, "", "is no shock of a money: write -30%, +5000万 or =0"),
        (MONEY, "2 notches down", "is no shock of a money: write -30%, +5000万 or =0"),
        (MONEY, "-much", "is not an amount of money: write a plain decimal, 5000万, 2亿 or the like"),
        (MONEY, "-5pp", "is not an amount of money: write a plain decimal, 5000万, 2亿 or the like"),
        (MONEY, "-0.001", "has more than 2 decimals"),
        (MONEY, "=-1", "is out of range: from 0.00 to 1000000000000000.00"),
        (PROFIT, "-1000.0001%", "is out of range: from -1000% to +1000%"),
        (MONEY, "-101%", "is out of range: from -100% to +1000%"),
        (SHARE, "-100.0001%", "is out of range: from -100% to +1000%"),
        (MONEY, "-1.00001%", "has more than 6 decimals"),
        (MONEY, "\N{FULLWIDTH HYPHEN-MINUS}30%", "is written with full-width characters: write plain ones"),
        (SHARE, "5pp", "is no shock of a ratio: write -30% (of its value), -5pp (percentage points) or =0"),
        (COUNT, "+1.5", "is not a whole number"),
        (COUNT, "", "is no shock of a count: write -30%, +2 or =0"),
        (RATING, "-30%", "is no shock of a grade: write 2 notches down, 1 notch up or =D"),
        (RATING, "0 notches down", "is no shock of a grade: write 2 notches down, 1 notch up or =D"),
        (RATING, "2 down", "is no shock of a grade: write 2 notches down, 1 notch up or =D"),
        (RATING, "=E", "is none of D, C, B, BB, BBB, A, AA, AAA"),
        (SEGMENT, "retail", "is no shock of a choice: write =corporate or =retail"),
        (SEGMENT, "1 notch up", "is no shock of a choice: write =corporate or =retail"),
        (LISTED, "+1", "is no shock of a flag: write =no or =yes"),
        (LISTED, "=maybe", "is not a flag: write true or false, yes or no"),
    ],
)
def test_what_is_no_shock_of_the_fact_is_refused_with_what_would_be(fact: Fact, text: str, message: str) -> None:
    with pytest.raises(QuantityError) as refused:
        parse_shock(fact, text)
    assert str(refused.value) == message


def test_missing_facts_stay_missing_and_others_as_they_are() -> None:
    shocks = [parse_shock(MONEY, "-30%"), parse_shock(RATING, "=D"), parse_shock(LISTED, "=yes")]
    assert shocked({"deposits": 1000, "days": 7}, shocks) == {"deposits": 700, "days": 7}


def test_shocks_to_one_fact_follow_on_each_other() -> None:
    halved, more = parse_shock(MONEY, "-50%"), parse_shock(MONEY, "+1")
    assert shocked({"deposits": 1000}, [halved, more]) == {"deposits": 600}
    assert shocked({"deposits": 1000}, [more, halved]) == {"deposits": 550}


def test_the_facts_that_were_given_are_left_alone() -> None:
    given_facts = {"deposits": 1000}
    shocked(given_facts, [parse_shock(MONEY, "-50%")])
    assert given_facts == {"deposits": 1000}


@st.composite
def shocks_of(draw: Any, fact: Fact) -> Shock:
    """A shock that can be written of the fact."""
    kinds = {"grade": ["notches", "set"], "choice": ["set"], "flag": ["set"]}
    kind = draw(st.sampled_from(kinds.get(fact.kind, ["percent", "percent", "add", "set"])))
    amounts = {
        "percent": st.integers(-MOST_PERCENT, MOST_PERCENT) | st.sampled_from([0, -WHOLE, -WHOLE // 2, MOST_PERCENT]),
        "add": st.integers(-fact.high, fact.high) | st.sampled_from([-1, 1]),
        "notches": st.integers(-9, 9),
        "set": st.integers(fact.low, fact.high),
    }
    return Shock(fact, kind, draw(amounts[kind]))


@st.composite
def stressed(draw: Any) -> tuple[list[dict[str, int]], list[Shock]]:
    """Clients, some facts of theirs missing, and shocks to some facts."""
    shocks = [draw(shocks_of(fact)) for fact in draw(st.lists(st.sampled_from(FACTS), max_size=6))]
    values = {fact.name: st.integers(fact.low, fact.high) | st.sampled_from([fact.low, fact.high]) for fact in FACTS}
    return draw(st.lists(st.fixed_dictionaries({}, optional=values), min_size=1, max_size=8)), shocks


@given(stressed())
def test_a_shock_stays_inside_the_facts_range(drawn: tuple[list[dict[str, int]], list[Shock]]) -> None:
    for client in drawn[0]:
        after = shocked(client, drawn[1])
        assert after.keys() == client.keys()
        assert all(fact.low <= after[fact.name] <= fact.high for fact in FACTS if fact.name in after)


@given(st.integers(-(10**17), 10**17), st.integers(-MOST_PERCENT, MOST_PERCENT))
def test_a_percentage_is_the_nearest_whole_unit(value: int, percent: int) -> None:
    exact = Fraction(value) * (WHOLE + percent) / WHOLE
    nearest = floor(abs(exact) + Fraction(1, 2)) * (1 if exact >= 0 else -1)
    assert Shock(PROFIT, "percent", percent).after(value) == max(PROFIT.low, min(nearest, PROFIT.high))


@settings(max_examples=200)
@given(stressed())
def test_columns_are_shocked_as_one_client_is(drawn: tuple[list[dict[str, int]], list[Shock]]) -> None:
    clients, shocks = drawn
    columns = {f"fact__{fact.name}": [client.get(fact.name) for client in clients] for fact in FACTS[:-1]}
    rows = shock_columns(shocks, as_polars(columns)).collect().rows(named=True)
    expected = [shocked(client, shocks) for client in clients]
    assert list(rows) == [{name: each.get(name.removeprefix("fact__")) for name in columns} for each in expected]
