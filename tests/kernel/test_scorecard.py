"""Points and weights: one exact integer, rounded once and only on lines."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.condition import OneOf
from app.kernel.decision import Decision, Scored
from app.kernel.fact import Fact
from app.kernel.rulebook import Rulebook
from app.kernel.score import Scorer
from app.kernel.scorecard import Dimension, Indicator, LinearPoints, Profile, Scorecard, StepPoints

POINT = 10_000
"""One point, in the decimals that points have."""
WHOLE = 10**12
"""One point of a score."""


def line(*corners: tuple[int, int]) -> LinearPoints:
    return LinearPoints.through(tuple(value for value, _ in corners), tuple(points for _, points in corners))


@pytest.mark.parametrize(("value", "points"), [(-1, 0), (0, 0), (9, 0), (10, 40), (99, 40), (100, 100), (10**17, 100)])
def test_steps_have_inclusive_lower_bounds(value: int, points: int) -> None:
    assert StepPoints((10, 100), (0, 40, 100)).at(value) == points


@pytest.mark.parametrize(
    ("corners", "value", "points"),
    [
        # level before the first anchor and after the last
        ([(0, 10), (10, 20)], -5, 10),
        ([(0, 10), (10, 20)], 0, 10),
        ([(0, 10), (10, 20)], 10, 20),
        ([(0, 10), (10, 20)], 999, 20),
        # 5 x 1/2 = 2.5, half up
        ([(0, 0), (10, 5)], 5, 3),
        ([(0, 0), (10, 5)], 4, 2),
        # thirds: 0.33, 0.67
        ([(0, 0), (3, 1)], 1, 0),
        ([(0, 0), (3, 1)], 2, 1),
        # falling 10 to 5: what is lost is rounded half up, 2.5 becomes 3
        ([(0, 10), (10, 5)], 5, 7),
        ([(0, 10), (10, 5)], 4, 8),
        # falling through zero: 1 x 3/2 = 1.5 becomes 2
        ([(0, 1), (2, -2)], 1, -1),
        # rising out of the negative: from -10 by 2.5, so by 3
        ([(0, -10), (10, -5)], 5, -7),
        # negative values
        ([(-10, 0), (0, 5)], -5, 3),
        ([(-10, 0), (0, 5)], -6, 2),
        # a level piece between two slopes
        ([(0, 0), (10, 7), (20, 7), (30, 0)], 15, 7),
        ([(0, 0), (10, 7), (20, 7), (30, 0)], 20, 7),
        ([(0, 0), (10, 7), (20, 7), (30, 0)], 25, 3),
    ],
)
def test_lines_round_half_up_in_size_from_their_lower_end(
    corners: list[tuple[int, int]], value: int, points: int
) -> None:
    assert line(*corners).at(value) == points


CORNERS = st.lists(st.tuples(st.integers(-(10**17), 10**17), st.integers(-(10**9), 10**9)), min_size=2, max_size=5)


@given(CORNERS.filter(lambda corners: len({value for value, _ in corners}) == len(corners)), st.data())
def test_a_line_is_within_half_a_unit_of_the_exact_one(corners: list[tuple[int, int]], data: st.DataObject) -> None:
    corners = sorted(corners)
    curve = line(*corners)
    (start, low), (end, high) = data.draw(st.sampled_from(list(pairwise(corners))))
    value = data.draw(st.integers(start, end))
    exact = low + Fraction((value - start) * (high - low), end - start)
    assert abs(curve.at(value) - exact) <= Fraction(1, 2)
    assert (curve.at(start), curve.at(end)) == (low, high)


@given(CORNERS.filter(lambda corners: len({value for value, _ in corners}) == len(corners)), st.data())
def test_a_rising_line_never_falls(corners: list[tuple[int, int]], data: st.DataObject) -> None:
    values, points = (sorted(part) for part in zip(*corners, strict=True))
    curve = LinearPoints.through(tuple(values), tuple(points))
    low, high = sorted(data.draw(st.tuples(*[st.integers(values[0] - 1, values[-1] + 1)] * 2)))
    assert curve.at(low) <= curve.at(high)


FACTS = {
    "revenue": Fact("revenue", "money", 0, 10**17, "zero"),
    "growth": Fact("growth", "ratio", -(10**12), 10**12, "zero"),
    "stage": Fact("stage", "choice", 0, 1, "refuse", options=("startup", "mature")),
}
STEPS = Indicator("revenue", "revenue", 6_000, StepPoints((100,), (20 * POINT, 80 * POINT)))
SLOPE = Indicator("growth", "growth", 4_000, line((0, 0), (300_000, 100 * POINT)))
OTHER = Indicator("scale", "revenue", 10_000, StepPoints((1_000,), (0, 50 * POINT)))
FINANCIAL = Dimension("financial", 7_000, (STEPS, SLOPE))
GROWTH = Dimension("potential", 0, (Indicator("growth_alone", "growth", 10_000, SLOPE.curve),))
SCALE = Dimension("scale", 3_000, (OTHER,))
STARTUP = Profile("startup", OneOf("stage", frozenset({0})), (2_000, 0, 8_000))


def scored(card: Scorecard, **facts: int) -> Scored:
    decided = Scorer(Rulebook("made", FACTS, scorecard=card)).decide({"stage": 1, **facts})
    assert isinstance(decided, Decision)
    assert decided.score is not None
    return decided.score


WEIGHTED = Scorecard("weighted", 0, (FINANCIAL, GROWTH, SCALE), (STARTUP,))


def test_a_weighted_score_worked_by_hand() -> None:
    # financial 80 x 60 % + 33.3333 x 40 % = 61.33332; total 70 % of it + 30 % of 50 = 57.933324
    score = scored(WEIGHTED, revenue=1_000, growth=100_000)
    assert [each.score for each in score.dimensions] == [61_333_320_000_000, 333_333 * 10**8, 50 * WHOLE]
    assert score.total == 57_933_324_000_000


def test_a_dimension_of_weight_0_is_scored_and_does_not_count() -> None:
    low, high = scored(WEIGHTED, revenue=1_000), scored(WEIGHTED, revenue=1_000, growth=300_000)
    assert [each.dimensions[1].score for each in (low, high)] == [0, 100 * WHOLE]
    assert high.total - low.total == 28 * WHOLE  # 100 points of 40 % of 70 %, and nothing of 0 %


def test_a_profile_replaces_the_weights_where_it_holds() -> None:
    usual, startup = scored(WEIGHTED, revenue=1_000), scored(WEIGHTED, revenue=1_000, stage=0)
    assert (usual.profile, startup.profile) == ("default", "startup")
    assert [each.weight for each in startup.dimensions] == [2_000, 0, 8_000]
    assert (usual.total, startup.total) == (
        48_600_000_000_000,
        49_600_000_000_000,
    )  # 48 x 70 % + 50 x 30 %, and 20 : 80


def test_of_several_profiles_the_first_that_holds_decides() -> None:
    second = Profile("second", STARTUP.when, (10_000, 0, 0))
    card = Scorecard("weighted", 0, WEIGHTED.dimensions, (STARTUP, second))
    assert scored(card, stage=0).profile == "startup"


def test_what_each_indicator_adds_sums_to_the_total() -> None:
    score = scored(WEIGHTED, revenue=1_234, growth=77_777)
    added = [[each.contribution for each in dimension.indicators] for dimension in score.dimensions]
    assert sum(map(sum, added)) == score.total
    assert added[1] == [0]


def test_points_are_summed_on_a_base_and_may_be_negative() -> None:
    card = Scorecard(
        "points",
        5 * POINT,
        (
            Dimension("one", 0, (Indicator("loss", "revenue", 0, StepPoints((100,), (-30 * POINT, 2 * POINT))),)),
            Dimension("two", 0, (Indicator("rise", "growth", 0, line((0, 0), (300_000, -10 * POINT))),)),
        ),
    )
    low = scored(card, revenue=0, growth=150_000)
    assert [each.score for each in low.dimensions] == [-30 * WHOLE, -5 * WHOLE]
    assert (low.total, low.profile) == (-30 * WHOLE, "default")
    assert scored(card, revenue=100).total == 7 * WHOLE


@given(
    st.lists(st.integers(0, 10_000), min_size=1, max_size=6),
    st.lists(st.integers(0, 100 * POINT), min_size=6, max_size=6),
)
def test_a_weighted_score_is_the_exact_sum_of_its_products(marks: list[int], points: list[int]) -> None:
    edges = [0, *sorted(marks), 10_000]
    weights = [high - low for low, high in pairwise(edges)][:6]
    lines = [Indicator(f"line_{at}", "revenue", 10_000, StepPoints((), (points[at],))) for at in range(len(weights))]
    card = Scorecard(
        "weighted", 0, tuple(Dimension(each.name, weight, (each,)) for each, weight in zip(lines, weights, strict=True))
    )
    exact = sum(Fraction(weight * point, 10_000 * POINT) for weight, point in zip(weights, points, strict=False))
    assert Fraction(scored(card).total, WHOLE) == exact
