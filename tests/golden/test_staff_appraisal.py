"""Staff appraisal of twice 50 points; 70 to 80 is not defined by the text and passes here (domain.md D3)."""

from collections.abc import Callable
from typing import Any

import pytest

from app.kernel.quantity import QuantityError

Decide = Callable[..., dict[str, Any]]
BOOK = "staff-appraisal"


@pytest.mark.parametrize(
    ("leadership", "performance", "score", "grade"),
    [
        ("50", "50", "100", "excellent"),
        ("45", "45", "90", "excellent"),
        ("45", "44.9999", "89.9999", "good"),
        ("30", "50", "80", "good"),
        ("50", "29.9999", "79.9999", "pass"),
        ("35", "35", "70", "pass"),
        ("30", "30", "60", "pass"),
        ("10", "49.9999", "59.9999", "fail"),
        ("0", "0", "0", "fail"),
        ("12.3456", "20.0001", "32.3457", "fail"),
    ],
)
def test_grade_by_the_sum(decide: Decide, leadership: str, performance: str, score: str, grade: str) -> None:
    outcome = decide(BOOK, {"leadership_points": leadership, "performance_points": performance})
    assert (outcome["score"], outcome["grade"]) == (score, grade)


def test_half_yearly_questionnaire_and_yearly_appraisal(shipped: Callable[[str], Any]) -> None:
    reviews = shipped(BOOK).rulebook.reviews
    assert ([str(period) for period in reviews.every], str(reviews.full_every)) == (["P6M"], "P1Y")


@pytest.mark.parametrize("points", ["50.0001", "-0.0001"])
def test_each_half_has_fifty_points(decide: Decide, points: str) -> None:
    with pytest.raises(QuantityError, match="out of range"):
        decide(BOOK, {"leadership_points": points, "performance_points": "50"})


def test_neither_half_may_be_missing(decide: Decide) -> None:
    assert decide(BOOK, {"leadership_points": "50"})["refused"] == {"performance_points"}
