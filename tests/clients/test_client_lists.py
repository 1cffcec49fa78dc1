"""Lists of clients by what the CRM says of them, in pages."""

from typing import Any

import httpx2
import pytest

from tests.clients.sent import PATH, company, got, person, problem, put


@pytest.fixture
async def clients(client: httpx2.AsyncClient) -> None:
    regional = {"level": "regional", "category": "local_group", "region": "辽宁"}
    await put(client, "A-1", company(segment="corporate", **regional))
    await put(client, "A-2", company(segment="corporate", industry="wholesale", unit="B1-S1-O1"))
    await put(client, "A_3", company(ownership="state", unit="B2-S1", assisting_units=["B1-S2"]))
    await put(client, "B-4", person(segment="retail", life_cycle_stage="mature", unit="B2-S1"))
    appointed = {"officer_id": "b1-s1-rm", "role": "relationship_manager"}
    for client_id in ("A-1", "B-4"):
        answer = await client.post(f"{PATH}/{client_id}/assignments", json=appointed)
        assert answer.status_code == 201, answer.text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["A-1", "A-2", "A_3", "B-4"]),
        ({"segment": "corporate"}, ["A-1", "A-2"]),
        ({"segment": "corporate", "industry": "wholesale"}, ["A-2"]),
        ({"level": "regional"}, ["A-1"]),
        ({"category": "local_group", "region": "辽宁"}, ["A-1"]),
        ({"ownership": "state"}, ["A_3"]),
        ({"life_cycle_stage": "mature"}, ["B-4"]),
        ({"unit": "B1"}, ["A-1", "A-2", "A_3"]),
        ({"unit": "B1-S1-O1"}, ["A-2"]),
        ({"unit": "B2", "segment": "retail"}, ["B-4"]),
        ({"officer": "b1-s1-rm"}, ["A-1", "B-4"]),
        ({"officer": "b1-s1-rm", "unit": "B2"}, ["B-4"]),
        ({"officer": "b1-s1-head"}, []),
        ({"q": "A"}, ["A-1", "A-2", "A_3"]),
        ({"q": "A_"}, ["A_3"]),
        ({"q": "1"}, []),
    ],
)
async def test_a_list_holds_what_is_asked_for(
    client: httpx2.AsyncClient, clients: None, asked: dict[str, str], found: list[str]
) -> None:
    listed = await got(client, PATH, **asked)
    assert sorted(each["client_id"] for each in listed["items"]) == found
    assert listed["next_cursor"] is None


@pytest.mark.parametrize("path", [PATH, f"{PATH}/red-list"])
async def test_pages_hold_every_client_once(client: httpx2.AsyncClient, clients: None, path: str) -> None:
    seen: list[str] = []
    asked: dict[str, Any] = {"limit": 1}
    while True:
        page = await got(client, path, **asked)
        seen += [each["client_id"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        asked["cursor"] = page["next_cursor"]
    assert sorted(seen) == ["A-1", "A-2", "A_3", "B-4"]
    assert len(seen) == 4


@pytest.mark.parametrize(
    "asked", [{"limit": 0}, {"limit": 201}, {"limit": "ten"}, {"level": "world"}, {"q": "%"}, {"colour": "red"}]
)
async def test_what_no_list_takes_is_refused(client: httpx2.AsyncClient, asked: dict[str, Any]) -> None:
    assert problem(await client.get(PATH, params=asked)) == (422, "invalid")


async def test_no_such_client_is_404(client: httpx2.AsyncClient) -> None:
    assert problem(await client.get(f"{PATH}/C-9")) == (404, "client_not_found")
