"""Lists of visits: the newest first, narrowed, in pages, within the fence."""

from typing import Any

import httpx2
import pytest

from app.access.scopes import Scope
from tests.coverage.visits.conftest import CallerOf, Visit
from tests.coverage.visits.visited import refusal


@pytest.fixture
async def four(client: httpx2.AsyncClient, visit: Visit) -> dict[str, str]:
    """Four visits to two clients, by a name each."""
    profile = {"kind": "company", "name": "Southern", "unit": "B2-S1", "segment": "corporate"}
    assert (await client.put("/v1/clients/C-2", json=profile)).status_code == 201
    made = {
        "first": await visit(at="2026-11-02T09:00:00+08:00"),
        "third": await visit("b1-president", at="2026-11-20T09:00:00+08:00", kind="contact"),
        "second": await visit("b1-s1-rm", "b1-president", at="2026-11-10T09:00:00+08:00"),
        "other": await visit("b2-s1-rm", client_id="C-2", at="2026-11-21T09:00:00+08:00"),
    }
    return {each["visit_id"]: name for name, each in made.items()}


async def _names(caller: httpx2.AsyncClient, four: dict[str, str], **query: Any) -> list[str]:
    answer = await caller.get("/v1/visits", params=query)
    assert answer.status_code == 200, answer.text
    return [four[each["visit_id"]] for each in answer.json()["items"]]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["other", "third", "second", "first"]),
        ({"client_id": "C-1"}, ["third", "second", "first"]),
        ({"officer": "b1-president"}, ["third", "second"]),
        ({"officer": "b1-president", "until": "2026-11-20"}, ["second"]),
        ({"officer": "b1-president", "since": "2026-11-11"}, ["third"]),
        ({"unit": "B1"}, ["third", "second", "first"]),
        ({"unit": "B2-S1"}, ["other"]),
        ({"since": "2026-11-10", "until": "2026-11-21"}, ["third", "second"]),
        ({"kind": "contact"}, ["third"]),
        ({"kind": "survey"}, []),
    ],
)
async def test_a_list_is_narrowed_and_runs_from_the_newest(
    client: httpx2.AsyncClient, four: dict[str, str], query: dict[str, str], names: list[str]
) -> None:
    assert await _names(client, four, **query) == names


async def test_pages_follow_each_other(client: httpx2.AsyncClient, four: dict[str, str]) -> None:
    names, cursor = [], None
    for _ in range(4):
        query = {"limit": "1"} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/v1/visits", params=query)).json()
        names += [four[each["visit_id"]] for each in page["items"]]
        cursor = page["next_cursor"]
    assert (names, cursor) == (["other", "third", "second", "first"], None)


async def test_a_unit_s_key_sees_the_visits_to_its_clients(of: CallerOf, four: dict[str, str]) -> None:
    branch = await of("B1", Scope.COVERAGE_READ)
    assert await _names(branch, four) == ["third", "second", "first"]
    for query in ({"client_id": "C-2"}, {"unit": "B2"}, {"officer": "b2-s1-rm"}):
        assert (await branch.get("/v1/visits", params=query)).status_code == 404


async def test_a_cursor_that_is_none_is_refused(client: httpx2.AsyncClient) -> None:
    assert refusal(await client.get("/v1/visits?cursor=x"))[0] == 422
