"""Planned visits: made, moved, cancelled; done by a visit, or lapsed once their day is over."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.access.scopes import Scope
from app.clock import ManualClock
from app.db.engine import Sessions
from tests.coverage.visits.conftest import CallerOf, Visit
from tests.coverage.visits.visited import CLIENT, refusal, told

TOMORROW = "2026-11-23T10:00:00+08:00"
LATER = "2026-11-25T10:00:00+08:00"
_WHY = {"reason": "the client is away"}


def _order(*officers: str | dict[str, str], **more: Any) -> dict[str, Any]:
    return told(*officers, **{"at": TOMORROW} | more)


async def _plan(client: httpx2.AsyncClient, *officers: str, **more: Any) -> Any:
    answer = await client.post("/v1/visits/planned", json=_order(*officers, **more))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def _read(client: httpx2.AsyncClient, plan: Any) -> Any:
    items = (await client.get("/v1/visits/planned")).json()["items"]
    [found] = [each for each in items if each["planned_id"] == plan["planned_id"]]
    return found


async def test_a_plan_is_kept_as_it_is_told(client: httpx2.AsyncClient) -> None:
    plan = await _plan(client, "b1-s1-rm", "b1-president", purpose="credit", place="here")
    said = {name: plan[name] for name in ("client_id", "day", "kind", "purpose", "place", "state")}
    assert said == {
        "client_id": CLIENT,
        "day": "2026-11-23",
        "kind": "visit",
        "purpose": "credit",
        "place": "here",
        "state": "planned",
    }
    assert plan["participants"] == [
        {"officer_id": "b1-president", "role": "branch_president", "acting_for": None},
        {"officer_id": "b1-s1-rm", "role": None, "acting_for": None},
    ]
    assert await _read(client, plan) == plan


@pytest.mark.parametrize(
    ("more", "code", "pointer"),
    [
        ({"at": "2026-11-22T04:00:00Z"}, "moment_passed", "/at"),
        ({"client_id": "C-9"}, "no_such_client", "/client_id"),
        ({"kind": "dinner"}, "unknown_kind", "/kind"),
        ({"participants": [{"officer_id": "nobody"}]}, "no_such_officer", "/participants/0/officer_id"),
    ],
)
async def test_what_cannot_be_planned_is_refused(
    client: httpx2.AsyncClient, more: dict[str, Any], code: str, pointer: str
) -> None:
    answer = await client.post("/v1/visits/planned", json=_order(**more))
    assert refusal(answer) == (422, code, [pointer])


async def test_a_day_that_is_over_without_a_visit_lapses(client: httpx2.AsyncClient, clock: ManualClock) -> None:
    plan = await _plan(client)
    clock.advance(timedelta(hours=35, minutes=59))
    assert (await _read(client, plan))["state"] == "planned"
    clock.advance(timedelta(minutes=1))
    assert (await _read(client, plan))["state"] == "lapsed"


async def test_a_visit_of_that_day_by_one_of_its_officers_makes_it_done(
    client: httpx2.AsyncClient, visit: Visit, clock: ManualClock
) -> None:
    plan = await _plan(client, "b1-s1-rm", "b1-president")
    others = [await _plan(client, "b1-s1-head"), await _plan(client, at=LATER)]
    clock.advance(timedelta(days=3))
    made = await visit("b1-president", at="2026-11-23T20:00:00+08:00", kind="contact")
    found = await _read(client, plan)
    assert (found["state"], found["visit_id"], made["planned_id"]) == ("done", made["visit_id"], None)
    assert [(await _read(client, each))["state"] for each in others] == ["lapsed", "planned"]


async def test_a_visit_that_names_it_makes_it_done_whatever_its_day_and_officers(
    client: httpx2.AsyncClient, visit: Visit, clock: ManualClock
) -> None:
    plan, same_day = await _plan(client, "b1-president"), await _plan(client)
    clock.advance(timedelta(days=1))
    made = await visit(at=TOMORROW, planned_id=plan["planned_id"])
    assert (made["planned_id"], (await _read(client, plan))["visit_id"]) == (plan["planned_id"], made["visit_id"])
    assert (await _read(client, same_day))["state"] == "planned"
    assert await visit(at=TOMORROW, planned_id=plan["planned_id"], status=200) == made


async def test_a_plan_of_another_client_is_none_of_this_one_s(client: httpx2.AsyncClient) -> None:
    profile = {"kind": "company", "name": "Southern", "unit": "B1-S1", "segment": "corporate"}
    assert (await client.put("/v1/clients/C-2", json=profile)).status_code == 201
    plan = await _plan(client, client_id="C-2")
    answer = await client.post("/v1/visits", json=told(planned_id=plan["planned_id"]))
    assert refusal(answer) == (422, "no_such_plan", ["/planned_id"])


async def test_a_plan_is_cancelled_for_a_reason(client: httpx2.AsyncClient, visit: Visit, clock: ManualClock) -> None:
    plan = await _plan(client)
    answer = await client.post(f"/v1/visits/planned/{plan['planned_id']}/cancel", json=_WHY)
    ended = {"state": "cancelled", "ended_at": "2026-11-22T04:00:00Z", "ended_by": "test", **_WHY}
    assert answer.json() == plan | ended == await _read(client, plan)
    clock.advance(timedelta(days=1))
    await visit(at=TOMORROW)
    assert (await _read(client, plan))["state"] == "cancelled"


async def test_a_moved_plan_leaves_another_in_its_place(client: httpx2.AsyncClient) -> None:
    plan = await _plan(client, "b1-s1-rm", "b1-president", purpose="credit")
    answer = await client.post(f"/v1/visits/planned/{plan['planned_id']}/move", json=_WHY | {"at": LATER})
    assert answer.status_code == 201
    new, old = answer.json(), await _read(client, plan)
    assert (old["state"], old["moved_to"], old["reason"]) == ("moved", new["planned_id"], _WHY["reason"])
    assert (new["state"], new["day"], new["purpose"], new["reason"]) == ("planned", "2026-11-25", "credit", None)
    assert new["participants"] == plan["participants"]


async def test_a_plan_is_not_moved_into_the_past(client: httpx2.AsyncClient) -> None:
    plan = await _plan(client)
    path = f"/v1/visits/planned/{plan['planned_id']}/move"
    answer = await client.post(path, json=_WHY | {"at": "2026-11-22T04:00:00Z"})
    assert refusal(answer) == (422, "moment_passed", ["/at"])
    assert (await _read(client, plan))["state"] == "planned"


async def test_one_that_has_lapsed_can_still_be_moved_or_done(
    client: httpx2.AsyncClient, visit: Visit, clock: ManualClock
) -> None:
    moved, late = await _plan(client, "b1-s1-head"), await _plan(client)
    clock.advance(timedelta(days=2))
    path = f"/v1/visits/planned/{moved['planned_id']}/move"
    assert (await client.post(path, json=_WHY | {"at": LATER})).status_code == 201
    await visit(at=TOMORROW)
    assert (await _read(client, late))["state"] == "done"


async def test_what_has_ended_stays_so(client: httpx2.AsyncClient) -> None:
    plan = await _plan(client)
    path = f"/v1/visits/planned/{plan['planned_id']}"
    assert (await client.post(f"{path}/cancel", json=_WHY)).status_code == 200
    for rest, body in (("cancel", _WHY), ("move", _WHY | {"at": LATER})):
        assert refusal(await client.post(f"{path}/{rest}", json=body))[:2] == (409, "plan_ended")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["first", "second", "third"]),
        ({"client_id": "C-1"}, ["first", "second", "third"]),
        ({"officer": "b1-president"}, ["second"]),
        ({"unit": "B1-S1"}, ["first", "second", "third"]),
        ({"unit": "B2"}, []),
        ({"since": "2026-11-24"}, ["second", "third"]),
        ({"until": "2026-11-25"}, ["first"]),
        ({"state": "cancelled"}, ["third"]),
        ({"state": "planned"}, ["first", "second"]),
        ({"state": "lapsed"}, []),
    ],
)
async def test_a_list_is_narrowed_and_runs_from_the_earliest(
    client: httpx2.AsyncClient, query: dict[str, str], names: list[str]
) -> None:
    plans = {
        "third": await _plan(client, at="2026-11-26T10:00:00+08:00"),
        "second": await _plan(client, "b1-president", at=LATER),
        "first": await _plan(client),
    }
    await client.post(f"/v1/visits/planned/{plans['third']['planned_id']}/cancel", json=_WHY)
    named = {plan["planned_id"]: name for name, plan in plans.items()}
    asked = query | {"limit": "2"}
    page = (await client.get("/v1/visits/planned", params=asked)).json()
    items = page["items"]
    if page["next_cursor"]:
        items += (await client.get("/v1/visits/planned", params=asked | {"cursor": page["next_cursor"]})).json()[
            "items"
        ]
    found = [named[each["planned_id"]] for each in items]
    assert found == names


async def test_a_key_of_another_unit_sees_and_ends_nothing(client: httpx2.AsyncClient, of: CallerOf) -> None:
    plan = await _plan(client)
    other = await of("B2", Scope.COVERAGE_WRITE, Scope.COVERAGE_READ)
    assert (await other.get("/v1/visits/planned")).json()["items"] == []
    for rest, body in (("cancel", _WHY), ("move", _WHY | {"at": LATER})):
        answer = await other.post(f"/v1/visits/planned/{plan['planned_id']}/{rest}", json=body)
        assert refusal(answer)[:2] == (404, "plan_not_found")


async def test_the_trail_tells_each_step_and_no_text(
    client: httpx2.AsyncClient, visit: Visit, clock: ManualClock, sessions: Sessions
) -> None:
    plan = await _plan(client, purpose="王芳 asks", place="here")
    done = await _plan(client, at=LATER)
    await client.post(f"/v1/visits/planned/{plan['planned_id']}/cancel", json=_WHY)
    clock.advance(timedelta(days=3))
    await visit(at=LATER)
    async with sessions() as session:
        rows = await session.execute(text("SELECT * FROM audit_entry WHERE object_type LIKE '%visit' ORDER BY id"))
        entries = list(rows)
    assert [each.action for each in entries] == [
        "planned_visit.recorded",
        "planned_visit.recorded",
        "planned_visit.cancelled",
        "visit.recorded",
    ]
    assert entries[2].reason == _WHY["reason"]
    assert entries[3].after["plans_done"] == [done["planned_id"]]
    assert "王芳" not in str([each.after for each in entries])


async def test_a_visit_and_a_cancel_at_once_end_a_plan_once(
    lasting_client: httpx2.AsyncClient, lasting_app: FastAPI, clock: ManualClock
) -> None:
    plan = await _plan(lasting_client)
    clock.advance(timedelta(days=1))
    path = f"/v1/visits/planned/{plan['planned_id']}/cancel"
    made, cancelled = await asyncio.gather(
        lasting_client.post("/v1/visits", json=told(at=TOMORROW)), lasting_client.post(path, json=_WHY)
    )
    assert made.status_code == 201
    state = (await _read(lasting_client, plan))["state"]
    assert (cancelled.status_code, state) in {(200, "cancelled"), (409, "done")}
