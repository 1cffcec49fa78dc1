"""Retail clients in scope, and the band that names their owner (domain.md F1, F2)."""

from collections.abc import Callable
from typing import Any

import pytest

Decide = Callable[..., dict[str, Any]]
BOOK = "retail-tiers"


@pytest.mark.parametrize(
    ("fact", "bound", "below"),
    [
        ("aum", "5万", "49999.99"),
        ("card_spend", "5万", "49999.99"),
        ("personal_loan", "30万", "299999.99"),
        ("custody_margin", "1万", "9999.99"),
        ("premium_card", "yes", "no"),
    ],
)
def test_any_one_condition_brings_a_client_into_scope(decide: Decide, fact: str, bound: str, below: str) -> None:
    assert decide(BOOK, {fact: bound})["in_scope"] == "yes"
    assert decide(BOOK, {fact: below})["in_scope"] == "no"


@pytest.mark.parametrize(
    ("aum", "age", "band"),
    [
        ("2000000.01", 30, "wealth"),
        ("200万", 30, "affluent"),  # over 200万 in the text, not from
        ("20万", 30, "affluent"),
        ("199999.99", 30, "growing"),
        ("10万", 30, "growing"),
        ("10万", 60, "growing"),
        ("99999.99", 59, "basic"),
        ("99999.99", 60, "none"),  # the text is silent from 60
        ("5万", 59, "basic"),
        ("5万", 60, "none"),
        ("49999.99", 30, "none"),
        ("0", 30, "none"),
    ],
)
def test_band_by_assets_and_age(decide: Decide, aum: str, age: int, band: str) -> None:
    assert decide(BOOK, {"aum": aum, "age": age})["band"] == band


@pytest.mark.parametrize("aum", ["0", "5万", "10万", "200万"])
def test_the_entry_standard_alone_makes_wealth(decide: Decide, aum: str) -> None:
    assert decide(BOOK, {"aum": aum, "private_bank_entry": "yes"})["band"] == "wealth"


@pytest.mark.parametrize(("aum", "complete"), [("5万", False), ("99999.99", False), ("49999.99", True), ("10万", True)])
def test_age_is_missed_only_where_it_decides(decide: Decide, aum: str, complete: bool) -> None:  # noqa: FBT001
    outcome = decide(BOOK, {"aum": aum})
    assert outcome["complete"] is complete
    assert ("age" in outcome["missing"]) is not complete
    assert outcome["band"] == ("growing" if aum == "10万" else "none")


def test_the_text_gives_no_visit_quotas(shipped: Callable[[str], Any]) -> None:
    assert shipped(BOOK).rulebook.obligations == ()
