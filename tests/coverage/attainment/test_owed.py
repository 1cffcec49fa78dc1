"""Who owes which client how many visits, listed with the arithmetic and the holders; reasons beside the figures."""

from typing import Any

import httpx2

from tests.coverage.attainment.conftest import Covered, Until
from tests.coverage.attainment.november import CLIENT, TEAM, at


async def owed(client: httpx2.AsyncClient, **asked: str) -> list[Any]:
    answer = await client.get("/v1/obligations", params={"period": "2026-11", **asked})
    assert answer.status_code == 200, answer.text
    items: list[Any] = answer.json()["items"]
    return items


async def test_each_role_s_part_is_told_with_its_version_and_who_holds_it(client: httpx2.AsyncClient) -> None:
    president, director, manager = await owed(client)
    assert [each["role"] for each in (president, director, manager)] == [
        "branch_president",
        "corporate_director",
        "relationship_manager",
    ]
    assert (manager["at_least"], manager["per"], manager["counts"], manager["each"]) == (
        3,
        "month",
        ["visit", "contact"],
        False,
    )
    assert (manager["rulebook"]["name"], manager["rulebook"]["version"], manager["rulebook"]["classes"]) == (
        "visits",
        1,
        {"client_class": "class_1"},
    )
    assert [each["officer_id"] for each in manager["holders"]] == [TEAM["relationship_manager"]]
    assert manager["basis"][0]["share"] == "3 × 21/21"


async def test_an_officer_s_obligations_are_those_of_the_roles_held(client: httpx2.AsyncClient) -> None:
    [only] = await owed(client, officer=TEAM["corporate_director"])
    assert (only["client_id"], only["role"], only["prorated_required"]) == (CLIENT, "corporate_director", 2)


async def test_periods_of_other_kinds_owe_nothing_here(client: httpx2.AsyncClient) -> None:
    assert await owed(client, period="2026-Q4") == []


async def test_a_period_that_no_calendar_reaches_is_told_so(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/v1/obligations", params={"period": "2035-01"})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:tierbook:problem:beyond_calendar")


async def test_what_is_no_period_or_a_moment_to_come_is_refused(client: httpx2.AsyncClient) -> None:
    for query in ({"period": "2026-13"}, {"period": "11"}, {"as_of": "2030-01-01T00:00:00Z"}, {"by": "day"}):
        answer = await client.get("/v1/coverage", params=query)
        assert answer.status_code == 422, answer.text


async def test_a_reason_for_a_miss_stands_beside_the_figure_and_alters_none(
    client: httpx2.AsyncClient, covered: Covered, until: Until
) -> None:
    until(at(8, month=12))
    before = await covered(by="client", role="relationship_manager")
    why = {"code": "client_refused", "explanation": "moved its seat"}
    body = {"client_id": CLIENT, "rulebook": "visits", "role": "relationship_manager", "period": "2026-11", **why}
    answer = await client.post("/v1/coverage/reasons", json=body)
    assert answer.status_code == 201, answer.text
    [group] = (await covered(by="client", role="relationship_manager"))["items"]
    [manager] = group["details"]
    beside = manager.pop("miss_reason")
    assert (beside["state"], beside["code"], beside["label"]["zh"]) == ("proposed", "client_refused", "客户拒访")
    [unexplained] = before["items"][0]["details"]
    assert manager == {name: value for name, value in unexplained.items() if name != "miss_reason"}
