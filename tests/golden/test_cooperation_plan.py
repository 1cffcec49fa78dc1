"""The cooperation plan: a checklist of strategic clients, and who manages which class (domain.md E6)."""

from collections.abc import Callable
from typing import Any

import pytest

Decide = Callable[..., dict[str, Any]]
BOOK = "cooperation-plan"
STANDINGS = ("central_soe", "provincial_soe", "monopoly", "top_500", "industry_top_100", "headquarters", "listed")
CONDITIONS = {
    "signed_agreement": "yes",
    "sound_finances": "yes",
    "margin_over_peers": "0",
    "bad_credit_record": "no",
    "internal_rating": "A",
    "settlement_share": "60%",
    "related_parties_share": "50%",
}


@pytest.mark.parametrize("standing", STANDINGS)
def test_any_one_standing_with_every_condition_is_strategic(decide: Decide, standing: str) -> None:
    outcome = decide(BOOK, {standing: "yes", **CONDITIONS})
    assert (outcome["strategic_standard"], outcome["plan_class"], outcome["managed_by"]) == (
        "met",
        "strategic",
        "branch",
    )
    assert outcome["complete"]


@pytest.mark.parametrize(
    ("condition", "short"),
    [
        ("central_soe", "no"),
        ("signed_agreement", "no"),
        ("sound_finances", "no"),
        ("margin_over_peers", "-0.0001%"),
        ("bad_credit_record", "yes"),
        ("internal_rating", "BBB"),
        ("settlement_share", "59.9999%"),
        ("related_parties_share", "49.9999%"),
    ],
)
def test_one_condition_short_is_not_strategic(decide: Decide, condition: str, short: str) -> None:
    outcome = decide(BOOK, {"central_soe": "yes", **CONDITIONS, condition: short})
    assert outcome["strategic_standard"] == "not_met"
    assert outcome["plan_class"] != "strategic"


@pytest.mark.parametrize("rating", ["A", "AA", "AAA"])
def test_rating_a_or_better(decide: Decide, rating: str) -> None:
    assert decide(BOOK, {"listed": "yes", **CONDITIONS, "internal_rating": rating})["plan_class"] == "strategic"


@pytest.mark.parametrize(
    ("facts", "plan_class", "managed_by"),
    [
        ({"settlement_share": "40%", "products_used": 4}, "quality", "branch"),
        ({"settlement_share": "40%", "products_used": 3}, "continuing", "sub_branch"),
        ({"related_parties_share": "30%", "cooperation_years": 3}, "quality", "branch"),
        ({"related_parties_share": "30%", "cooperation_years": 2}, "prospective", "sub_branch"),
        ({"settlement_share": "10%"}, "continuing", "sub_branch"),
        ({"settlement_share": "9.9999%"}, "prospective", "sub_branch"),
        ({"products_used": 2}, "continuing", "sub_branch"),
        ({"products_used": 1}, "prospective", "sub_branch"),
        ({}, "prospective", "sub_branch"),
    ],
)
def test_the_classes_below_by_figures_of_ours(
    decide: Decide, facts: dict[str, Any], plan_class: str, managed_by: str
) -> None:
    outcome = decide(BOOK, {"bad_credit_record": "no", "internal_rating": "BBB", **facts})
    assert (outcome["plan_class"], outcome["managed_by"]) == (plan_class, managed_by)


@pytest.mark.parametrize(
    "judged", ["sound_finances", "margin_over_peers", "bad_credit_record", "internal_rating", "related_parties_share"]
)
def test_what_is_not_known_counts_as_the_worst(decide: Decide, judged: str) -> None:
    known = {name: value for name, value in CONDITIONS.items() if name != judged}
    outcome = decide(BOOK, {"central_soe": "yes", **known})
    assert (outcome["strategic_standard"], outcome["complete"]) == ("not_met", False)
