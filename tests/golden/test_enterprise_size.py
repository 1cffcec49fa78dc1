"""Size of enterprises with and without credit, and of institutions (domain.md E2, E3, E4)."""

from collections.abc import Callable
from typing import Any

import pytest

Decide = Callable[..., dict[str, Any]]
BOOK = "enterprise-size"


@pytest.mark.parametrize(
    ("total_assets", "size"),
    [
        ("300亿", "extra_large"),
        ("29999999999.99", "large"),
        ("6亿", "large"),
        ("599999999.99", "medium"),
        ("0.6亿", "medium"),
        ("59999999.99", "small"),
        ("0.1亿", "small"),
        ("9999999.99", "micro"),
        ("0", "micro"),
    ],
)
def test_enterprise_with_credit_by_total_assets(decide: Decide, total_assets: str, size: str) -> None:
    facts = {"client_type": "enterprise", "has_credit": True, "total_assets": total_assets}
    assert decide(BOOK, facts)["size"] == size


@pytest.mark.parametrize(
    ("registered_capital", "size"),
    [
        ("50亿", "extra_large"),
        ("4999999999.99", "large"),
        ("1亿", "large"),
        ("99999999.99", "medium"),
        ("0.1亿", "medium"),
        ("9999999.99", "small"),
        ("0.05亿", "small"),
        ("4999999.99", "micro"),
        ("0", "micro"),
    ],
)
def test_enterprise_without_credit_by_registered_capital(decide: Decide, registered_capital: str, size: str) -> None:
    facts = {"client_type": "enterprise", "has_credit": False, "registered_capital": registered_capital}
    assert decide(BOOK, facts)["size"] == size


@pytest.mark.parametrize(("level", "size"), [("province", "large"), ("prefecture", "medium"), ("township", "small")])
def test_institution_by_administrative_level(decide: Decide, level: str, size: str) -> None:
    assert decide(BOOK, {"client_type": "institution", "admin_level": level})["size"] == size


@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        ({"client_type": "enterprise", "has_credit": True, "registered_capital": "1亿"}, {"total_assets"}),
        ({"client_type": "enterprise", "has_credit": False, "total_assets": "1亿"}, {"registered_capital"}),
        ({"client_type": "institution", "total_assets": "1亿"}, {"admin_level"}),
    ],
)
def test_what_measures_the_size_is_asked_for(decide: Decide, facts: dict[str, Any], asked: set[str]) -> None:
    assert decide(BOOK, facts)["refused"] == asked


def test_no_entry_in_the_loan_ledger_is_no_credit(decide: Decide) -> None:
    outcome = decide(BOOK, {"client_type": "enterprise", "registered_capital": "1亿", "total_assets": "1"})
    assert (outcome["size"], outcome["complete"], outcome["missing"]) == ("large", True, {"has_credit"})
