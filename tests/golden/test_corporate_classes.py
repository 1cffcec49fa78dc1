"""Corporate classes by deposits or target credit line, and who owes them visits (domain.md D1, D2)."""

from collections.abc import Callable
from typing import Any

import pytest

Decide = Callable[..., dict[str, Any]]
BOOK = "corporate-classes"


@pytest.mark.parametrize(
    ("deposits", "credit", "client_class"),
    [
        ("2亿", "0", "class_1"),
        ("200000000.00", "0", "class_1"),
        ("199999999.99", "0", "class_2"),
        ("5000万", "0", "class_2"),
        ("49999999.99", "0", "class_3"),
        ("0", "0", "class_3"),
        ("0", "2亿", "class_1"),
        ("49999999.99", "2亿", "class_1"),
        ("0", "199999999.99", "class_3"),
        ("5000万", "199999999.99", "class_2"),
        ("199999999.99", "199999999.99", "class_2"),
    ],
)
def test_class_by_deposits_or_credit(decide: Decide, deposits: str, credit: str, client_class: str) -> None:
    facts = {"segment": "corporate", "deposit_balance": deposits, "credit_target": credit, "co_managed": False}
    assert decide(BOOK, facts)["client_class"] == client_class


@pytest.mark.parametrize(
    ("deposits", "co_managed", "owed"),
    [
        ("2亿", True, {"branch_president": 1, "corporate_director": 2, "relationship_manager": 3}),
        ("5000万", True, {"branch_president": 1, "corporate_director": 2, "relationship_manager": 3, "outlet_head": 2}),
        ("0", True, {"relationship_manager": 3, "outlet_head": 2}),
        ("2亿", False, {}),
        ("5000万", False, {"relationship_manager": 3, "outlet_head": 2}),
        ("0", False, {"relationship_manager": 3, "outlet_head": 2}),
    ],
)
def test_visits_a_month(decide: Decide, deposits: str, co_managed: bool, owed: dict[str, int]) -> None:  # noqa: FBT001
    outcome = decide(BOOK, {"segment": "corporate", "deposit_balance": deposits, "co_managed": co_managed})
    assert outcome["obligations"] == {(role, "month"): count for role, count in owed.items()}


def test_visits_and_contacts_of_any_holder_count(shipped: Callable[[str], Any]) -> None:
    rules = shipped(BOOK).rulebook.obligations
    assert {(rule.counts, rule.satisfied_by) for rule in rules} == {(("visit", "contact"), "any_holder")}


def test_nothing_recorded_is_nothing_held(decide: Decide) -> None:
    outcome = decide(BOOK, {"segment": "corporate"})
    assert (outcome["client_class"], outcome["complete"]) == ("class_3", True)


@pytest.mark.parametrize("facts", [{"segment": "institution"}, {"segment": "retail"}, {}])
def test_other_segments_are_not_meant(decide: Decide, facts: dict[str, str]) -> None:
    assert decide(BOOK, facts) == {"applies": False}
