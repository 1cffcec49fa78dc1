"""Lists of visits: the newest first, narrowed, in pages, within the fence."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from app.access.scopes import Scope
from app.coverage.visits import finding
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


_NARROWED: list[tuple[dict[str, str], Callable[[Any], bool]]] = [
    ({}, lambda _: True),
    ({"client_id": "C-1"}, lambda each: each["client_id"] == "C-1"),
    ({"officer": "b1-president"}, lambda each: "b1-president" in _officers(each)),
    ({"officer": "b1-s1-rm", "client_id": "C-1"}, lambda each: "b1-s1-rm" in _officers(each)),
    ({"officer": "b1-president", "kind": "contact"}, lambda each: each["kind"] == "contact"),
    ({"unit": "B1"}, lambda each: each["client_id"] == "C-1"),
    ({"unit": "B2-S1", "kind": "contact"}, lambda each: each["client_id"] == "C-2" and each["kind"] == "contact"),
    ({"since": "2026-11-04", "until": "2026-11-09"}, lambda each: "2026-11-04" <= each["day"] < "2026-11-09"),
    ({"unit": "B2", "since": "2026-11-04"}, lambda each: each["client_id"] == "C-2" and each["day"] >= "2026-11-04"),
]


def _officers(visit: Any) -> list[str]:
    return [each["officer_id"] for each in visit["participants"]]


@pytest.mark.parametrize(("query", "fits"), _NARROWED)
async def test_pages_of_any_length_hold_each_visit_once_however_it_is_found(
    client: httpx2.AsyncClient,
    visit: Visit,
    query: dict[str, str],
    fits: Callable[[Any], bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two clients, several visits a day around midnight in the bank's zone; few of the newest are looked at."""
    monkeypatch.setattr(finding, "_RECENT", 3)
    profile = {"kind": "company", "name": "Southern", "unit": "B2-S1", "segment": "corporate"}
    assert (await client.put("/v1/clients/C-2", json=profile)).status_code == 201
    told = []
    for number in range(12):
        at = f"2026-11-{2 + number:02}T0{number % 2}:30:00+08:00"
        told.append(await visit("b1-president", *["b1-s1-rm"] * (number % 3 == 0), at=at, kind=_KINDS[number % 2]))
        if number % 4 == 1:
            told.append(await visit("b2-s1-rm", client_id="C-2", at=at, kind=_KINDS[number // 2 % 2]))
    wanted = sorted(filter(fits, told), key=lambda each: (each["at"], each["visit_id"]), reverse=True)
    for limit in (1, 2, 50):
        assert await _pages(client, {**query, "limit": str(limit)}) == wanted


_KINDS = ("visit", "contact")


async def _pages(client: httpx2.AsyncClient, query: dict[str, str]) -> list[Any]:
    found: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await client.get("/v1/visits", params=query | cursor)).json()
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


async def test_a_unit_s_key_sees_the_visits_to_its_clients(of: CallerOf, four: dict[str, str]) -> None:
    branch = await of("B1", Scope.COVERAGE_READ)
    assert await _names(branch, four) == ["third", "second", "first"]
    for query in ({"client_id": "C-2"}, {"unit": "B2"}, {"officer": "b2-s1-rm"}):
        assert (await branch.get("/v1/visits", params=query)).status_code == 404


async def test_a_cursor_that_is_none_is_refused(client: httpx2.AsyncClient) -> None:
    assert refusal(await client.get("/v1/visits?cursor=x"))[0] == 422
