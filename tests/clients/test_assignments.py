"""Who covers a client: assigned, ended, handed over, kept; and the trail of it."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from app.clock import ManualClock
from app.db.engine import Sessions
from app.trail.tables import AuditEntry
from tests.clients.conftest import CallerOf
from tests.clients.sent import PATH, codes, company, got, problem, put

ASSIGNMENTS = f"{PATH}/C-1/assignments"


def order(officer: str = "b1-s1-rm", role: str = "relationship_manager", **more: Any) -> dict[str, Any]:
    return {"officer_id": officer, "role": role, **more}


@pytest.fixture(autouse=True)
async def _company(client: httpx2.AsyncClient) -> None:
    await put(client, "C-1", company(assisting_units=["B2-S1"]))


async def assigned(caller: httpx2.AsyncClient, *about: str, **more: Any) -> dict[str, Any]:
    answer = await caller.post(ASSIGNMENTS, json=order(*about, **more))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def history(caller: httpx2.AsyncClient) -> set[tuple[str, bool, str, str | None]]:
    items = (await got(caller, ASSIGNMENTS))["items"]
    return {(each["officer_id"], each["owner"], each["from"], each["until"]) for each in items}


async def test_an_officer_is_assigned_from_today_on(client: httpx2.AsyncClient) -> None:
    made = await assigned(client, owner=True)
    del made["assignment_id"]
    assert made == {
        "client_id": "C-1",
        "officer_id": "b1-s1-rm",
        "role": "relationship_manager",
        "owner": True,
        "kept_since": None,
        "credit_to": None,
        "from": "2026-11-22",
        "until": None,
    }


async def test_the_same_assignment_again_is_the_one_that_is_there(client: httpx2.AsyncClient) -> None:
    made = await assigned(client, owner=True)
    again = await client.post(ASSIGNMENTS, json=order(owner=True))
    assert (again.status_code, again.json()) == (200, made)


async def test_one_officer_owns_a_client_and_has_a_role_there_once(client: httpx2.AsyncClient) -> None:
    await assigned(client, owner=True)
    second = await client.post(ASSIGNMENTS, json=order("b1-s1-rm-2", owner=True))
    assert problem(second) == (409, "owner_taken")
    twice = await client.post(ASSIGNMENTS, json=order(**{"from": "2026-12-24"}))
    assert problem(twice) == (409, "assignment_overlaps")
    await assigned(client, "b1-s1-rm-2")
    await assigned(client, "b1-s1-rm", "product_expert")


async def test_an_ended_assignment_stays_in_the_history(client: httpx2.AsyncClient, clock: ManualClock) -> None:
    made = await assigned(client, owner=True)
    clock.advance(timedelta(days=10))
    answer = await client.post(f"{ASSIGNMENTS}/{made['assignment_id']}/end", json={})
    assert (answer.status_code, answer.json()["until"]) == (200, "2026-12-02")
    await assigned(client, "b1-s1-rm-2", owner=True)
    assert await history(client) == {
        ("b1-s1-rm", True, "2026-11-22", "2026-12-02"),
        ("b1-s1-rm-2", True, "2026-12-02", None),
    }
    late = await client.post(f"{ASSIGNMENTS}/{made['assignment_id']}/end", json={"on": "2026-12-03"})
    assert problem(late) == (409, "assignment_ended")


async def test_what_is_to_begin_does_not_end_before_it_does(client: httpx2.AsyncClient) -> None:
    made = await assigned(client, **{"from": "2026-12-01"})
    early = await client.post(f"{ASSIGNMENTS}/{made['assignment_id']}/end", json={"on": "2026-11-30"})
    assert problem(early) == (422, "wrong_day")


@pytest.mark.parametrize("on", ["2024-11-22", "2026-11-21"])
async def test_what_covered_a_client_in_the_past_stays(client: httpx2.AsyncClient, on: str) -> None:
    made = await assigned(client, owner=True, **{"from": "2024-11-22"})
    ended = await client.post(f"{ASSIGNMENTS}/{made['assignment_id']}/end", json={"on": on})
    assert (problem(ended), codes(ended)) == ((422, "day_passed"), [("/on", "day_passed")])
    handover = {"from_officer": "b1-s1-rm", "to_officer": "b1-s1-rm-2", "on": on, "reason": "left"}
    assert problem(await client.post(f"{PATH}/C-1/handovers", json=handover)) == (422, "day_passed")
    assert await history(client) == {("b1-s1-rm", True, "2024-11-22", None)}


async def test_an_assignment_ended_on_its_first_day_was_a_slip(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    made = await assigned(client, owner=True)
    answer = await client.post(f"{ASSIGNMENTS}/{made['assignment_id']}/end", json={})
    assert answer.status_code == 200
    assert await history(client) == set()
    async with sessions() as session:
        actions = await session.scalars(select(AuditEntry.action).where(AuditEntry.object_type == "assignment"))
        assert set(actions) == {"assignment.begun", "assignment.withdrawn"}


async def test_a_client_is_handed_over_on_a_day_with_a_reason(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    await assigned(client, owner=True, **{"from": "2026-01-01"})
    await assigned(client, "b1-s1-rm", "product_expert", **{"from": "2026-01-01"})
    handover = {"from_officer": "b1-s1-rm", "to_officer": "b1-s1-rm-2", "on": "2026-12-01", "reason": "on leave"}
    answer = await client.post(f"{PATH}/C-1/handovers", json=handover | {"role": "relationship_manager"})
    assert answer.status_code == 200, answer.text
    [taken] = answer.json()["assignments"]
    assert (taken["officer_id"], taken["owner"], taken["from"]) == ("b1-s1-rm-2", True, "2026-12-01")
    assert await history(client) == {
        ("b1-s1-rm", True, "2026-01-01", "2026-12-01"),
        ("b1-s1-rm", False, "2026-01-01", None),
        ("b1-s1-rm-2", True, "2026-12-01", None),
    }
    async with sessions() as session:
        entries = await session.execute(
            select(AuditEntry.action, AuditEntry.reason, AuditEntry.unit).where(AuditEntry.reason == "on leave")
        )
        assert {tuple(each) for each in entries} == {
            ("assignment.ended", "on leave", "B1-S1"),
            ("assignment.begun", "on leave", "B1-S1"),
        }


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ({"from_officer": "b1-s2-rm"}, (409, "nothing_to_hand_over")),
        ({"role": "product_expert"}, (409, "nothing_to_hand_over")),
        ({"to_officer": "b1-s1-rm"}, (422, "invalid_assignment")),
        ({"to_officer": "nobody"}, (422, "invalid_assignment")),
        ({"reason": ""}, (422, "invalid")),
    ],
)
async def test_what_cannot_be_handed_over(
    client: httpx2.AsyncClient, more: dict[str, str], refused: tuple[int, str]
) -> None:
    await assigned(client, owner=True)
    handover = {"from_officer": "b1-s1-rm", "to_officer": "b1-s1-rm-2", "reason": "on leave"} | more
    answer = await client.post(f"{PATH}/C-1/handovers", json=handover)
    assert problem(answer) == refused
    assert await history(client) == {("b1-s1-rm", True, "2026-11-22", None)}


async def test_an_officer_who_left_can_still_be_relieved(client: httpx2.AsyncClient) -> None:
    await assigned(client, owner=True, **{"from": "2026-01-01"})
    left = {"name": "Name of b1-s1-rm", "left_on": "2026-11-22"}
    assert (await client.put("/v1/officers/b1-s1-rm", json=left)).status_code == 200
    handover = {"from_officer": "b1-s1-rm", "to_officer": "b1-s1-rm-2", "reason": "left"}
    assert (await client.post(f"{PATH}/C-1/handovers", json=handover)).status_code == 200
    again = await client.post(ASSIGNMENTS, json=order("b1-s1-rm", "product_expert"))
    assert codes(again) == [("/officer_id", "no_such_officer")]


async def test_the_client_may_keep_its_owner_to_whom_sales_are_then_credited(
    client: httpx2.AsyncClient, clock: ManualClock
) -> None:
    nobody = await client.post(f"{PATH}/C-1/owner-kept", json={})
    assert problem(nobody) == (409, "no_owner")
    await assigned(client, owner=True)
    clock.advance(timedelta(days=10))
    kept = await client.post(f"{PATH}/C-1/owner-kept", json={"reason": "asked for"})
    assert (kept.status_code, kept.json()["kept_since"], kept.json()["credit_to"]) == (200, "2026-12-02", "b1-s1-rm")
    clock.advance(timedelta(days=1))
    again = await client.post(f"{PATH}/C-1/owner-kept", json={})
    assert again.json() == kept.json()
    specialist = await assigned(client, "b1-s1-rm-2", "product_expert")
    assert specialist["credit_to"] == "b1-s1-rm"
    assert (await got(client, f"{PATH}/C-1/team"))["credit_to"] == "b1-s1-rm"
    assert (await got(client, f"{PATH}/C-1/team", as_of="2026-12-01"))["credit_to"] is None
    to_come = await client.post(f"{PATH}/C-1/owner-kept", json={"on": "2030-01-01"})
    assert problem(to_come) == (422, "wrong_day")


@pytest.mark.parametrize(
    ("unit", "officer", "status"),
    [
        (None, "b2-president", 201),
        ("B1", "b1-s1-rm", 201),
        ("B1", "b1-s2-rm", 201),
        ("B1", "ho-president", 201),
        ("B1-S1", "b1-president", 201),
        ("B1-S1", "b1-s2-rm", 422),
        ("B1", "b2-s1-rm", 422),
        ("B2", "b2-s1-rm", 201),
        ("B2", "b1-s1-head", 201),
        ("B2", "b1-s2-rm", 422),
        ("B1", "nobody", 422),
    ],
)
async def test_a_team_is_of_the_key_s_unit_and_of_the_client_s_way_up(
    of: CallerOf, sessions: Sessions, unit: str | None, officer: str, status: int
) -> None:
    caller = await of(unit)
    answer = await caller.post(ASSIGNMENTS, json=order(officer))
    assert answer.status_code == status, answer.text
    if status == 422:
        assert codes(answer) == [("/officer_id", "no_such_officer")]
        async with sessions() as session:
            denied = (await session.scalars(select(AuditEntry).where(AuditEntry.outcome == "denied"))).all()
        assert [each.object_id for each in denied] == ([] if officer == "nobody" else [officer])


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        ({}, "/officer_id"),
        (order(role="no_such_role"), "/role"),
        (order(role="Not A Role"), "/role"),
        (order(owner="yes"), "/owner"),
        ({**order(), "from": 20261122}, "/from"),
        ({**order(), "from": "yesterday"}, "/from"),
        (order(until="2026-12-01"), "/until"),
    ],
)
async def test_what_no_assignment_can_be_is_refused_by_its_place(
    client: httpx2.AsyncClient, sent: dict[str, Any], pointer: str
) -> None:
    answer = await client.post(ASSIGNMENTS, json=sent)
    assert answer.status_code == 422
    assert pointer in [each for each, _ in codes(answer)]


async def test_no_such_assignment_is_404(client: httpx2.AsyncClient) -> None:
    await put(client, "C-2", company())
    elsewhere = (await client.post(f"{PATH}/C-2/assignments", json=order())).json()["assignment_id"]
    for assignment_id in (elsewhere, "0d3c51c8-6c3f-4f5e-9b53-0f5a4a8e1d11"):
        answer = await client.post(f"{ASSIGNMENTS}/{assignment_id}/end", json={})
        assert problem(answer) == (404, "assignment_not_found")


async def led_and_shared(client: httpx2.AsyncClient) -> tuple[dict[str, Any], dict[str, Any]]:
    """C-1 is led by B1-S1 and assisted by B2-S1; an officer of each covers it."""
    return await assigned(client, owner=True), await assigned(client, "b2-s1-rm", "product_expert")


async def test_who_assists_lets_none_of_the_lead_unit_s_officers_go(
    client: httpx2.AsyncClient, of: CallerOf, sessions: Sessions
) -> None:
    theirs, _ = await led_and_shared(client)
    before, assisting = await history(client), await of("B2")
    handover = {"from_officer": "b1-s1-rm", "to_officer": "b2-s1-rm", "reason": "mine now"}
    for path, body in ((f"{PATH}/C-1/handovers", handover), (f"{ASSIGNMENTS}/{theirs['assignment_id']}/end", {})):
        assert problem(await assisting.post(path, json=body)) == (403, "serves_elsewhere")
    assert await history(client) == before
    async with sessions() as session:
        denied = (await session.scalars(select(AuditEntry).where(AuditEntry.outcome == "denied"))).all()
    assert [(each.object_id, each.unit, each.key_unit) for each in denied] == [("b1-s1-rm", "B1-S1", "B2")] * 2


async def test_who_assists_lets_its_own_officers_go(client: httpx2.AsyncClient, of: CallerOf) -> None:
    _, ours = await led_and_shared(client)
    assisting = await of("B2")
    left = {"name": "Name of b2-s1-rm", "left_on": "2026-11-22"}
    handover = {"from_officer": "b2-s1-rm", "to_officer": "b2-s1-head", "reason": "left"}
    assert (await client.put("/v1/officers/b2-s1-rm", json=left)).status_code == 200
    answer = await assisting.post(f"{PATH}/C-1/handovers", json=handover)
    assert answer.status_code == 200, answer.text
    [taken] = answer.json()["assignments"]
    assert (await assisting.post(f"{ASSIGNMENTS}/{taken['assignment_id']}/end", json={})).status_code == 200
    assert problem(await assisting.post(f"{ASSIGNMENTS}/{ours['assignment_id']}/end", json={})) == (
        404,
        "assignment_not_found",
    )


async def test_an_officer_who_moved_on_is_for_the_unit_where_they_serve_now_and_for_the_lead_unit(
    client: httpx2.AsyncClient, of: CallerOf
) -> None:
    _, ours = await led_and_shared(client)
    moved = {"unit_id": "B1-S2", "role": "relationship_manager"}
    assert (await client.post("/v1/officers/b2-s1-rm/moves", json=moved)).status_code == 200
    path = f"{ASSIGNMENTS}/{ours['assignment_id']}/end"
    assert problem(await (await of("B2")).post(path, json={})) == (403, "serves_elsewhere")
    assert (await (await of("B1-S1")).post(path, json={})).status_code == 200


async def test_who_leads_lets_go_the_officers_of_who_assists(client: httpx2.AsyncClient, of: CallerOf) -> None:
    _, theirs = await led_and_shared(client)
    answer = await (await of("B1-S1")).post(f"{ASSIGNMENTS}/{theirs['assignment_id']}/end", json={})
    assert answer.status_code == 200
