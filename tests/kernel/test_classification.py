"""Classifications: inclusive lower bounds, and what joins them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.classification import Bands, Best, Choose, Fixed, Matrix, Options, Worst, applied
from app.kernel.condition import OneOf, Within

DEPOSITS = Bands("deposits", (5_000, 20_000), (0, 1, 2))  # D1: class 3, from 5000 class 2, from 2亿 class 1
CREDIT = Bands("credit", (20_000,), (0, 2))
LEVEL = Options("level", (2, 1, 0))
POOR = {"deposits": 0, "credit": 0, "level": 2, "role": 0}


@pytest.mark.parametrize(
    ("deposits", "rank"), [(-1, 0), (0, 0), (4_999, 0), (5_000, 1), (19_999, 1), (20_000, 2), (10**17, 2)]
)
def test_a_bound_belongs_to_the_band_above_it(deposits: int, rank: int) -> None:
    assert DEPOSITS.rank({"deposits": deposits}) == rank


def test_bands_may_fall_where_less_is_better() -> None:
    overdue = Bands("overdue", (1, 90), (2, 1, 0))
    assert [overdue.rank({"overdue": days}) for days in (0, 1, 89, 90)] == [2, 1, 1, 0]


def test_one_band_holds_everything() -> None:
    assert Bands("deposits", (), (1,)).rank({"deposits": -(10**17)}) == 1


@given(st.lists(st.integers(-1000, 1000), unique=True).map(sorted), st.integers(-1100, 1100))
def test_every_value_lies_in_the_last_band_whose_bound_it_reaches(bounds: list[int], value: int) -> None:
    bands = Bands("value", tuple(bounds), tuple(range(len(bounds) + 1)))
    assert bands.rank({"value": value}) == sum(bound <= value for bound in bounds)


@pytest.mark.parametrize(("level", "rank"), [(0, 2), (1, 1), (2, 0)])
def test_an_option_has_its_rank(level: int, rank: int) -> None:
    assert LEVEL.rank({"level": level}) == rank


@pytest.mark.parametrize(
    ("deposits", "credit", "best", "worst"),
    [(0, 0, 0, 0), (5_000, 0, 1, 0), (0, 20_000, 2, 0), (5_000, 20_000, 2, 1), (20_000, 20_000, 2, 2)],
)
def test_either_suffices_or_both_are_needed(deposits: int, credit: int, best: int, worst: int) -> None:
    env = {"deposits": deposits, "credit": credit}
    assert (Best((DEPOSITS, CREDIT)).rank(env), Worst((DEPOSITS, CREDIT)).rank(env)) == (best, worst)


def test_options_count_beside_bands() -> None:
    env = {"deposits": 5_000, "level": 0}
    assert (Best((DEPOSITS, LEVEL)).rank(env), Worst((DEPOSITS, LEVEL)).rank(env)) == (2, 1)


@pytest.mark.parametrize(("row", "column", "rank"), [(0, 0, 0), (0, 2, 2), (1, 0, 3), (1, 2, 5)])
def test_a_matrix_is_read_by_row_then_column(row: int, column: int, rank: int) -> None:
    assert Matrix("row", "column", ((0, 1, 2), (3, 4, 5))).rank({"row": row, "column": column}) == rank


def test_a_fixed_outcome_needs_no_facts() -> None:
    assert Fixed(1).rank({}) == 1


OLD = Within("age", 60, None, (("at_least", 60),))
HUB = OneOf("role", frozenset({1}))
CHOSEN = Choose(((HUB, Fixed(2)), (OLD, Choose(((HUB, Fixed(0)),), LEVEL))), DEPOSITS)


@pytest.mark.parametrize(
    ("role", "age", "rank"),
    [
        (1, 20, 2),
        (1, 60, 2),  # both guards hold: the first written decides
        (0, 60, 0),
        (0, 59, 1),
    ],
)
def test_the_first_guard_that_holds_decides(role: int, age: int, rank: int) -> None:
    assert CHOSEN.rank({"role": role, "age": age, "level": 2, "deposits": 5_000}) == rank


def test_a_branch_that_is_not_taken_reads_nothing() -> None:
    assert CHOSEN.rank({"role": 1}) == 2


def test_the_reasons_are_the_guard_that_held_and_what_its_branch_read() -> None:
    assert list(applied(CHOSEN, POOR | {"role": 1, "age": 20})) == [HUB]
    assert list(applied(CHOSEN, POOR | {"age": 60})) == [OLD, LEVEL]
    assert list(applied(CHOSEN, POOR | {"age": 20})) == [DEPOSITS]


@pytest.mark.parametrize("joined", [Best((DEPOSITS, CREDIT)), Worst((DEPOSITS, CREDIT))], ids=["best", "worst"])
def test_the_reasons_of_several_parts_are_all_of_them(joined: Best | Worst) -> None:
    assert list(applied(joined, POOR)) == [DEPOSITS, CREDIT]


def test_a_fixed_outcome_has_no_reasons_of_its_own() -> None:
    assert list(applied(Fixed(0), POOR)) == []
