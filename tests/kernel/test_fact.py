"""Facts: each kind is one integer, read exactly, shown as it is read."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.fact import Better, Fact, Missing
from app.kernel.quantity import MEASURES, QuantityError

DEPOSITS = Fact("deposits", "money", 0, 10**17, "zero")
GROWTH = Fact("growth", "ratio", -(10**12), 10**12, "worst")
AGE = Fact("age", "number", 0, 10**16, "zero")
OVERDUE = Fact("overdue", "count", 0, 9999, "worst", better="lower")
RATING = Fact("rating", "grade", 0, 3, "worst", options=("C", "BBB", "A", "AAA"))
SEGMENT = Fact("segment", "choice", 0, 1, "refuse", better="neither", options=("corporate", "retail"))
CO_MANAGED = Fact("co_managed", "flag", 0, 1, "zero")
ALL = [DEPOSITS, GROWTH, AGE, OVERDUE, RATING, SEGMENT, CO_MANAGED]


@pytest.mark.parametrize(
    ("fact", "raw", "code"),
    [
        (DEPOSITS, "2亿", 20_000_000_000),
        (DEPOSITS, Decimal("199999999.99"), 19_999_999_999),
        (DEPOSITS, 5, 500),
        (GROWTH, "-20%", -200_000),
        (AGE, "59.5", 595_000),
        (OVERDUE, "90", 90),
        (OVERDUE, 90, 90),
        (RATING, "C", 0),
        (RATING, "AAA", 3),
        (SEGMENT, "retail", 1),
        (CO_MANAGED, True, 1),
        (CO_MANAGED, False, 0),
        (CO_MANAGED, "YES", 1),
        (CO_MANAGED, "no", 0),
        (CO_MANAGED, "True", 1),
        (CO_MANAGED, "0", 0),
        (CO_MANAGED, "是", 1),
        (CO_MANAGED, 1, 1),
        (CO_MANAGED, " yes ", 1),
        (SEGMENT, " corporate", 0),
        (CO_MANAGED, "否", 0),
    ],
)
def test_a_value_is_one_integer(fact: Fact, raw: Any, code: int) -> None:
    assert fact.encode(raw) == code


@pytest.mark.parametrize(
    ("fact", "raw", "message"),
    [
        (DEPOSITS, True, "is true or false where a value is expected"),
        (OVERDUE, False, "is true or false where a value is expected"),
        (RATING, True, "is true or false where a value is expected"),
        (SEGMENT, False, "is true or false where a value is expected"),
        (DEPOSITS, "-0.01", "is out of range: from 0.00 to 1000000000000000.00"),
        (OVERDUE, "10000", "is out of range: from 0 to 9999"),
        (RATING, "AA", "is none of C, BBB, A, AAA"),
        (RATING, "aaa", "is none of C, BBB, A, AAA"),
        (SEGMENT, 0, "is none of corporate, retail"),
        (SEGMENT, "", "is none of corporate, retail"),
        (CO_MANAGED, "maybe", "is not a flag: write true or false, yes or no"),
        (CO_MANAGED, "", "is not a flag: write true or false, yes or no"),
        (CO_MANAGED, 2, "is not a flag: write true or false, yes or no"),
        (CO_MANAGED, Decimal("1.0"), "is not a flag: write true or false, yes or no"),
        (DEPOSITS, Decimal("NaN"), "is not an amount of money: write a plain decimal, 5000万, 2亿 or the like"),
    ],
)
def test_what_is_no_such_value_is_refused(fact: Fact, raw: Any, message: str) -> None:
    with pytest.raises(QuantityError) as refused:
        fact.encode(raw)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("fact", "code", "text"),
    [
        (DEPOSITS, 19_999_999_999, "199999999.99"),
        (GROWTH, -200_000, "-0.2"),
        (AGE, 595_000, "59.5"),
        (OVERDUE, 90, "90"),
        (RATING, 2, "A"),
        (SEGMENT, 0, "corporate"),
        (CO_MANAGED, 1, "yes"),
        (CO_MANAGED, 0, "no"),
    ],
)
def test_an_integer_is_shown_as_the_value_it_stands_for(fact: Fact, code: int, text: str) -> None:
    assert fact.render(code) == text


@pytest.mark.parametrize("fact", ALL, ids=lambda fact: fact.kind)
@given(data=st.data())
def test_what_is_shown_is_read_back_as_the_same_integer(fact: Fact, data: st.DataObject) -> None:
    code = data.draw(st.integers(fact.low, fact.high))
    assert fact.encode(fact.render(code)) == code


@pytest.mark.parametrize(
    ("missing", "better", "counts_as"),
    [
        ("zero", "higher", 0),
        ("zero", "lower", 0),
        ("worst", "higher", -5),
        ("worst", "lower", 90),
        ("refuse", "higher", -5),
        ("refuse", "lower", 90),
    ],
)
def test_an_absent_value_counts_as_zero_or_as_the_end_that_is_worst(
    missing: Missing, better: Better, counts_as: int
) -> None:
    assert Fact("any", "count", -5, 90, missing, better).fallback == counts_as


def test_an_absent_grade_counts_as_the_lowest_and_an_absent_flag_as_no() -> None:
    assert (RATING.fallback, CO_MANAGED.fallback) == (0, 0)


@given(raw=st.text(max_size=20) | st.booleans() | st.integers() | st.decimals())
def test_anything_is_an_integer_in_range_or_refused(raw: Any) -> None:
    for fact in ALL:
        try:
            code = fact.encode(raw)
        except QuantityError:
            continue
        assert type(code) is int
        assert fact.low <= code <= fact.high


def test_every_number_kind_has_a_measure() -> None:
    assert {fact.kind for fact in ALL} - {"grade", "choice", "flag"} == MEASURES.keys()
