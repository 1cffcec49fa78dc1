"""A period that is closed: November closes on the 6th of December, five days after its end."""

from typing import Any

import httpx2
import pytest

from tests.coverage.attainment.conftest import Covered, Until
from tests.coverage.attainment.november import CLIENT, TEAM, at

MANAGER = TEAM["relationship_manager"]


def visit_on(day: int, *officers: str, month: int = 11, **more: Any) -> dict[str, Any]:
    who = officers or (MANAGER,)
    participants = [{"officer_id": officer} for officer in who]
    moment = at(day, month=month).isoformat()
    return {"client_id": CLIENT, "at": moment, "kind": "visit", "participants": participants, **more}


async def called(client: httpx2.AsyncClient, status: int = 201, **body: Any) -> Any:
    answer = await client.post("/v1/visits", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def manager_of(covered: Covered, **asked: Any) -> Any:
    [group] = (await covered(by="client", role="relationship_manager", **asked))["items"]
    return group["details"][0]


@pytest.mark.parametrize(
    ("moment", "state"), [(at(30), "open"), (at(1, 0, 12), "grace"), (at(5, 23, 12), "grace"), (at(6, 0, 12), "closed")]
)
async def test_a_period_is_open_then_in_grace_then_closed(
    covered: Covered, until: Until, moment: Any, state: str
) -> None:
    until(moment)
    report = await covered(by="client")
    assert (report["period"]["state"], report["items"][0]["details"][0]["state"]) == (state, state)


async def test_in_grace_a_visit_is_entered_without_more_ado_and_marked_late(
    client: httpx2.AsyncClient, covered: Covered, until: Until
) -> None:
    until(at(3, month=12))
    made = await called(client, **visit_on(27))
    assert (await manager_of(covered))["credited"] == 1
    credits_ = (await client.get(f"/v1/visits/{made['visit_id']}/credits")).json()["credits"]
    told = {each["role"]: (each["code"], each["late"], each["zh"]) for each in credits_}
    assert told["relationship_manager"] == ("credited", True, "计入")
    assert told["corporate_director"] == ("role_not_there", True, "该岗位未参加")


async def test_once_it_is_closed_a_visit_needs_a_reason_and_makes_a_revision(
    client: httpx2.AsyncClient, covered: Covered, until: Until
) -> None:
    until(at(27))
    await called(client, **visit_on(3))
    until(at(8, month=12))
    refused = await called(client, 422, **visit_on(4))
    assert refused["type"] == "urn:tierbook:problem:reason_needed"
    before = await manager_of(covered)
    await called(client, **visit_on(4, reason="the notes were found"))
    after = await manager_of(covered)
    assert (before["credited"], before["revised"], after["credited"], after["revised"]) == (1, False, 2, True)
    [role, part] = (await client.get("/v1/coverage/revisions", params={"period": "2026-11"})).json()["items"]
    assert [(each["officer_id"], each["number"], each["done_before"], each["done_after"]) for each in (role, part)] == [
        (None, 1, 1, 2),
        (MANAGER, 1, 1, 2),
    ]
    assert role["reason"] == "the notes were found"


async def test_a_void_after_the_close_is_the_next_revision(
    client: httpx2.AsyncClient, covered: Covered, until: Until
) -> None:
    until(at(27))
    first = await called(client, **visit_on(3))
    until(at(8, month=12))
    await called(client, **visit_on(4, reason="found"))
    until(at(9, month=12))
    answer = await client.post(f"/v1/visits/{first['visit_id']}/void", json={"reason": "it never took place"})
    assert answer.status_code == 200, answer.text
    assert (await manager_of(covered))["credited"] == 1
    found = (await client.get("/v1/coverage/revisions", params={"officer": MANAGER})).json()["items"]
    assert [(each["number"], each["done_before"], each["done_after"]) for each in found] == [(2, 2, 1), (1, 1, 2)]
    assert (await manager_of(covered, as_of=at(8, 12, 12).isoformat()))["credited"] == 2
    assert (await manager_of(covered, as_of=at(7, 12, 12).isoformat()))["credited"] == 1


async def test_a_visit_of_an_open_period_makes_no_revision(client: httpx2.AsyncClient, until: Until) -> None:
    until(at(8, month=12))
    await called(client, **visit_on(7, month=12))
    assert (await client.get("/v1/coverage/revisions")).json()["items"] == []


async def test_in_bulk_each_line_of_a_closed_period_needs_its_reason(
    client: httpx2.AsyncClient, covered: Covered, until: Until
) -> None:
    import orjson

    until(at(8, month=12))
    lines = b"\n".join(map(orjson.dumps, (visit_on(4), visit_on(5, reason="found"), visit_on(7, month=12))))
    headers = {"content-type": "application/x-ndjson"}
    answer = await client.post("/v1/visits/bulk", content=lines, headers=headers)
    *results, _ = map(orjson.loads, answer.content.splitlines())
    assert [(each["status"], each.get("code")) for each in results] == [
        (422, "reason_needed"),
        (201, None),
        (201, None),
    ]
    assert ((await manager_of(covered))["credited"], (await manager_of(covered))["revised"]) == (1, True)
