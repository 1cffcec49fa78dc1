"""Leaves: entered with who stands in, withdrawn, noted without reasons; nobody stands in who is not there."""

from typing import Any, Final

import httpx2
import pytest
from sqlalchemy import text

from app.clock import ManualClock
from app.db.engine import Sessions
from tests.organisation.conftest import Callers, Trail
from tests.organisation.test_officers import code

pytestmark = pytest.mark.anyio

PATH: Final = "/v1/officers/b1-s1-rm/leaves"
DAYS: Final = {"from": "2026-12-07", "until": "2026-12-12"}
NOWHERE: Final = "8a1e2f3b-6c74-4d85-9e96-0f1a2b3c4d99"


async def entered(caller: httpx2.AsyncClient, path: str = PATH, status: Any = 201, **body: Any) -> dict[str, Any]:
    answer = await caller.post(path, json={**DAYS, **body})
    assert answer.status_code == status, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def refused(caller: httpx2.AsyncClient, path: str = PATH, **body: Any) -> tuple[int, str, list[str]]:
    answer = await caller.post(path, json={**DAYS, **body})
    return (answer.status_code, *code(answer.json()))


async def test_a_leave_is_entered_with_who_stands_in(bank: httpx2.AsyncClient, trail: Trail) -> None:
    leave = await entered(bank, delegate_id="b1-s1-rm-2")
    leave_id = leave.pop("leave_id")
    assert leave == {
        "officer_id": "b1-s1-rm",
        **DAYS,
        "delegate_id": "b1-s1-rm-2",
        "recorded_at": "2026-11-22T04:00:00Z",
        "withdrawn_at": None,
    }
    (entry,) = await trail(leave_id)
    assert (entry["action"], entry["unit"], entry["reason"]) == ("leave.entered", "B1-S1", None)
    assert entry["after"] == {"officer_id": "b1-s1-rm", **DAYS, "delegate_id": "b1-s1-rm-2"}


async def test_the_same_leave_again_is_the_one_that_is_there(bank: httpx2.AsyncClient) -> None:
    first = await entered(bank, delegate_id="b1-s1-rm-2")
    assert await entered(bank, status=200, delegate_id="b1-s1-rm-2") == first
    assert (await refused(bank))[:2] == (409, "leave_overlaps")


async def test_past_leave_may_be_entered_late(bank: httpx2.AsyncClient) -> None:
    leave = await entered(bank, **{"from": "2026-03-02", "until": "2026-03-07"})
    assert (leave["from"], leave["recorded_at"]) == ("2026-03-02", "2026-11-22T04:00:00Z")


@pytest.mark.parametrize(
    ("first", "until", "status"),
    [
        ("2026-12-01", "2026-12-07", 201),
        ("2026-12-12", "2026-12-13", 201),
        ("2026-12-01", "2026-12-08", 409),
        ("2026-12-11", "2026-12-20", 409),
        ("2026-12-08", "2026-12-09", 409),
        ("2026-12-01", "2026-12-31", 409),
    ],
)
async def test_leaves_of_one_officer_do_not_overlap(
    bank: httpx2.AsyncClient, first: str, until: str, status: int
) -> None:
    await entered(bank)
    answer = await bank.post(PATH, json={"from": first, "until": until})
    assert answer.status_code == status, answer.text


async def test_a_withdrawn_leave_makes_room_and_stays_on_record(
    bank: httpx2.AsyncClient, clock: ManualClock, trail: Trail
) -> None:
    first = (await entered(bank))["leave_id"]
    for _ in range(2):
        answer = await bank.post(f"/v1/leaves/{first}/withdraw", json={"reason": "entered twice"})
        assert (answer.status_code, answer.json()["withdrawn_at"]) == (200, "2026-11-22T04:00:00Z")
    second = (await entered(bank))["leave_id"]
    listed = (await bank.get(PATH)).json()["items"]
    assert {each["leave_id"]: each["withdrawn_at"] is None for each in listed} == {first: False, second: True}
    _, entry = await trail(first)
    assert (entry["action"], entry["reason"]) == ("leave.withdrawn", "entered twice")


async def test_leaves_are_listed_in_pages(bank: httpx2.AsyncClient) -> None:
    for month in range(1, 6):
        await entered(bank, **{"from": f"2027-{month:02}-01", "until": f"2027-{month:02}-02"})
    first = (await bank.get(PATH, params={"limit": 3})).json()
    second = (await bank.get(PATH, params={"limit": 3, "cursor": first["next_cursor"]})).json()
    assert second["next_cursor"] is None
    assert len({each["leave_id"] for each in first["items"] + second["items"]}) == 5


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"until": "2026-12-07"}, (422, "wrong_period", ["/until"])),
        ({"until": "2026-12-06"}, (422, "wrong_period", ["/until"])),
        ({"from": "2019-01-01", "until": "2019-12-31"}, (422, "wrong_period", ["/from"])),
        ({"delegate_id": "nobody"}, (422, "no_such_officer", ["/delegate_id"])),
        ({"delegate_id": "b1-s1-rm"}, (422, "delegate_unfit", ["/delegate_id"])),
    ],
)
async def test_a_leave_that_does_not_fit_is_refused_by_its_part(
    bank: httpx2.AsyncClient, body: dict[str, Any], refusal: tuple[int, str, list[str]]
) -> None:
    assert await refused(bank, **body) == refusal
    assert (await bank.get(PATH)).json()["items"] == []


async def test_a_delegate_who_is_away_in_these_days_is_refused(bank: httpx2.AsyncClient) -> None:
    await entered(bank, "/v1/officers/b1-s1-rm-2/leaves", **{"from": "2026-12-11", "until": "2026-12-20"})
    assert await refused(bank, delegate_id="b1-s1-rm-2") == (422, "delegate_unfit", ["/delegate_id"])
    await entered(bank, until="2026-12-11", delegate_id="b1-s1-rm-2")


async def test_a_delegate_serves_throughout(bank: httpx2.AsyncClient) -> None:
    await bank.put("/v1/officers/b1-s1-rm-2", json={"name": "Leaves", "left_on": "2026-12-11"})
    assert await refused(bank, delegate_id="b1-s1-rm-2") == (422, "delegate_unfit", ["/delegate_id"])
    await entered(bank, until="2026-12-11", delegate_id="b1-s1-rm-2")


async def test_a_delegate_may_move_between_units_meanwhile(bank: httpx2.AsyncClient) -> None:
    move = {"unit_id": "B1-S2", "role": "relationship_manager", "from": "2026-12-09"}
    assert (await bank.post("/v1/officers/b1-s1-rm-2/moves", json=move)).status_code == 200
    await entered(bank, delegate_id="b1-s1-rm-2")


async def test_one_s_delegate_may_still_go_on_leave(bank: httpx2.AsyncClient) -> None:
    await entered(bank, delegate_id="b1-s1-rm-2")
    await entered(bank, "/v1/officers/b1-s1-rm-2/leaves")


async def test_a_delegate_from_outside_the_key_s_unit_is_nobody(branch: httpx2.AsyncClient, trail: Trail) -> None:
    assert await refused(branch, delegate_id="b2-s1-rm") == (422, "no_such_officer", ["/delegate_id"])
    (entry,) = await trail("b2-s1-rm")
    assert (entry["action"], entry["outcome"]) == ("officer.refused", "denied")


async def test_who_left_the_key_s_unit_is_no_delegate_of_it(bank: httpx2.AsyncClient, callers: Callers) -> None:
    move = {"unit_id": "B2-S1", "role": "relationship_manager", "from": "2026-12-09"}
    assert (await bank.post("/v1/officers/b1-s1-rm-2/moves", json=move)).status_code == 200
    branch = await callers.of("B1")
    assert await refused(branch, delegate_id="b1-s1-rm-2") == (422, "delegate_unfit", ["/delegate_id"])


async def test_who_serves_outside_too_is_put_on_leave_by_a_key_above_both(
    bank: httpx2.AsyncClient, branch: httpx2.AsyncClient
) -> None:
    there = {"unit_id": "B2", "role": "committee_member", "from": "2026-12-11"}
    assert (await bank.post("/v1/officers/b1-s1-rm/postings", json=there)).status_code == 201
    assert (await refused(branch))[:2] == (403, "serves_elsewhere")
    leave = await entered(bank)
    withdrawing = await branch.post(f"/v1/leaves/{leave['leave_id']}/withdraw", json={"reason": "ours"})
    assert withdrawing.status_code == 403
    await entered(branch, **{"from": "2026-11-30", "until": "2026-12-01"})


async def test_an_officer_and_a_leave_outside_the_key_s_unit_are_not_there(
    bank: httpx2.AsyncClient, branch: httpx2.AsyncClient, trail: Trail
) -> None:
    path = "/v1/officers/b2-s1-rm/leaves"
    leave = (await entered(bank, path))["leave_id"]
    assert (await refused(branch, path))[:2] == (404, "officer_not_found")
    assert (await branch.get(path)).status_code == 404
    answer = await branch.post(f"/v1/leaves/{leave}/withdraw", json={"reason": "not ours"})
    assert (answer.status_code, code(answer.json())[0]) == (404, "leave_not_found")
    assert [each["action"] for each in await trail(leave)] == ["leave.entered", "leave.refused"]
    assert (await bank.post(f"/v1/leaves/{NOWHERE}/withdraw", json={"reason": "no such"})).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"from": "2026-12-07"},
        {**DAYS, "from": 20261207},
        {**DAYS, "from": "2026-12-07T00:00:00Z"},
        {**DAYS, "until": "2026-02-30"},
        {**DAYS, "until": None},
        {**DAYS, "delegate_id": "a b"},
        {**DAYS, "delegate_id": "x" * 65},
        {**DAYS, "reason": "flu"},
    ],
)
async def test_a_hostile_leave_is_refused(bank: httpx2.AsyncClient, body: dict[str, Any]) -> None:
    assert (await bank.post(PATH, json=body)).status_code == 422


async def test_the_widest_days_there_are_can_be_entered_and_seen(bank: httpx2.AsyncClient) -> None:
    await entered(bank, **{"from": "0001-01-01", "until": "9999-12-31"}, delegate_id="b1-s1-rm-2", status=422)
    await entered(bank, **{"from": "0001-01-01", "until": "9999-12-31"})
    assert (await refused(bank))[:2] == (409, "leave_overlaps")


async def test_a_withdrawal_says_why(bank: httpx2.AsyncClient) -> None:
    leave = (await entered(bank))["leave_id"]
    for reason in ("", "  ", "x" * 1001):
        assert (await bank.post(f"/v1/leaves/{leave}/withdraw", json={"reason": reason})).status_code == 422


async def test_no_name_is_in_a_leave_s_trail(bank: httpx2.AsyncClient, sessions: Sessions) -> None:
    await entered(bank, delegate_id="b1-s1-rm-2")
    async with sessions() as session:
        told = await session.scalars(text("SELECT after::text FROM audit_entry WHERE object_type = 'leave'"))
        assert not [each for each in told if "Name of" in each]


async def test_nobody_without_the_scope_enters_a_leave(stranger: httpx2.AsyncClient) -> None:
    assert (await stranger.post(PATH, json=DAYS)).status_code == 401
