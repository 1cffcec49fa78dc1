"""Whom a key of a unit sees and changes: clients that a unit within its own leads or assists, and nothing else."""

from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from app.db.engine import Sessions
from app.trail.tables import AuditEntry
from tests.clients.conftest import CallerOf
from tests.clients.sent import PATH, codes, company, got, problem, put

SEES = {
    "HO": {"own", "below", "sibling", "shared"},
    "B1": {"own", "below", "shared"},
    "B1-S1": {"own", "below"},
    "B1-S2": {"shared"},
    "B1-S1-O1": {"below"},
    "B2": {"sibling", "shared"},
    "B2-S1": {"sibling", "shared"},
}
"""Which of the clients below a key of each unit sees."""


@pytest.fixture
async def clients(client: httpx2.AsyncClient) -> None:
    await put(client, "own", company(unit="B1-S1"))
    await put(client, "below", company(unit="B1-S1-O1"))
    await put(client, "sibling", company(unit="B2-S1"))
    await put(client, "shared", company(unit="B2-S1", assisting_units=["B1-S2"]))


@pytest.mark.parametrize("unit", SEES)
async def test_a_key_sees_what_its_unit_leads_or_assists(of: CallerOf, clients: None, unit: str) -> None:
    caller = await of(unit)
    listed = (await got(caller, PATH))["items"]
    assert {each["client_id"] for each in listed} == SEES[unit]
    red = (await got(caller, f"{PATH}/red-list"))["items"]
    assert {each["client_id"] for each in red} == SEES[unit]
    for client_id in ("own", "below", "sibling", "shared"):
        answer = await caller.get(f"{PATH}/{client_id}")
        assert answer.status_code == (200 if client_id in SEES[unit] else 404), (unit, client_id)


OUTSIDE: dict[str, tuple[str, Any]] = {
    "": ("PUT", company(unit="B1-S1")),
    "/revisions": ("GET", None),
    "/erasure": ("POST", {"reason": "asked for"}),
    "/contacts": ("POST", {"name": "王芳", "phone": "1"}),
    "/assignments": ("POST", {"officer_id": "b1-s1-rm", "role": "relationship_manager"}),
    "/handovers": ("POST", {"from_officer": "b1-s1-rm", "to_officer": "b1-s1-rm-2", "reason": "asked for"}),
    "/owner-kept": ("POST", {}),
    "/team": ("GET", None),
}


@pytest.mark.parametrize("what", OUTSIDE)
async def test_what_lies_outside_is_not_there_and_the_denial_is_kept(
    of: CallerOf, clients: None, sessions: Sessions, what: str
) -> None:
    method, body = OUTSIDE[what]
    caller = await of("B1")
    there = await caller.request(method, f"{PATH}/sibling{what}", json=body)
    assert problem(there) == (404, "client_not_found")
    if method != "PUT":
        missing = await caller.request(method, f"{PATH}/missing{what}", json=body)
        same = {"instance", "request_id"}
        assert [each for each in there.json().items() if each[0] not in same] == [
            each for each in missing.json().items() if each[0] not in same
        ]
    async with sessions() as session:
        denied = (await session.scalars(select(AuditEntry).where(AuditEntry.outcome == "denied"))).all()
    assert [(each.object_id, each.unit, each.key_unit) for each in denied] == [("sibling", "B2-S1", "B1")]


async def test_a_body_names_nothing_outside(of: CallerOf, clients: None, sessions: Sessions) -> None:
    caller = await of("B1")
    named = company(
        unit="B2-S1",
        assisting_units=["B2", "B1-S2", "B9"],
        relations=[{"kind": "group", "client_id": "sibling"}, {"kind": "group", "client_id": "own"}],
    )
    answer = await caller.put(f"{PATH}/new", json=named)
    assert codes(answer) == [
        ("/unit", "no_such_unit"),
        ("/assisting_units/0", "no_such_unit"),
        ("/assisting_units/2", "no_such_unit"),
        ("/relations/0/client_id", "no_such_client"),
    ]
    assert len({each["detail"] for each in answer.json()["errors"][:3]}) == 1
    async with sessions() as session:
        denied = (await session.scalars(select(AuditEntry).where(AuditEntry.outcome == "denied"))).all()
    named_outside = {("unit", "B2-S1"), ("unit", "B2"), ("client", "sibling")}
    assert {(each.object_type, each.object_id) for each in denied} == named_outside


async def test_a_query_names_nothing_outside(of: CallerOf, clients: None) -> None:
    caller = await of("B1")
    for asked, code in (({"unit": "B2"}, "unit_not_found"), ({"officer": "b2-s1-rm"}, "officer_not_found")):
        assert problem(await caller.get(PATH, params=asked)) == (404, code)
    assert problem(await caller.get(f"{PATH}/red-list", params={"unit": "B2"})) == (404, "unit_not_found")
    assert problem(await caller.get("/v1/officers/b2-s1-rm/book")) == (404, "officer_not_found")


async def test_who_assists_puts_the_client_back_as_it_was_read(of: CallerOf, clients: None) -> None:
    caller = await of("B1")
    read = await got(caller, f"{PATH}/shared")
    sent = company(unit=read["unit"], assisting_units=read["assisting_units"], region="辽宁")
    assert (await put(caller, "shared", sent))["region"] == "辽宁"


async def test_who_assists_does_not_take_the_lead(of: CallerOf, clients: None) -> None:
    caller = await of("B1")
    answer = await caller.put(f"{PATH}/shared", json=company(unit="B1-S2"))
    assert codes(answer) == [("/unit", "led_from_outside")]


async def test_units_and_relations_outside_stay_when_they_are_left_out(
    client: httpx2.AsyncClient, of: CallerOf, clients: None
) -> None:
    whole = company(
        assisting_units=["B2-S1", "B1-S2"],
        relations=[{"kind": "group", "client_id": "sibling"}, {"kind": "group", "client_id": "below"}],
    )
    await put(client, "own", whole)
    caller = await of("B1")
    shown = await put(caller, "own", company())
    assert (shown["assisting_units"], shown["relations"], shown["revision"]) == (["B2-S1"], [], 3)
    kept = await got(client, f"{PATH}/own")
    assert kept["relations"] == [{"kind": "group", "client_id": "sibling"}]
    assert (await put(caller, "own", company()))["revision"] == 3


async def test_relations_to_clients_outside_are_not_shown(
    client: httpx2.AsyncClient, of: CallerOf, clients: None
) -> None:
    await put(client, "own", company(relations=[{"kind": "group", "client_id": "sibling"}]))
    caller = await of("B1")
    assert (await got(caller, f"{PATH}/own"))["relations"] == []
    [latest, _] = (await got(caller, f"{PATH}/own/revisions"))["items"]
    assert latest["profile"]["relations"] == []


async def test_a_client_that_moved_away_is_gone(client: httpx2.AsyncClient, of: CallerOf, clients: None) -> None:
    caller = await of("B1")
    await put(client, "own", company(unit="B2-S1"))
    assert problem(await caller.get(f"{PATH}/own")) == (404, "client_not_found")


async def test_nothing_of_a_many_reaches_outside(of: CallerOf, clients: None, sessions: Sessions) -> None:
    caller = await of("B1")
    items = [company(client_id="sibling"), company(client_id="new"), company(client_id="other", unit="B2")]
    answer = await caller.post(f"{PATH}/bulk", json={"items": items})
    assert [each["status"] for each in answer.json()["results"]] == [404, 201, 422]
    async with sessions() as session:
        denied = (await session.scalars(select(AuditEntry.object_id).where(AuditEntry.outcome == "denied"))).all()
    assert set(denied) == {"sibling", "B2"}
