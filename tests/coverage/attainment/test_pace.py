"""Warnings at the checkpoints inside November and at its close: half of the days over, a third is to be done."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from app.clock import ManualClock
from app.coverage.known_terms import Desk, KnownTerms
from app.coverage.upkeep import Means, Upkeep
from app.db.engine import Sessions
from tests.coverage.attainment.conftest import Until, Visited
from tests.coverage.attainment.november import CLIENT, at
from tests.service import SHANGHAI

Kept = Callable[[], Awaitable[bool]]
Warned = Callable[..., Awaitable[list[tuple[str, str, str]]]]


@pytest.fixture
def kept(app: FastAPI, sessions: Sessions, clock: ManualClock) -> Kept:
    """One round of the upkeep."""
    desk = Desk(KnownTerms(), app.state.rulebooks, "CN")
    return Upkeep(sessions, clock, Means(app.state.judges, desk, SHANGHAI)).once


@pytest.fixture
def warned(client: httpx2.AsyncClient) -> Warned:
    """The warnings that stand against the client: period, role and reason."""

    async def asked(state: str = "standing") -> list[tuple[str, str, str]]:
        answer = await client.get("/v1/warnings", params={"client_id": CLIENT, "state": state})
        return sorted((each["period"], each["role"], each["reason"]) for each in answer.json()["items"])

    return asked


async def test_before_the_first_checkpoint_nobody_is_at_risk(kept: Kept, warned: Warned, until: Until) -> None:
    until(at(16))  # 10 of 21 working days are over
    await kept()
    assert await warned() == []


async def test_past_a_checkpoint_who_has_done_less_is_at_risk(
    kept: Kept, warned: Warned, visited: Visited, until: Until
) -> None:
    until(at(17))  # 11 of 21
    await visited(at(3), "relationship_manager", "corporate_director")  # a third, and a half
    await kept()
    risks = [("2026-11", "branch_president", "at_risk"), ("2026-11", "relationship_manager", "at_risk")]
    assert await warned() == risks
    await kept()
    assert await warned() == risks


async def test_a_warning_clears_once_the_visit_is_made(
    kept: Kept, warned: Warned, visited: Visited, until: Until
) -> None:
    until(at(17))
    await kept()
    await visited(at(17), "relationship_manager", "corporate_director", "branch_president")
    await visited(at(16), "relationship_manager")
    await kept()
    assert await warned() == []
    assert len(await warned("cleared")) == 3


async def test_at_the_close_what_is_not_done_is_missed(
    kept: Kept, warned: Warned, visited: Visited, until: Until
) -> None:
    until(at(27))
    await visited(at(3), "relationship_manager", "corporate_director", "branch_president")
    await kept()
    until(at(5, month=12))  # in grace: five days after the end
    await kept()
    assert {reason for period, _, reason in await warned() if period == "2026-11"} == {"at_risk"}
    until(at(6, month=12))
    await kept()
    missed = [("2026-11", "corporate_director", "missed"), ("2026-11", "relationship_manager", "missed")]
    assert [each for each in await warned() if each[0] == "2026-11"] == missed


async def test_what_was_cleared_by_hand_is_not_raised_again(
    client: httpx2.AsyncClient, kept: Kept, warned: Warned, until: Until
) -> None:
    until(at(17))
    await kept()
    [first, *_] = (await client.get("/v1/warnings", params={"client_id": CLIENT})).json()["items"]
    answer = await client.post(f"/v1/warnings/{first['id']}/clear", json={"reason": "the client is abroad"})
    assert (answer.status_code, answer.json()["cleared_why"]) == (200, "the client is abroad")
    await kept()
    assert len(await warned()) == 2


async def test_a_warning_of_an_assessment_is_not_cleared_by_hand(client: Any, until: Until) -> None:
    answer = await client.post("/v1/warnings/00000000-0000-4000-8000-000000000000/clear", json={"reason": "no"})
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:tierbook:problem:warning_not_found")


async def test_who_holds_a_role_twice_over_is_expected_to_do_his_part_once(
    client: httpx2.AsyncClient, until: Until
) -> None:
    """The president by his post all November, and by assignment until the 20th: 10 of 21 days ask for 10/21 of 1."""
    path = f"/v1/clients/{CLIENT}/assignments"
    [mine] = [each for each in (await client.get(path)).json()["items"] if each["role"] == "branch_president"]
    ended = await client.post(f"{path}/{mine['assignment_id']}/end", json={"on": "2026-11-20"})
    assert ended.status_code == 200, ended.text
    until(at(16))
    query = {"period": "2026-11", "by": "officer", "role": "branch_president"}
    [president] = (await client.get("/v1/coverage", params=query)).json()["items"]
    assert (president["group"], president["pace"]["expected"]) == ("b1-president", "0.4762")
