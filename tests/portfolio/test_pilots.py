"""Runs and concentration where a rulebook is piloted in one branch (A17), beside the bank's version or alone."""

from datetime import date
from typing import Any, Final

import httpx2
import pytest
from fastapi import FastAPI

from app.access.scopes import Scope
from app.db.engine import Sessions
from app.rulebooks.reign import Term
from tests.portfolio.conftest import BALANCES, OTHERS, Begin, Run, cells
from tests.rulebooks.publishing import published
from tests.standing.conftest import CallerOf
from tests.standing.watched import CLASSES

NEW: Final = "piloted-classes"
DEPOSITS: Final = CLASSES.replace("balance-classes", NEW).replace("balance", "deposits").replace("size", "breadth")
PILOT: Final = Term(("B2",), date(2026, 11, 22), date(2027, 2, 1))
DROP: Final = [{"name": "drop", "changes": {"deposits": "-30%"}}]


@pytest.fixture
async def pilot(app: FastAPI, sessions: Sessions) -> None:
    """A rulebook that governs in B2 alone."""
    async with sessions.begin() as session:
        await published(session, DEPOSITS, PILOT)
    await app.state.rulebooks.refresh()


@pytest.fixture
async def beside(app: FastAPI, sessions: Sessions) -> None:
    """In B2 another version of the bank's rulebook, with a fact and a classification that the bank's has not."""
    async with sessions.begin() as session:
        await published(session, DEPOSITS.replace(NEW, "balance-classes"), PILOT)
    await app.state.rulebooks.refresh()


@pytest.mark.parametrize("where", [{}, {"unit": "B2"}, {"unit": "B2-S1"}])
async def test_a_rulebook_that_only_pilots_is_run(pilot: None, run: Run, where: dict[str, str]) -> None:
    found = await run(rulebook=NEW, **where)
    [scenario] = found["summary"]["scenarios"]
    assert found["by"] == "breadth"
    assert scenario["decided"]["after"] == len(OTHERS)
    assert sum(each["after"] for each in scenario["undecided"]) == (0 if where else len(BALANCES) - len(OTHERS))


async def test_a_rulebook_that_only_pilots_is_stressed_by_its_own_labels(pilot: None, run: Run) -> None:
    found = await run(kind="stress", rulebook=NEW, unit="B2", shocks=DROP)
    [scenario] = found["summary"]["scenarios"]
    assert cells(scenario) == {("small", "small"): len(OTHERS)}
    assert scenario["migration"]["before"][:2] == ["small", "large"]


async def test_a_rulebook_that_only_pilots_is_measured(pilot: None, book: None, of: CallerOf) -> None:
    for unit in (None, "B2"):
        caller = await of(unit, Scope.PORTFOLIO_RUN)
        for named in ({}, {"rulebook": NEW}):
            answer = await caller.get("/v1/concentration", params={"measure": "deposits", **named})
            assert (answer.status_code, answer.json().get("rulebook")) == (200, NEW), answer.text


async def test_what_is_asked_in_a_unit_is_judged_by_the_version_that_governs_there(
    beside: None, book: None, begin: Begin, client: httpx2.AsyncClient
) -> None:
    async def asked(unit: str, status: int) -> Any:
        order = {"kind": "stress", "rulebook": "balance-classes", "unit": unit, "by": "breadth", "shocks": DROP}
        return await begin(status=status, **order)

    assert (await asked("B2-S1", 202))["by"] == "breadth"
    assert (await asked("B1", 422))["errors"][0]["code"] == "unknown_class"
    for unit, status in (("B2", 200), ("B1", 422)):
        params = {"measure": "deposits", "rulebook": "balance-classes", "unit": unit}
        assert (await client.get("/v1/concentration", params=params)).status_code == status


async def test_a_rulebook_that_governs_nobody_yet_is_not_run(pilot: None, begin: Begin) -> None:
    refused = await begin(status=404, rulebook=NEW, as_of="2026-11-21")
    assert refused["type"] == "urn:tierbook:problem:rulebook_not_in_force"
