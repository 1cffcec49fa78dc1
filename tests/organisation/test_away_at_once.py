"""Leaves, closures and amendments that come at the same moment: one after the other."""

from typing import Any, Final

import httpx2
import pytest

from tests.organisation.test_at_once import all_at_once, caller, sessions

__all__ = ["caller", "sessions"]

pytestmark = pytest.mark.anyio

DAYS: Final = {"from": "2026-12-07", "until": "2026-12-12"}


def away(caller: httpx2.AsyncClient, officer: str, **more: Any) -> Any:
    return caller.post(f"/v1/officers/{officer}/leaves", json={**DAYS, **more})


async def test_a_leave_that_comes_four_times_is_entered_once(caller: httpx2.AsyncClient) -> None:
    asked = (away(caller, "b1-s1-rm", delegate_id="b1-s1-rm-2") for _ in range(4))
    assert await all_at_once(*asked) == [200, 200, 200, 201]


async def test_of_overlapping_leaves_one_is_entered(caller: httpx2.AsyncClient) -> None:
    asked = (away(caller, "b1-s1-rm", until=f"2026-12-{until}") for until in (10, 11, 12))
    assert await all_at_once(*asked) == [201, 409, 409]


async def test_two_do_not_stand_in_for_each_other(caller: httpx2.AsyncClient) -> None:
    one = away(caller, "b1-s1-rm", delegate_id="b1-s1-rm-2")
    other = away(caller, "b1-s1-rm-2", delegate_id="b1-s1-rm")
    assert await all_at_once(one, other) == [201, 422]


async def test_of_overlapping_closures_one_is_entered(caller: httpx2.AsyncClient) -> None:
    path = "/v1/units/B1-S1/closures"
    asked = (caller.post(path, json={**DAYS, "reason": f"works {number}"}) for number in range(3))
    assert await all_at_once(*asked) == [201, 409, 409]


async def test_a_leave_is_withdrawn_once(caller: httpx2.AsyncClient) -> None:
    leave = (await away(caller, "b1-s1-rm")).json()["leave_id"]
    asked = (caller.post(f"/v1/leaves/{leave}/withdraw", json={"reason": "off"}) for _ in range(3))
    assert await all_at_once(*asked) == [200, 200, 200]
    entries = (await caller.get("/v1/audit", params={"action": "leave.withdrawn"})).json()["items"]
    assert len(entries) == 1
