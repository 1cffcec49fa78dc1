"""Visits in bulk: every line for itself, judged as a single one is, every chunk once, whatever is sent."""

import asyncio
import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.access.scopes import Scope
from app.clock import ManualClock
from app.coverage.bulk_visits import chunks
from app.coverage.bulk_visits.copying import digest_of
from app.coverage.visits.storing import SELECT, as_visit
from app.db.engine import Sessions
from app.http.lines import NDJSON
from tests.coverage.visits.conftest import CallerOf, Visit
from tests.coverage.visits.visited import CLIENT, refusal, told

_ROWS: Final = "SELECT * FROM audit_entry WHERE object_type = 'visit_load' ORDER BY id"


@pytest.fixture
def by_threes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of three lines."""
    monkeypatch.setattr(chunks, "CHUNK", 3)


def _at(minute: int) -> str:
    return f"2026-11-20T10:{minute:02}:00+08:00"


def _lines(visits: Iterable[Any]) -> bytes:
    return "\n".join(each if isinstance(each, str) else json.dumps(each) for each in visits).encode()


async def _upload(caller: httpx2.AsyncClient, visits: Iterable[Any]) -> list[Any]:
    answer = await caller.post("/v1/visits/bulk", content=_lines(visits), headers={"Content-Type": NDJSON})
    assert answer.status_code == 207, answer.text
    return [json.loads(each) for each in answer.text.splitlines()]


def _summary(lines: int, recorded: int = 0, unchanged: int = 0, refused: int = 0) -> dict[str, Any]:
    return {"summary": {"lines": lines, "recorded": recorded, "unchanged": unchanged, "refused": refused}}


async def _entries(sessions: Sessions) -> list[Any]:
    async with sessions() as session:
        return list(await session.execute(text(_ROWS)))


async def _visits(client: httpx2.AsyncClient) -> list[Any]:
    items: list[Any] = (await client.get("/v1/visits")).json()["items"]
    return items


async def test_every_line_is_recorded_and_answered(client: httpx2.AsyncClient) -> None:
    first, second, end = await _upload(client, [told(at=_at(2), summary="x"), told("b1-president", at=_at(1))])
    assert ((first["line"], first["status"]), (second["line"], second["status"])) == ((1, 201), (2, 201))
    assert end == _summary(2, recorded=2)
    assert [each["visit_id"] for each in await _visits(client)] == [first["visit_id"], second["visit_id"]]


async def test_a_visit_is_the_same_alone_and_in_bulk(
    client: httpx2.AsyncClient, visit: Visit, sessions: Sessions
) -> None:
    await _busy(client, sessions)
    whole = {
        "outside": [{"name": "王芳", "position": "treasurer"}],
        "purpose": "credit",
        "summary": "2亿",
        "next_step": "offer",
        "place": "here",
        "evidence": ["D-1", "D\t2"],
        "reason": "late",
    }
    people = ("b1-s1-rm", "b1-s1-head", "b1-president", "b2-s1-rm", "b1-s2-rm", "ho-expert-1")
    for number, day in enumerate(("2026-11-02", "2026-11-10", "2026-11-20")):
        alone = await visit(*people, at=f"{day}T10:00:00+08:00", external_id=f"a{number}", **whole)
        in_bulk = told(*people, at=f"{day}T11:00:00+08:00", external_id=f"b{number}", **whole)
        [result, _] = await _upload(client, [in_bulk])
        found = (await client.get(f"/v1/visits/{result['visit_id']}")).json()
        other = {"visit_id", "external_id", "at"}
        assert {n: v for n, v in found.items() if n not in other} == {n: v for n, v in alone.items() if n not in other}


async def test_each_day_of_one_upload_is_judged_as_it_is_alone(
    client: httpx2.AsyncClient, visit: Visit, sessions: Sessions
) -> None:
    """Also the days on which an assignment, a leave or a delegate begins or ends, and those between."""
    await _busy(client, sessions)
    people = ("b1-s1-rm", "b1-s1-head", "b1-president", "b2-s1-rm", "b1-s2-rm")
    days = [f"2026-11-{day:02}" for day in range(1, 22)]
    *results, end = await _upload(client, [told(*people, at=f"{day}T11:00:00+08:00") for day in days])
    assert end == _summary(len(days), recorded=len(days))
    seen = set()
    for day, result in zip(days, results, strict=True):
        alone = (await visit(*people, at=f"{day}T10:00:00+08:00"))["participants"]
        assert (await client.get(f"/v1/visits/{result['visit_id']}")).json()["participants"] == alone
        seen.add(str(alone))
    assert len(seen) == 4  # until the 5th, until the 10th, on leave; back from it all is as it was before


async def _busy(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    """Assignments that begin within the month, and a leave with a delegate."""
    for officer, role, day in (
        ("b1-s1-rm", "relationship_manager", "2026-01-01"),
        ("b1-s1-head", "relationship_manager", "2026-11-10"),
        ("b2-s1-rm", "product_expert", "2026-11-05"),
    ):
        order = {"officer_id": officer, "role": role, "from": day}
        assert (await client.post(f"/v1/clients/{CLIENT}/assignments", json=order)).status_code == 201
    leave = (
        "INSERT INTO leave (id, officer_id, from_day, until_day, delegate_id, recorded_at, recorded_by) VALUES "
        "(gen_random_uuid(), 'b1-s1-rm', '2026-11-16', '2026-11-21', 'b1-s2-rm', '2026-11-01Z', 'test')"
    )
    async with sessions.begin() as session:
        await session.execute(text(leave))


@pytest.mark.parametrize(
    "more",
    [
        {"client_id": "C-9"},
        {"at": "2026-11-22T04:00:01Z"},
        {"kind": "dinner"},
        {"participants": [{"officer_id": "nobody"}]},
        {"participants": [{"officer_id": "b1-s1-rm", "role": "branch_president"}]},
        {"participants": [{"officer_id": "b1-s1-rm"}, {"officer_id": "b1-s1-rm"}]},
        {"outside": [{"contact_id": "00000000-0000-4000-8000-000000000000"}]},
        {"planned_id": "00000000-0000-4000-8000-000000000000"},
        {"participants": []},
        {"at": "2026-11-20"},
        {"mood": "good"},
    ],
)
async def test_a_bad_line_fails_alone_and_for_the_same_reason_as_a_single_visit(
    client: httpx2.AsyncClient, more: dict[str, Any]
) -> None:
    alone = await client.post("/v1/visits", json=told(**more))
    _, bad, _, end = await _upload(client, [told(at=_at(1)), told(**more), told(at=_at(2))])
    status, code, pointers = refusal(alone)
    assert (bad["line"], bad["status"]) == (2, status)
    assert bad["code"] == (code if code != "invalid" else alone.json()["errors"][0]["code"])
    assert bad["detail"].startswith(pointers[0])
    assert end == _summary(3, recorded=2, refused=1)


@pytest.mark.parametrize(
    ("line", "status", "code"),
    [
        ("{", 400, "malformed_json"),
        ("[]", 422, "model_type"),
        ('{"at": "2026-11-20T10:00:00Z", "at": "2026-11-20T11:00:00Z"}', 400, "malformed_json"),
        (json.dumps(told(summary="x" * 4000, purpose="y" * 400)), 413, "line_too_long"),
    ],
)
async def test_a_line_that_cannot_be_read_fails_alone(
    client: httpx2.AsyncClient, line: str, status: int, code: str
) -> None:
    bad, good, _ = await _upload(client, [line, told()])
    assert (bad["status"], bad["code"], good["status"]) == (status, code, 201)


async def test_of_lines_that_are_the_same_the_first_is_it(client: httpx2.AsyncClient, visit: Visit) -> None:
    stored = await visit(at=_at(9), external_id="crm-9")
    lines = [
        told(external_id="crm-1"),
        told(external_id="crm-1", at=_at(1)),
        told(at="2026-11-20T10:30:40+08:00"),
        told(at=_at(9)),
        told(at=_at(8), external_id="crm-9"),
    ]
    *results, end = await _upload(client, lines)
    first = results[0]["visit_id"]
    assert [(each["status"], each["visit_id"]) for each in results] == [
        (201, first),
        (200, first),
        (200, first),
        (200, stored["visit_id"]),
        (200, stored["visit_id"]),
    ]
    assert end == _summary(5, recorded=1, unchanged=4)


async def test_an_external_id_of_another_client_is_refused(client: httpx2.AsyncClient) -> None:
    profile = {"kind": "company", "name": "Southern", "unit": "B2-S1", "segment": "corporate"}
    assert (await client.put("/v1/clients/C-2", json=profile)).status_code == 201
    *results, _ = await _upload(client, [told(external_id="x"), told("b2-s1-rm", client_id="C-2", external_id="x")])
    assert [(each["status"], each.get("code")) for each in results] == [(201, None), (409, "external_id_taken")]


@pytest.mark.usefixtures("by_threes")
async def test_the_same_file_sent_again_changes_nothing(
    lasting_client: httpx2.AsyncClient, lasting_app: FastAPI
) -> None:
    lines = [told(at=_at(minute)) for minute in range(7)]
    *first, _ = await _upload(lasting_client, lines)
    *again, end = await _upload(lasting_client, lines)
    assert end == _summary(7, unchanged=7)
    assert [each["visit_id"] for each in again] == [each["visit_id"] for each in first]
    assert len(await _entries(lasting_app.state.sessions)) == 3


@pytest.mark.usefixtures("by_threes")
async def test_of_lines_far_apart_that_are_the_same_the_first_is_it(lasting_client: httpx2.AsyncClient) -> None:
    *results, end = await _upload(lasting_client, [told(at=_at(minute)) for minute in (1, 2, 3, 4, 1, 3, 2, 5)])
    ids = [each["visit_id"] for each in results]
    assert [ids[4], ids[5], ids[6]] == [ids[0], ids[2], ids[1]]
    assert end == _summary(8, recorded=5, unchanged=3)


@pytest.mark.usefixtures("by_threes")
async def test_a_plan_is_made_done_by_the_first_of_many_lines(
    lasting_client: httpx2.AsyncClient, lasting_app: FastAPI, clock: ManualClock
) -> None:
    order = told(at="2026-11-23T10:00:00+08:00")
    plan = (await lasting_client.post("/v1/visits/planned", json=order)).json()["planned_id"]
    clock.advance(timedelta(days=3))
    *results, _ = await _upload(lasting_client, [told(at=f"2026-11-23T11:0{minute}:00+08:00") for minute in range(7)])
    [found] = (await lasting_client.get("/v1/visits/planned")).json()["items"]
    assert (found["state"], found["visit_id"]) == ("done", results[0]["visit_id"])
    done = [each.after["plans_done"] for each in await _entries(lasting_app.state.sessions)]
    assert done == [[plan], [], []]


@pytest.mark.usefixtures("by_threes")
async def test_each_chunk_is_noted_with_a_digest_that_can_be_computed_again(
    lasting_client: httpx2.AsyncClient, lasting_app: FastAPI
) -> None:
    sessions = lasting_app.state.sessions
    *results, _ = await _upload(lasting_client, [told(at=_at(minute), summary="王芳") for minute in range(4)] + ["{"])
    entries = await _entries(sessions)
    assert [(e.action, e.after["recorded"], e.after["first_line"], e.after["last_line"]) for e in entries] == [
        ("visits.recorded", 3, 1, 3),
        ("visits.recorded", 1, 4, 4),
    ]
    async with sessions() as session:
        by_id = {str(each.id): each for each in map(as_visit, await session.execute(SELECT))}
    stored = [by_id[each["visit_id"]] for each in results[:3]]
    assert entries[0].after["digest"] == digest_of(stored)
    assert "王芳" not in str([each.after for each in entries])


async def test_the_same_officer_is_judged_at_each_client_and_on_each_day(client: httpx2.AsyncClient) -> None:
    profile = {"kind": "company", "name": "Next door", "unit": "B1-S1", "segment": "corporate"}
    assert (await client.put("/v1/clients/C-2", json=profile)).status_code == 201
    order = {"officer_id": "b1-s1-rm", "role": "product_expert", "from": "2026-11-10"}
    assert (await client.post(f"/v1/clients/{CLIENT}/assignments", json=order)).status_code == 201
    days = ("2026-11-09", "2026-11-10")
    lines = [told(client_id=one, at=f"{day}T10:00:00+08:00") for one in (CLIENT, "C-2") for day in days]
    *results, _ = await _upload(client, lines)
    found = {each["visit_id"]: each["participants"][0]["role"] for each in await _visits(client)}
    assert [found[each["visit_id"]] for each in results] == [None, "product_expert", None, None]


async def test_a_unit_s_key_records_of_its_own_and_others_are_noted(
    client: httpx2.AsyncClient, of: CallerOf, sessions: Sessions
) -> None:
    profile = {"kind": "company", "name": "Southern", "unit": "B2-S1", "segment": "corporate"}
    assert (await client.put("/v1/clients/C-2", json=profile)).status_code == 201
    branch = await of("B1", Scope.COVERAGE_WRITE)
    *results, _ = await _upload(
        branch, [told(), told(client_id="C-2"), told(client_id="C-2", at=_at(1)), told("b2-s1-rm")]
    )
    assert [(each["status"], each.get("code")) for each in results] == [
        (201, None),
        (422, "no_such_client"),
        (422, "no_such_client"),
        (422, "no_such_officer"),
    ]
    async with sessions() as session:
        rows = await session.execute(text("SELECT object_id FROM audit_entry WHERE outcome = 'denied' ORDER BY id"))
        assert list(rows.scalars()) == ["C-2", "b2-s1-rm"]


async def test_plans_become_done(client: httpx2.AsyncClient, clock: ManualClock, sessions: Sessions) -> None:
    orders = [told(at="2026-11-23T10:00:00+08:00"), told("b1-president", at="2026-11-24T10:00:00+08:00")]
    plans = [(await client.post("/v1/visits/planned", json=each)).json()["planned_id"] for each in orders]
    clock.advance(timedelta(days=3))
    lines = [told(at="2026-11-23T11:00:00+08:00"), told(planned_id=plans[1])]
    *results, _ = await _upload(client, lines)
    found = (await client.get("/v1/visits/planned")).json()["items"]
    assert [(each["state"], each["visit_id"]) for each in found] == [("done", each["visit_id"]) for each in results]
    assert (await _entries(sessions))[0].after["plans_done"] == sorted(plans)


async def test_nothing_at_all_is_nothing_done(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    assert await _upload(client, []) == [_summary(0)]
    assert await _entries(sessions) == []


@pytest.mark.usefixtures("by_threes")
async def test_the_same_file_sent_twice_at_once_is_recorded_once(
    lasting_client: httpx2.AsyncClient, lasting_app: FastAPI
) -> None:
    lines = [told(at=_at(minute), external_id=f"crm-{minute}") for minute in range(10)]
    one, other = await asyncio.gather(_upload(lasting_client, lines), _upload(lasting_client, lines))
    assert [each["visit_id"] for each in one[:-1]] == [each["visit_id"] for each in other[:-1]]
    assert one[-1]["summary"]["recorded"] + other[-1]["summary"]["recorded"] == 10
    assert len(await _visits(lasting_client)) == 10
    async with lasting_app.state.sessions() as session:
        assert await session.scalar(text("SELECT count(*) FROM visit_participant")) == 10
