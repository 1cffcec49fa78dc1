"""Corrections and voids: the original stays readable, and each revision says who, when and why."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from app.access.scopes import Scope
from app.clock import ManualClock
from app.db.engine import Sessions
from tests.coverage.visits.conftest import CallerOf, Visit
from tests.coverage.visits.visited import CLIENT, refusal, told

_WHY = {"reason": "misread"}


async def _assign(client: httpx2.AsyncClient, officer: str, role: str, from_day: str = "2026-01-01") -> None:
    order = {"officer_id": officer, "role": role, "from": from_day}
    assert (await client.post(f"/v1/clients/{CLIENT}/assignments", json=order)).status_code == 201


async def _corrected(client: httpx2.AsyncClient, visit: Any, **what: Any) -> Any:
    answer = await client.post(f"/v1/visits/{visit['visit_id']}/corrections", json=_WHY | what)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (await client.get(f"/v1/visits/{visit['visit_id']}")).json() == found
    assert answer.headers["etag"] == f'"{found["revision"]}"'
    return found


async def _history(client: httpx2.AsyncClient, visit: Any, **query: Any) -> list[Any]:
    answer = await client.get(f"/v1/visits/{visit['visit_id']}/history", params=query)
    items: list[Any] = answer.json()["items"]
    return items


async def test_a_correction_is_the_next_revision_and_ends_the_last(
    client: httpx2.AsyncClient, visit: Visit, clock: ManualClock
) -> None:
    first = await visit(summary="2亿", purpose="credit", place="here", external_id="crm-1")
    clock.advance(timedelta(hours=1))
    found = await _corrected(client, first, summary="3亿", place=None, kind="contact")
    assert (found["revision"], found["summary"], found["place"], found["kind"]) == (2, "3亿", None, "contact")
    assert (found["purpose"], found["external_id"], found["reason"]) == ("credit", "crm-1", "misread")
    new, old = await _history(client, first)
    assert {"state": "live"} | new == found
    ended = {"ended_at": "2026-11-22T05:00:00Z", "ended_by": "test", "ended_why": "misread"}
    assert {"state": "live"} | old == first | ended
    assert new["recorded_at"] == old["ended_at"]


async def test_roles_are_those_of_the_corrected_day(client: httpx2.AsyncClient, visit: Visit) -> None:
    await _assign(client, "b1-s1-rm", "relationship_manager", "2026-11-11")
    first = await visit("b1-s1-rm", "b1-president")
    earlier = await _corrected(client, first, at="2026-11-10T09:00:00+08:00")
    assert [each["role"] for each in earlier["participants"]] == [None, "branch_president"]
    again = await _corrected(client, first, at="2026-11-11T09:00:00+08:00")
    assert [each["role"] for each in again["participants"]] == ["relationship_manager", "branch_president"]


async def test_a_text_that_is_corrected_leaves_the_roles_as_they_were(client: httpx2.AsyncClient, visit: Visit) -> None:
    first = await visit()
    await _assign(client, "b1-s1-rm", "relationship_manager", "2026-11-20")
    assert (await _corrected(client, first, summary="x"))["participants"][0]["role"] is None
    anew = await _corrected(client, first, participants=[{"officer_id": "b1-s1-rm"}])
    assert anew["participants"][0]["role"] == "relationship_manager"


async def test_where_nothing_is_different_nothing_is_done(client: httpx2.AsyncClient, visit: Visit) -> None:
    first = await visit("b1-president", summary="x")
    same = {"summary": "x", "kind": "visit", "participants": [{"officer_id": "b1-president"}], "outside": []}
    assert await _corrected(client, first, **same) == first
    assert await _corrected(client, first) == first


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({"at": "2026-11-22T04:00:01Z"}, "moment_to_come"),
        ({"kind": "dinner"}, "unknown_kind"),
        ({"participants": [{"officer_id": "nobody"}]}, "no_such_officer"),
        ({"outside": [{"contact_id": "00000000-0000-4000-8000-000000000000"}]}, "no_such_contact"),
    ],
)
async def test_a_correction_is_judged_as_a_visit_is(
    client: httpx2.AsyncClient, visit: Visit, what: dict[str, Any], code: str
) -> None:
    first = await visit()
    answer = await client.post(f"/v1/visits/{first['visit_id']}/corrections", json=_WHY | what)
    assert refusal(answer)[:2] == (422, code)
    assert (await client.get(f"/v1/visits/{first['visit_id']}")).json() == first


@pytest.mark.parametrize(
    "body", [{}, {"reason": " "}, {"reason": "x", "client_id": "C-2"}, {"reason": "x", "participants": []}]
)
async def test_a_correction_needs_a_reason_and_has_no_other_client(
    client: httpx2.AsyncClient, visit: Visit, body: dict[str, Any]
) -> None:
    first = await visit()
    assert (await client.post(f"/v1/visits/{first['visit_id']}/corrections", json=body)).status_code == 422


async def test_a_visit_is_not_corrected_into_another(client: httpx2.AsyncClient, visit: Visit) -> None:
    await visit()
    other = await visit(at="2026-11-20T11:30:00+08:00")
    path = f"/v1/visits/{other['visit_id']}/corrections"
    answer = await client.post(path, json=_WHY | {"at": "2026-11-20T10:30:00+08:00"})
    assert refusal(answer)[:2] == (409, "visit_repeated")
    assert (await _history(client, other))[0]["ended_at"] is None


async def test_who_has_seen_another_revision_corrects_and_voids_nothing(
    client: httpx2.AsyncClient, visit: Visit
) -> None:
    first = await visit()
    await _corrected(client, first, summary="x")
    for rest in ("corrections", "void"):
        path = f"/v1/visits/{first['visit_id']}/{rest}"
        assert (await client.post(path, json=_WHY, headers={"If-Match": '"1"'})).status_code == 412
    path = f"/v1/visits/{first['visit_id']}/void"
    assert (await client.post(path, json=_WHY, headers={"If-Match": '"2"'})).status_code == 200


async def test_a_voided_visit_stays_readable_and_as_it_is(client: httpx2.AsyncClient, visit: Visit) -> None:
    first = await visit(summary="x")
    path = f"/v1/visits/{first['visit_id']}"
    voided = (await client.post(f"{path}/void", json=_WHY)).json()
    assert voided == first | {
        "state": "voided",
        "ended_at": "2026-11-22T04:00:00Z",
        "ended_by": "test",
        "ended_why": "misread",
    }
    assert (await client.get(path)).json() == voided
    assert (await client.get("/v1/visits")).json()["items"] == []
    for rest in ("corrections", "void"):
        assert refusal(await client.post(f"{path}/{rest}", json=_WHY))[:2] == (409, "visit_voided")


async def test_a_void_frees_the_minute_but_not_the_external_id(client: httpx2.AsyncClient, visit: Visit) -> None:
    first = await visit(external_id="crm-1")
    voided = (await client.post(f"/v1/visits/{first['visit_id']}/void", json=_WHY)).json()
    assert await visit(external_id="crm-1", status=200) == voided
    assert (await visit(external_id="crm-2"))["visit_id"] != first["visit_id"]


async def test_the_participants_end_with_their_revision(
    client: httpx2.AsyncClient, visit: Visit, sessions: Sessions
) -> None:
    first = await visit()
    await _corrected(client, first, kind="contact")
    await client.post(f"/v1/visits/{first['visit_id']}/void", json=_WHY)
    async with sessions() as session:
        rows = await session.execute(
            text("SELECT revision, kind, ended_at IS NULL FROM visit_participant ORDER BY revision")
        )
        assert [tuple(row) for row in rows] == [(1, "visit", False), (2, "contact", False)]


async def test_the_trail_says_what_became_of_it_and_why(
    client: httpx2.AsyncClient, visit: Visit, sessions: Sessions
) -> None:
    first = await visit(summary="王芳 asks")
    await _corrected(client, first, summary="李雷 asks", kind="contact")
    await client.post(f"/v1/visits/{first['visit_id']}/void", json=_WHY)
    async with sessions() as session:
        rows = await session.execute(text("SELECT * FROM audit_entry WHERE object_type = 'visit' ORDER BY id"))
        _, corrected, voided = rows
    assert (corrected.action, voided.action) == ("visit.corrected", "visit.voided")
    assert (corrected.before["kind"], corrected.after["kind"], corrected.reason) == ("visit", "contact", "misread")
    assert (corrected.after["texts"], voided.after) == (["summary"], None)
    assert "asks" not in str([corrected.before, corrected.after, voided.before])


async def test_a_key_of_another_unit_corrects_nothing(client: httpx2.AsyncClient, of: CallerOf, visit: Visit) -> None:
    first = await visit()
    other = await of("B2", Scope.COVERAGE_WRITE)
    for rest in ("corrections", "void"):
        answer = await other.post(f"/v1/visits/{first['visit_id']}/{rest}", json=_WHY)
        assert refusal(answer)[:2] == (404, "visit_not_found")


async def test_a_branch_corrects_the_hour_of_a_visit_in_which_others_took_part(of: CallerOf, visit: Visit) -> None:
    first = await visit("b2-president", "b1-president")
    branch = await of("B1", Scope.COVERAGE_WRITE, Scope.COVERAGE_READ)
    found = await _corrected(branch, first, at="2026-11-19T09:00:00+08:00")
    assert [each["officer_id"] for each in found["participants"]] == ["b2-president", "b1-president"]


async def test_the_history_comes_in_pages(client: httpx2.AsyncClient, visit: Visit) -> None:
    first = await visit()
    for number in range(3):
        await _corrected(client, first, summary=str(number))
    page = (await client.get(f"/v1/visits/{first['visit_id']}/history?limit=3")).json()
    assert [each["revision"] for each in page["items"]] == [4, 3, 2]
    rest = await _history(client, first, limit="3", cursor=page["next_cursor"])
    assert [each["revision"] for each in rest] == [1]


async def test_corrections_at_once_follow_each_other(lasting_client: httpx2.AsyncClient) -> None:
    first = (await lasting_client.post("/v1/visits", json=told())).json()
    path = f"/v1/visits/{first['visit_id']}"
    bodies = [_WHY | {"summary": str(number)} for number in range(4)]
    answers = await asyncio.gather(*(lasting_client.post(f"{path}/corrections", json=each) for each in bodies))
    assert sorted(each.json()["revision"] for each in answers) == [2, 3, 4, 5]
    assert [each["ended_at"] is None for each in await _history(lasting_client, first)] == [True, *[False] * 4]


async def test_of_several_voids_at_once_one_is_it(lasting_client: httpx2.AsyncClient) -> None:
    first = (await lasting_client.post("/v1/visits", json=told())).json()
    path = f"/v1/visits/{first['visit_id']}/void"
    answers = await asyncio.gather(*(lasting_client.post(path, json=_WHY) for _ in range(4)))
    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409]
