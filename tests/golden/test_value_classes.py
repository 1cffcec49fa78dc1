"""Five value classes by return on economic capital, with thresholds of ours (domain.md E5)."""

from collections.abc import Callable
from typing import Any

import pytest

Decide = Callable[..., dict[str, Any]]
BOOK = "value-classes"


@pytest.mark.parametrize(
    ("rate", "amount", "value_class"),
    [
        ("15%", "5000万", "strategic"),
        ("14.9999%", "5000万", "quality"),
        ("15%", "49999999.99", "quality"),
        ("12%", "500万", "quality"),
        ("11.9999%", "500万", "effective"),
        ("12%", "4999999.99", "effective"),
        ("8%", "50万", "effective"),
        ("7.9999%", "50万", "nurture"),
        ("8%", "499999.99", "nurture"),
        ("0", "0", "nurture"),
        ("-0.0001%", "5000万", "adjust"),
        ("-100%", "-1亿", "adjust"),
    ],
)
def test_the_lower_of_rate_and_amount_decides(decide: Decide, rate: str, amount: str, value_class: str) -> None:
    facts = {"economic_capital_return": rate, "economic_capital_income": amount}
    assert decide(BOOK, facts)["value_class"] == value_class


@pytest.mark.parametrize("known", ["economic_capital_return", "economic_capital_income"])
def test_both_figures_are_asked_for(decide: Decide, known: str) -> None:
    assert decide(BOOK, {known: "0"})["refused"] == {"economic_capital_return", "economic_capital_income"} - {known}
