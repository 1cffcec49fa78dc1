"""The feed over HTTP: in order, without gaps, within the caller's unit."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import orjson
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.access.scopes import Scope
from app.db.engine import Sessions
from app.events import feed
from app.events.emitting import emit
from app.events.envelope import Happened
from app.events.sequencing import place
from app.settings import Settings
from tests.events.telling import TOLD, happened, raised
from tests.organisation.bank import open_bank
from tests.service import NOON, change_of, client_of, new_key

RAISED = "tierbook.warning.raised.v1"


@pytest.fixture
async def branch(app: FastAPI, settings: Settings, sessions: Sessions) -> AsyncIterator[httpx2.AsyncClient]:
    """A caller with a key of B1 that may read events."""
    async with sessions.begin() as session:
        await open_bank(session)
        key = new_key(session, settings, Scope.EVENTS_READ, name="branch", unit="B1")
    async with client_of(app, key.token) as caller:
        yield caller


async def tell(sessions: Sessions, *events: Happened) -> None:
    async with sessions.begin() as session:
        await emit(change_of(session), events)
        await place(session, NOON)


async def asked(caller: httpx2.AsyncClient, query: str = "") -> Any:
    answer = await caller.get(f"/v1/events{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def subjects(page: Any) -> list[str]:
    return [each["event"]["subject"] for each in page["items"]]


async def test_events_come_in_the_order_of_their_places(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    await tell(sessions, *(raised(f"C-{number}") for number in range(5)))
    first = await asked(client, "?limit=3")
    assert [each["sequence"] for each in first["items"]] == [1, 2, 3]
    assert (subjects(first), first["next_after"], first["has_more"]) == (["C-0", "C-1", "C-2"], 3, True)
    rest = await asked(client, "?limit=3&after=3")
    assert (subjects(rest), rest["next_after"], rest["has_more"]) == (["C-3", "C-4"], 5, False)
    assert await asked(client, "?after=5") == {"items": [], "next_after": 5, "has_more": False}


async def test_an_event_is_shown_as_it_is_sent(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    await tell(sessions, *(happened(each) for each in TOLD))
    [first, *_] = (await asked(client))["items"]
    async with sessions.begin() as session:
        body = await session.scalar(text("SELECT body FROM event ORDER BY written LIMIT 1"))
    assert first["event"] == orjson.loads(str(body))
    read = (await client.get(f"/v1/events/{first['event']['id']}")).json()
    assert read == first
    assert first["event"]["data"]["late_by"] == 0


async def test_of_some_types_and_about_one_client(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    await tell(sessions, *(happened(each, subject="C-9") for each in TOLD), raised("C-1"), raised("C-2"))
    assert subjects(await asked(client, f"?types={RAISED},tierbook.tier.changed.v1")) == ["C-9", "C-9", "C-1", "C-2"]
    assert subjects(await asked(client, f"?types={RAISED}&subject=C-2")) == ["C-2"]
    assert subjects(await asked(client, "?subject=C-2&after=21")) == ["C-2"]


async def test_a_type_that_is_none_is_refused(client: httpx2.AsyncClient) -> None:
    answer = await client.get(f"/v1/events?types={RAISED},tierbook.nothing.v1")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:tierbook:problem:no_such_event_type")
    assert answer.json()["errors"][0]["pointer"] == "query/types"


async def test_a_feed_that_holds_little_for_the_caller_is_not_read_at_once(
    client: httpx2.AsyncClient, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "SPAN", 4)
    await tell(sessions, *(raised(f"C-{number}") for number in range(9)), happened(TOLD[0]))
    found = await asked(client, f"?types={TOLD[0].type}")
    assert found == {"items": [], "next_after": 4, "has_more": True}
    found = await asked(client, f"?types={TOLD[0].type}&after=8")
    assert (len(found["items"]), found["next_after"], found["has_more"]) == (1, 10, False)


async def test_a_key_of_a_unit_sees_what_is_its_own(
    branch: httpx2.AsyncClient, client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    units = {"C-1": "B1", "C-2": "B1-S1", "C-3": "HO", "C-4": "B2", "C-5": None}
    await tell(sessions, *(raised(each, unit) for each, unit in units.items()))
    assert subjects(await asked(client)) == list(units)
    assert subjects(await asked(branch)) == ["C-1", "C-2"]
    assert subjects(await asked(branch, "?subject=C-4")) == []
    statuses = {
        each["event"]["subject"]: (await branch.get(f"/v1/events/{each['event']['id']}")).status_code
        for each in (await asked(client))["items"]
    }
    assert statuses == {"C-1": 200, "C-2": 200, "C-3": 404, "C-4": 404, "C-5": 404}


async def test_an_event_without_a_place_yet_is_there_and_not_in_the_feed(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        [event_id] = await emit(change_of(session), [raised()])
    assert (await client.get(f"/v1/events/evt_{event_id.hex}")).json()["sequence"] is None
    assert (await asked(client))["items"] == []


async def test_the_catalogue_is_read_with_its_schemas(client: httpx2.AsyncClient) -> None:
    types = (await client.get("/v1/events/types")).json()["items"]
    assert [each["type"] for each in types] == [each.type for each in TOLD]
    [found] = [each for each in types if each["type"] == RAISED]
    assert found["description"] == "A warning stands against a client."
    answer = await client.get(f"/v1/events/types/{RAISED}/schema")
    assert answer.headers["content-type"] == "application/schema+json"
    assert answer.json() == found["data_schema"]
    assert (await client.get("/v1/events/types/tierbook.nothing.v1/schema")).status_code == 404


async def test_what_is_no_id_of_an_event_is_refused(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/v1/events/evt_1")).status_code == 422
    assert (await client.get(f"/v1/events/evt_{'0' * 32}")).status_code == 404
