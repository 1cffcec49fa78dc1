"""Recording visits: what is kept, in which roles, what is refused."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from app.access.scopes import Scope
from app.db.engine import Sessions
from tests.coverage.visits.conftest import CallerOf, Visit
from tests.coverage.visits.visited import CLIENT, refusal, told

ALL = {
    "kind": "survey",
    "outside": [{"name": "王芳", "position": "treasurer"}, {"name": "李雷"}],
    "purpose": "credit line",
    "summary": "they will ask for 2亿",
    "next_step": "send the offer",
    "place": "their office",
    "evidence": ["DOC-2026-118"],
    "external_id": "crm-1",
    "reason": "entered late",
}


async def _assign(client: httpx2.AsyncClient, officer: str, role: str, client_id: str = CLIENT, **more: Any) -> None:
    order = {"officer_id": officer, "role": role, "from": "2026-01-01", **more}
    answer = await client.post(f"/v1/clients/{client_id}/assignments", json=order)
    assert answer.status_code == 201, answer.text


async def _trail(sessions: Sessions, action: str) -> list[Any]:
    async with sessions() as session:
        rows = await session.execute(text("SELECT * FROM audit_entry WHERE action = :a ORDER BY id"), {"a": action})
        return list(rows)


def _roles(visit: Mapping[str, Any]) -> dict[str, str | None]:
    return {each["officer_id"]: each["role"] for each in visit["participants"]}


async def test_all_that_is_told_is_kept(client: httpx2.AsyncClient, visit: Visit) -> None:
    await _assign(client, "b1-s1-rm", "relationship_manager")
    found = await visit(**ALL)
    assert {name: found[name] for name in ALL if name != "outside"} == {n: ALL[n] for n in ALL if n != "outside"}
    assert [each["name"] for each in found["outside"]] == ["王芳", "李雷"]
    assert (found["day"], found["at"]) == ("2026-11-20", "2026-11-20T02:30:00Z")
    assert (found["revision"], found["state"], found["recorded_by"]) == (1, "live", "test")
    assert found["participants"] == [
        {"officer_id": "b1-s1-rm", "role": "relationship_manager", "leads": True, "acting_for": None}
    ]


async def test_the_answer_leads_to_the_visit(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/v1/visits", json=told())
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["location"] == f"/v1/visits/{answer.json()['visit_id']}"


async def test_the_day_is_the_bank_s(visit: Visit) -> None:
    assert (await visit(at="2026-11-20T23:30:00Z"))["day"] == "2026-11-21"


async def test_a_post_on_the_way_up_is_a_role_at_the_client(visit: Visit) -> None:
    found = await visit("b1-s1-head", "b1-president", "ho-president", "b1-expert", "b1-s1-rm-2")
    assert _roles(found) == {
        "b1-s1-head": "sub_branch_head",
        "b1-president": "branch_president",
        "ho-president": "head_office_president",
        "b1-expert": None,
        "b1-s1-rm-2": None,
    }


async def test_a_post_elsewhere_is_none(visit: Visit) -> None:
    assert _roles(await visit("b2-president")) == {"b2-president": None}


async def test_an_assignment_goes_before_a_post_unless_the_other_is_named(
    client: httpx2.AsyncClient, visit: Visit
) -> None:
    await _assign(client, "b1-s1-head", "relationship_manager")
    assert _roles(await visit("b1-s1-head")) == {"b1-s1-head": "relationship_manager"}
    named = {"officer_id": "b1-s1-head", "role": "sub_branch_head"}
    assert _roles(await visit(named, at="2026-11-20T11:30:00+08:00")) == {"b1-s1-head": "sub_branch_head"}


async def test_who_holds_several_roles_says_which(client: httpx2.AsyncClient, visit: Visit) -> None:
    await _assign(client, "b1-s1-rm", "relationship_manager")
    await _assign(client, "b1-s1-rm", "product_expert")
    answer = await client.post("/v1/visits", json=told())
    assert refusal(answer) == (422, "role_unclear", ["/participants/0/role"])
    assert "product_expert or relationship_manager" in answer.json()["errors"][0]["detail"]
    assert _roles(await visit({"officer_id": "b1-s1-rm", "role": "product_expert"})) == {"b1-s1-rm": "product_expert"}


async def test_the_role_is_the_one_of_that_day(client: httpx2.AsyncClient, visit: Visit) -> None:
    await _assign(client, "b1-s1-rm", "relationship_manager", **{"from": "2026-11-11"})
    assert _roles(await visit(at="2026-11-11T00:00:00+08:00")) == {"b1-s1-rm": "relationship_manager"}
    assert _roles(await visit(at="2026-11-10T23:59:00+08:00")) == {"b1-s1-rm": None}


async def test_a_delegate_comes_in_the_role_of_who_is_on_leave(
    client: httpx2.AsyncClient, visit: Visit, sessions: Sessions
) -> None:
    await _assign(client, "b1-s1-rm", "relationship_manager")
    await _leave(sessions, "b1-s1-rm", "b1-s2-rm", "2026-11-16", "2026-11-21")
    [person] = (await visit("b1-s2-rm"))["participants"]
    assert (person["role"], person["acting_for"]) == ("relationship_manager", "b1-s1-rm")
    [after] = (await visit("b1-s2-rm", at="2026-11-21T00:00:00+08:00"))["participants"]
    assert (after["role"], after["acting_for"]) == (None, None)


async def _leave(sessions: Sessions, officer: str, delegate: str, from_day: str, until_day: str) -> None:
    row = {"o": officer, "d": delegate, "f": from_day, "u": until_day}
    statement = (
        "INSERT INTO leave (id, officer_id, from_day, until_day, delegate_id, recorded_at, recorded_by) "
        "VALUES (gen_random_uuid(), :o, CAST(:f AS date), CAST(:u AS date), :d, '2026-11-01Z', 'test')"
    )
    async with sessions.begin() as session:
        await session.execute(text(statement), row)


async def test_one_leads_the_first_where_none_is_said_to(visit: Visit) -> None:
    first = await visit("b1-s1-rm", "b1-president")
    assert [(each["officer_id"], each["leads"]) for each in first["participants"]] == [
        ("b1-s1-rm", True),
        ("b1-president", False),
    ]
    second = await visit("b1-s1-rm", {"officer_id": "b1-president", "leads": True}, at="2026-11-19T08:00:00Z")
    assert [each["officer_id"] for each in second["participants"] if each["leads"]] == ["b1-president"]


@pytest.mark.parametrize(
    ("more", "code", "pointers"),
    [
        ({"client_id": "C-9"}, "no_such_client", ["/client_id"]),
        ({"at": "2026-11-22T04:00:01Z"}, "moment_to_come", ["/at"]),
        ({"kind": "dinner"}, "unknown_kind", ["/kind"]),
        ({"participants": [{"officer_id": "nobody"}]}, "no_such_officer", ["/participants/0/officer_id"]),
        (
            {"participants": [{"officer_id": "b1-s1-rm", "role": "branch_president"}]},
            "role_not_held",
            ["/participants/0/role"],
        ),
        (
            {"participants": [{"officer_id": "b1-s1-rm"}, {"officer_id": "b1-s1-rm"}]},
            "participant_repeated",
            ["/participants/1/officer_id"],
        ),
        (
            {
                "participants": [
                    {"officer_id": "b1-s1-rm", "leads": True},
                    {"officer_id": "b1-president", "leads": True},
                ]
            },
            "several_leads",
            ["/participants/1/leads"],
        ),
        (
            {"outside": [{"contact_id": "00000000-0000-4000-8000-000000000000"}]},
            "no_such_contact",
            ["/outside/0/contact_id"],
        ),
    ],
)
async def test_what_cannot_be_is_refused_each_in_its_own_words(
    client: httpx2.AsyncClient, more: dict[str, Any], code: str, pointers: list[str]
) -> None:
    assert refusal(await client.post("/v1/visits", json=told(**more))) == (422, code, pointers)
    assert (await client.get("/v1/visits")).json()["items"] == []


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"participants": []}, "/participants"),
        ({"participants": [{"officer_id": f"o{number}"} for number in range(51)]}, "/participants"),
        ({"at": "2026-11-20T10:30:00"}, "/at"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "/at"),
        ({"at": 1795320000}, "/at"),
        ({"summary": " \n"}, "/summary"),
        ({"summary": "x" * 4001}, "/summary"),
        ({"outside": [{}]}, "/outside/0"),
        ({"external_id": ""}, "/external_id"),
        ({"evidence": ["x"] * 51}, "/evidence"),
        ({"mood": "good"}, "/mood"),
    ],
)
async def test_hostile_bodies_are_refused(client: httpx2.AsyncClient, more: dict[str, Any], pointer: str) -> None:
    status, _, pointers = refusal(await client.post("/v1/visits", json=told(**more)))
    assert (status, pointers) == (422, [pointer])


async def test_all_that_is_wrong_is_said_at_once(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/v1/visits", json=told("nobody", kind="dinner", at="2026-12-01T00:00:00Z"))
    assert refusal(answer) == (422, "moment_to_come", ["/at", "/kind", "/participants/0/officer_id"])


async def test_the_present_moment_is_not_to_come(visit: Visit) -> None:
    await visit(at=datetime(2026, 11, 22, 4, 0, tzinfo=UTC).isoformat())


async def test_a_contact_of_the_client_can_be_named(client: httpx2.AsyncClient, visit: Visit) -> None:
    added = await client.post(f"/v1/clients/{CLIENT}/contacts", json={"name": "王芳", "phone": "1"})
    contact = added.json()["contact_id"]
    assert (await visit(outside=[{"contact_id": contact}]))["outside"][0]["contact_id"] == contact


async def test_officers_beyond_the_caller_s_reach_are_unknown(client: httpx2.AsyncClient, of: CallerOf) -> None:
    branch = await of("B1", Scope.COVERAGE_WRITE)
    for officer in ("b2-president", "b2-s1-rm", "nobody"):
        answer = await branch.post("/v1/visits", json=told(officer))
        assert refusal(answer) == (422, "no_such_officer", ["/participants/0/officer_id"])
        assert answer.json()["errors"][0]["detail"] == "no such officer"
    assert (await branch.post("/v1/visits", json=told("b1-s2-rm", "ho-president"))).status_code == 201
    await _assign(client, "b2-s1-rm", "product_expert")
    assert (await branch.post("/v1/visits", json=told("b2-s1-rm"))).status_code == 201


async def test_a_client_outside_is_unknown(of: CallerOf, client: httpx2.AsyncClient, sessions: Sessions) -> None:
    other = await of("B2", Scope.COVERAGE_WRITE)
    outside = await other.post("/v1/visits", json=told("b2-s1-rm"))
    missing = await other.post("/v1/visits", json=told("b2-s1-rm", client_id="C-9"))
    assert refusal(outside) == refusal(missing) == (422, "no_such_client", ["/client_id"])
    assert [(each.object_id, each.outcome) for each in await _trail(sessions, "client.refused")] == [(CLIENT, "denied")]


async def test_the_trail_says_who_called_on_whom_and_nothing_that_is_written(visit: Visit, sessions: Sessions) -> None:
    found = await visit(**ALL)
    [entry] = await _trail(sessions, "visit.recorded")
    assert (entry.object_id, entry.unit, entry.reason) == (found["visit_id"], "B1-S1", "entered late")
    assert entry.after["client_id"] == CLIENT
    assert [each["officer_id"] for each in entry.after["participants"]] == ["b1-s1-rm"]
    for word in ("王芳", "credit line", "2亿", "offer", "office"):
        assert word not in str(entry.after).replace("officer_id", "")


async def test_a_visit_of_an_unknown_id_is_not_found(client: httpx2.AsyncClient, of: CallerOf, visit: Visit) -> None:
    found = await visit()
    other = await of("B2", Scope.COVERAGE_READ)
    for caller, visit_id in ((client, "00000000-0000-4000-8000-000000000000"), (other, found["visit_id"])):
        for rest in ("", "/history"):
            answer = await caller.get(f"/v1/visits/{visit_id}{rest}")
            assert refusal(answer) == (404, "visit_not_found", [])
