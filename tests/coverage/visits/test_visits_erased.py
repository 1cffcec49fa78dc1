"""Erasing a client empties what is written of its visits and plans; who called when, and in which role, stays."""

import asyncio
from typing import Any

import httpx2
import orjson
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import Sessions
from tests.coverage.visits.conftest import Visit
from tests.coverage.visits.visited import CLIENT, told

_TEXTS = {"purpose": "credit", "summary": "王芳 asks", "next_step": "offer", "place": "here"}
EARLIER = "2026-11-19T10:00:00+08:00"
_EMPTY: dict[str, Any] = {**dict.fromkeys(_TEXTS), "outside": []}


async def _erase(client: httpx2.AsyncClient) -> str:
    answer = await client.post(f"/v1/clients/{CLIENT}/erasure", json={"reason": "asked for"})
    assert answer.status_code == 200, answer.text
    at: str = answer.json()["erased_at"]
    return at


async def test_what_is_written_goes_from_every_revision_and_the_rest_stays(
    client: httpx2.AsyncClient, visit: Visit
) -> None:
    first = await visit(**_TEXTS, outside=[{"name": "王芳"}], evidence=["D-1"], external_id="crm-1")
    path = f"/v1/visits/{first['visit_id']}"
    await client.post(f"{path}/corrections", json={"summary": "李雷 asks", "reason": "misread"})
    before = (await client.get(path)).json()
    await _erase(client)
    assert (await client.get(path)).json() == before | _EMPTY
    for each in (await client.get(f"{path}/history")).json()["items"]:
        assert {name: each[name] for name in _EMPTY} == _EMPTY
    assert await visit(external_id="crm-1", status=200) == before | _EMPTY


async def test_plans_are_emptied_too(client: httpx2.AsyncClient) -> None:
    order = told(at="2026-11-23T10:00:00+08:00", purpose="credit", place="here")
    plan = (await client.post("/v1/visits/planned", json=order)).json()
    await _erase(client)
    assert (await client.get("/v1/visits/planned")).json()["items"] == [plan | {"purpose": None, "place": None}]


async def test_visits_to_others_stay_as_they_are(client: httpx2.AsyncClient, visit: Visit) -> None:
    profile = {"kind": "company", "name": "Southern", "unit": "B1-S1", "segment": "corporate"}
    assert (await client.put("/v1/clients/C-2", json=profile)).status_code == 201
    other = await visit(client_id="C-2", **_TEXTS)
    await _erase(client)
    assert (await client.get(f"/v1/visits/{other['visit_id']}")).json() == other


async def test_the_trail_says_how_much_went_and_a_second_time_nothing_happens(
    client: httpx2.AsyncClient, visit: Visit, sessions: Sessions
) -> None:
    await visit(**_TEXTS)
    at = await _erase(client)
    assert await _erase(client) == at
    await visit(at="2026-11-19T10:00:00+08:00", summary="told since")
    await _erase(client)
    async with sessions() as session:
        rows = await session.execute(text("SELECT before FROM audit_entry WHERE action = 'client.erased' ORDER BY id"))
        assert list(rows.scalars()) == [{"contacts": 0, "visits": 1}] * 2


async def test_a_visit_that_is_recorded_at_the_same_time_is_emptied_or_was_told_after(
    lasting_client: httpx2.AsyncClient, lasting_app: FastAPI
) -> None:
    visits = (
        lasting_client.post("/v1/visits", json=told(at=f"2026-11-20T10:{minute}:00+08:00", summary="x"))
        for minute in range(10, 14)
    )
    answers, _ = await asyncio.gather(asyncio.gather(*visits), _erase(lasting_client))
    assert [each.status_code for each in answers] == [201] * 4
    order = (
        "SELECT (SELECT min(id) FROM audit_entry WHERE action = 'client.erased'), "
        "array(SELECT e.id FROM audit_entry e JOIN visit v ON v.id::text = e.object_id WHERE v.summary IS NOT NULL)"
    )
    async with lasting_app.state.sessions() as session:
        erased, kept = (await session.execute(text(order))).one()
    assert all(each > erased for each in kept) or not kept


async def _person(client: httpx2.AsyncClient) -> None:
    person = {"kind": "person", "name": "王芳", "unit": "B1-S1", "segment": "private"}
    assert (await client.put("/v1/clients/P-1", json=person)).status_code == 201


async def _erased_person(client: httpx2.AsyncClient) -> None:
    await _person(client)
    answer = await client.post("/v1/clients/P-1/erasure", json={"reason": "asked for"})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("written", [*({name: text} for name, text in _TEXTS.items()), {"outside": [{"name": "王芳"}]}])
async def test_of_a_person_who_was_erased_nothing_is_written_any_more(
    client: httpx2.AsyncClient, visit: Visit, written: dict[str, Any]
) -> None:
    await _erased_person(client)
    [name] = written
    refused = await client.post("/v1/visits", json=told(client_id="P-1", **written))
    assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [(f"/{name}", "written_of_erased")]
    line = orjson.dumps(told(client_id="P-1", **written))
    answer = await client.post("/v1/visits/bulk", content=line, headers={"Content-Type": "application/x-ndjson"})
    assert orjson.loads(answer.text.splitlines()[0])["code"] == "written_of_erased"
    assert (await visit(client_id="P-1"))["client_id"] == "P-1"


async def test_nor_by_a_correction_which_may_only_take_away(client: httpx2.AsyncClient, visit: Visit) -> None:
    await _erased_person(client)
    path = f"/v1/visits/{(await visit(client_id='P-1'))['visit_id']}/corrections"
    for written in ({"summary": "王芳 asks"}, {"outside": [{"name": "王芳"}]}, {"at": EARLIER, "place": "her home"}):
        refused = await client.post(path, json={**written, "reason": "misread"})
        assert [each["code"] for each in refused.json()["errors"]] == ["written_of_erased"]
    corrected = await client.post(path, json={"at": EARLIER, "summary": None, "reason": "misread"})
    assert (corrected.status_code, corrected.json()["summary"]) == (200, None)


@pytest.mark.parametrize("late", ["visit", "line"])
async def test_nor_is_anything_kept_where_the_person_is_erased_just_as_it_is_written(
    lasting_client: httpx2.AsyncClient, lasting_app: FastAPI, late: str
) -> None:
    """The erasure comes between the judging and the writing: another transaction holds the client until then."""
    sessions: Sessions = lasting_app.state.sessions
    await _person(lasting_client)
    order = told(client_id="P-1", summary="王芳 asks")
    async with sessions.begin() as other:
        await other.execute(text("SELECT FROM client WHERE id = 'P-1' FOR UPDATE"))
        telling = asyncio.create_task(_TELLING[late](lasting_client, order))
        await _until_somebody_waits(other)
        await other.execute(text("UPDATE client SET erased_at = now(), name = NULL WHERE id = 'P-1'"))
    assert await telling == "written_of_erased"
    async with sessions.begin() as session:
        assert (await session.execute(text("SELECT count(*) FROM visit"))).scalar_one() == 0


async def _one(client: httpx2.AsyncClient, order: dict[str, Any]) -> str:
    code: str = (await client.post("/v1/visits", json=order)).json()["errors"][0]["code"]
    return code


async def _line(client: httpx2.AsyncClient, order: dict[str, Any]) -> str:
    answer = await client.post(
        "/v1/visits/bulk", content=orjson.dumps(order), headers={"Content-Type": "application/x-ndjson"}
    )
    code: str = orjson.loads(answer.text.splitlines()[0])["code"]
    return code


_TELLING = {"visit": _one, "line": _line}


async def _until_somebody_waits(session: AsyncSession) -> None:
    waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()")
    async with asyncio.timeout(10):
        while not (await session.execute(waits)).scalar_one():
            pass


async def test_nor_is_anything_written_of_a_visit_that_is_planned(client: httpx2.AsyncClient) -> None:
    await _erased_person(client)
    order = told(client_id="P-1", at="2026-11-23T10:00:00+08:00")
    refused = await client.post("/v1/visits/planned", json=order | {"purpose": "credit"})
    assert [each["code"] for each in refused.json()["errors"]] == ["written_of_erased"]
    assert (await client.post("/v1/visits/planned", json=order)).status_code == 201
