"""Closures of units: entered, withdrawn, seen by those who see the unit."""

from typing import Any, Final

import httpx2
import pytest

from tests.organisation.conftest import Callers, Trail
from tests.organisation.test_officers import code
from tests.organisation.test_units import put

pytestmark = pytest.mark.anyio

PATH: Final = "/v1/units/B1-S1/closures"
WORKS: Final = {"from": "2026-12-07", "until": "2026-12-12", "reason": "works in the hall"}
NOWHERE: Final = "9b2f3a4c-7d85-4e96-8fa7-1a2b3c4d5eaa"


async def entered(caller: httpx2.AsyncClient, path: str = PATH, status: Any = 201, **body: Any) -> dict[str, Any]:
    answer = await caller.post(path, json={**WORKS, **body})
    assert answer.status_code == status, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_a_unit_is_closed_for_some_days(bank: httpx2.AsyncClient, trail: Trail) -> None:
    closure = await entered(bank)
    closure_id = closure.pop("closure_id")
    assert closure == {"unit_id": "B1-S1", **WORKS, "recorded_at": "2026-11-22T04:00:00Z", "withdrawn_at": None}
    (entry,) = await trail(closure_id)
    assert (entry["action"], entry["unit"], entry["reason"]) == ("closure.entered", "B1-S1", "works in the hall")
    assert entry["after"] == {"unit_id": "B1-S1", "from": "2026-12-07", "until": "2026-12-12"}


async def test_the_same_closure_again_is_the_one_that_is_there(bank: httpx2.AsyncClient) -> None:
    first = await entered(bank)
    assert await entered(bank, status=200) == first


async def test_closures_of_one_unit_do_not_overlap_and_those_of_units_below_may(bank: httpx2.AsyncClient) -> None:
    await entered(bank)
    again = await entered(bank, status=409, until="2026-12-08")
    assert code(again) == ("closure_overlaps", ["/from"])
    await entered(bank, **{"from": "2026-12-12", "until": "2026-12-13"})
    await entered(bank, "/v1/units/B1-S1-O1/closures")


async def test_a_withdrawn_closure_makes_room_and_stays_on_record(bank: httpx2.AsyncClient, trail: Trail) -> None:
    first = (await entered(bank))["closure_id"]
    for _ in range(2):
        answer = await bank.post(f"/v1/closures/{first}/withdraw", json={"reason": "put off"})
        assert (answer.status_code, answer.json()["withdrawn_at"]) == (200, "2026-11-22T04:00:00Z")
    second = (await entered(bank))["closure_id"]
    listed = (await bank.get(PATH)).json()["items"]
    assert {each["closure_id"]: each["withdrawn_at"] is None for each in listed} == {first: False, second: True}
    assert [each["reason"] for each in await trail(first)] == ["works in the hall", "put off"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"until": "2026-12-07"}, "/until"),
        ({"from": "2014-12-31", "until": "2015-01-02"}, "/from"),
    ],
)
async def test_days_that_do_not_fit_are_refused(bank: httpx2.AsyncClient, body: dict[str, str], pointer: str) -> None:
    assert code(await entered(bank, status=422, **body)) == ("wrong_period", [pointer])


async def test_a_unit_that_closes_for_good_has_no_closure_beyond(bank: httpx2.AsyncClient) -> None:
    await put(bank, "B2-O1", closed_on="2026-12-10")
    path = "/v1/units/B2-O1/closures"
    assert code(await entered(bank, path, 422)) == ("wrong_period", ["/from"])
    await entered(bank, path, until="2026-12-10")


async def test_a_key_of_a_unit_closes_within_it_and_nothing_outside(callers: Callers, trail: Trail) -> None:
    bank, branch = await callers.of(None), await callers.of("B1")
    await entered(branch)
    await entered(branch, "/v1/units/B1/closures")
    path = "/v1/units/B2/closures"
    theirs = (await entered(bank, path))["closure_id"]
    assert code(await entered(branch, path, 404))[0] == "unit_not_found"
    assert (await branch.get(path)).status_code == 404
    answer = await branch.post(f"/v1/closures/{theirs}/withdraw", json={"reason": "not ours"})
    assert (answer.status_code, code(answer.json())[0]) == (404, "closure_not_found")
    assert [each["action"] for each in await trail(theirs)] == ["closure.entered", "closure.refused"]
    assert (await bank.post(f"/v1/closures/{NOWHERE}/withdraw", json={"reason": "no such"})).status_code == 404


@pytest.mark.parametrize(
    "body", [{"reason": " "}, {"reason": "x" * 1001}, {"from": 1}, {"until": None}, {"delegate_id": "b1-s1-rm"}]
)
async def test_a_hostile_closure_is_refused(bank: httpx2.AsyncClient, body: dict[str, Any]) -> None:
    assert (await bank.post(PATH, json={**WORKS, **body})).status_code == 422
