"""Leave, closed units and a changed calendar in November: days that nobody can be asked to visit in."""

from typing import Any

import httpx2

from tests.coverage.attainment.conftest import Covered, Until
from tests.coverage.attainment.november import CLIENT, TEAM, at

MANAGER = TEAM["relationship_manager"]


async def manager_of(covered: Covered, **asked: Any) -> Any:
    [group] = (await covered(by="client", role="relationship_manager", **asked))["items"]
    return group["details"][0]


async def on_leave(client: httpx2.AsyncClient, officer: str, **days: str) -> None:
    answer = await client.post(f"/v1/officers/{officer}/leaves", json=days)
    assert answer.status_code == 201, answer.text


async def test_leave_without_a_delegate_takes_its_days_out(client: Any, covered: Covered) -> None:
    await on_leave(client, MANAGER, **{"from": "2026-11-09", "until": "2026-11-21"})
    manager = await manager_of(covered)
    shares = [(each["from"], each["share"], each["why"]) for each in manager["basis"]]
    assert shares == [
        ("2026-11-01", "3 × 5/21", "assessed"),
        ("2026-11-09", "0 × 10/21", "leave"),
        ("2026-11-21", "3 × 6/21", "assessed"),
    ]
    assert (manager["exact"], manager["prorated_required"]) == ("11/7", 2)


async def test_leave_with_a_delegate_changes_nothing_and_the_delegate_s_visits_count(
    client: httpx2.AsyncClient, covered: Covered, until: Until
) -> None:
    await on_leave(client, MANAGER, **{"from": "2026-11-09", "until": "2026-11-21", "delegate_id": "b1-s1-rm"})
    until(at(22))
    visit = {
        "client_id": CLIENT,
        "at": at(10).isoformat(),
        "kind": "visit",
        "participants": [{"officer_id": "b1-s1-rm"}],
    }
    assert (await client.post("/v1/visits", json=visit)).status_code == 201
    manager = await manager_of(covered)
    assert (manager["prorated_required"], manager["credited"]) == (3, 1)


async def test_a_delegate_who_is_on_leave_himself_stands_in_for_nobody(client: Any, covered: Covered) -> None:
    await on_leave(client, MANAGER, **{"from": "2026-11-09", "until": "2026-11-21", "delegate_id": "b1-s1-rm"})
    await on_leave(client, "b1-s1-rm", **{"from": "2026-11-16", "until": "2026-11-28"})
    manager = await manager_of(covered)
    gone = [(each["from"], each["until"]) for each in manager["basis"] if each["why"] == "leave"]
    assert gone == [("2026-11-16", "2026-11-21")]


async def test_while_another_holds_the_role_nobody_is_missed(client: Any, covered: Covered) -> None:
    body = {"officer_id": "b1-s1-rm", "role": "relationship_manager", "from": "2026-11-01"}
    assert (await client.post(f"/v1/clients/{CLIENT}/assignments", json=body)).status_code == 201
    await on_leave(client, MANAGER, **{"from": "2026-11-09", "until": "2026-11-21"})
    assert (await manager_of(covered))["prorated_required"] == 3


async def test_leave_all_month_owes_nothing_and_says_so(client: Any, covered: Covered) -> None:
    await on_leave(client, MANAGER, **{"from": "2026-10-31", "until": "2026-12-05"})
    manager = await manager_of(covered)
    assert (manager["prorated_required"], manager["attainment"], manager["nothing_owed"]) == (0, None, "absent")


async def test_a_day_on_which_the_unit_is_closed_is_taken_out(client: Any, covered: Covered) -> None:
    body = {"from": "2026-11-03", "until": "2026-11-04", "reason": "flood"}
    assert (await client.post("/v1/units/B1-S1/closures", json=body)).status_code == 201
    manager = await manager_of(covered)
    assert (manager["exact"], manager["prorated_required"]) == ("20/7", 3)
    assert [each["why"] for each in manager["basis"]] == ["assessed", "closed: flood", "assessed"]


async def test_leave_that_is_withdrawn_counts_again_and_the_past_knows_it(
    client: Any, covered: Covered, until: Until
) -> None:
    await on_leave(client, MANAGER, **{"from": "2026-11-09", "until": "2026-11-21"})
    [leave] = (await client.get(f"/v1/officers/{MANAGER}/leaves")).json()["items"]
    until(at(2))
    answer = await client.post(f"/v1/leaves/{leave['leave_id']}/withdraw", json={"reason": "came back"})
    assert answer.status_code == 200, answer.text
    assert (await manager_of(covered))["prorated_required"] == 3
    assert (await manager_of(covered, as_of=at(1).isoformat()))["prorated_required"] == 2


async def test_a_changed_calendar_re_derives_open_periods_and_leaves_closed_ones_alone(
    client: Any, covered: Covered, until: Until
) -> None:
    until(at(10, month=12))  # November closed on the 6th
    before = await manager_of(covered)
    answer = await client.post(
        "/v1/calendars/CN/versions", json={"rest": ["2026-11-16", "2026-12-16"], "work": [], "reason": "decree"}
    )
    assert answer.status_code in {200, 201}, answer.text
    assert await manager_of(covered) == before
    assert (await manager_of(covered, period="2026-12"))["basis"][0]["of"] == 22
    assert (await manager_of(covered, period="2026-12", as_of=at(9, month=12).isoformat()))["basis"][0]["of"] == 23
