"""What the months to come bring, computed by hand (domain.md A10, G1, G3).

From Friday, the 29th of January 2027. Working days: 1 is left of January, then 20, 23, 22, 19, 22.
"""

from typing import Any

import httpx2
import pytest

from app.overview import forecast
from tests.reviews.conftest import CLIENT, Assessed, CallerOf, Now, led
from tests.reviews.reviewed import CORE, KEY, acted, still_open

OWNER, PRESIDENT = "b1-s1-rm", "b1-president"
MONTHS = ["2027-01", "2027-02", "2027-03", "2027-04", "2027-05", "2027-06"]


async def asked(client: httpx2.AsyncClient, **query: str) -> Any:
    answer = await client.get("/v1/forecast", params={"months": "6", "per_day": "2"} | query)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
async def owned(client: httpx2.AsyncClient, assessed: Assessed, now: Now) -> None:
    """C-1 is core from the 29th of January on, and owned."""
    now("2027-01-29T09:00")
    wish = {"officer_id": OWNER, "role": "relationship_manager", "owner": True}
    assert (await client.post(f"/v1/clients/{CLIENT}/assignments", json=wish)).status_code == 201
    await assessed(CORE)


async def test_reviews_are_in_the_months_in_which_they_fall_due(client: httpx2.AsyncClient, owned: None) -> None:
    found = await asked(client, months="13")
    assert {each["month"]: (each["reviews"], each["full"]) for each in found["months"] if each["reviews"]} == {
        "2027-04": (1, 0),
        "2027-07": (1, 0),
        "2027-10": (1, 0),
        "2028-01": (1, 1),
    }
    assert (found["clients"], len(found["months"])) == (1, 13)


async def test_visits_are_those_of_the_months_and_a_quarter_s_are_spread_over_its_working_days(
    client: httpx2.AsyncClient, owned: None
) -> None:
    found = await asked(client)
    assert [each["month"] for each in found["months"]] == MONTHS
    by_officer = {each["officer_id"]: [month["to_make"] for month in each["months"]] for each in found["items"]}
    assert by_officer[OWNER][1:] == [2, 2, 2, 2, 2]
    assert by_officer[PRESIDENT][3:] == [2, 0, 1]  # of three: 22, 41 and 63 of 63 days are over
    assert [each["visits"]["to_make"] for each in found["months"]][3:] == [4, 2, 3]


async def test_what_can_be_made_is_the_working_days_of_each_officer(client: httpx2.AsyncClient, owned: None) -> None:
    away = {"from": "2027-02-01", "until": "2027-02-06"}
    assert (await client.post(f"/v1/officers/{OWNER}/leaves", json=away)).status_code == 201
    found = await asked(client)
    loads = {each["officer_id"]: [month["capacity"] for month in each["months"]] for each in found["items"]}
    assert loads == {OWNER: [2, 30, 46, 44, 38, 44], PRESIDENT: [2, 40, 46, 44, 38, 44]}
    [owner] = [each for each in found["items"] if each["officer_id"] == OWNER]
    assert [(each["reviews"], each["full"]) for each in owner["months"]] == [(0, 0)] * 3 + [(1, 0)] + [(0, 0)] * 2


async def test_a_review_that_is_due_already_is_this_month_s(client: httpx2.AsyncClient, owned: None, now: Now) -> None:
    now("2027-06-01T09:00")
    found = await asked(client, months="3")
    assert [each["reviews"] for each in found["months"]] == [1, 1, 0]


async def test_what_is_done_is_not_counted(client: httpx2.AsyncClient, owned: None, now: Now) -> None:
    now("2027-02-01T09:00")
    before = await asked(client)
    visit = {"client_id": CLIENT, "at": "2027-02-01T00:30:00Z", "kind": "visit"}
    people = {"participants": [{"officer_id": OWNER, "role": "relationship_manager"}]}
    assert (await client.post("/v1/visits", json=visit | people)).status_code == 201
    after = await asked(client)
    made = [month["visits"]["to_make"] for month in before["months"]]
    left = [month["visits"]["to_make"] for month in after["months"]]
    assert [one - other for one, other in zip(made, left, strict=True)] == [1, 0, 0, 0, 0, 0]


async def test_it_is_of_a_unit_or_of_an_officer(
    client: httpx2.AsyncClient, owned: None, assessed: Assessed, of: CallerOf
) -> None:
    await led(client, "C-2", "B2-S1")
    await assessed(KEY, "C-2")
    whole, branch = await asked(client), await asked(client, unit="B2")
    assert (whole["clients"], branch["clients"]) == (2, 1)
    assert sum(each["reviews"] for each in branch["months"]) == 0
    assert [each["vacant"] for each in branch["months"]][1:] == [2, 2, 2, 2, 2]
    alone = await asked(client, officer=OWNER)
    assert [each["officer_id"] for each in alone["items"]] == [OWNER]
    assert (await asked(await of("B2")))["months"] == branch["months"]


async def test_the_same_question_has_the_same_answer(client: httpx2.AsyncClient, owned: None) -> None:
    assert await asked(client) == await asked(client)


async def test_more_clients_than_are_worked_out_are_refused(
    client: httpx2.AsyncClient, owned: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecast, "MOST_CLIENTS", 0)
    answer = await client.get("/v1/forecast")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:tierbook:problem:too_many_clients")


@pytest.mark.parametrize("months", ["0", "25", "-1", "x"])
async def test_months_are_1_to_24(client: httpx2.AsyncClient, months: str) -> None:
    assert (await client.get("/v1/forecast", params={"months": months})).status_code == 422


async def test_beyond_the_calendar_it_says_so(client: httpx2.AsyncClient, owned: None, now: Now) -> None:
    now("2029-06-01T09:00")
    answer = await client.get("/v1/forecast", params={"months": "24"})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:tierbook:problem:beyond_calendar")


async def test_what_was_brought_forward_is_where_it_was_put_and_the_next_where_it_was(
    client: httpx2.AsyncClient, owned: None
) -> None:
    await acted(client, await still_open(client), "reschedule", to="2027-02-10", reason="a merger")
    found = await asked(client, months="7")
    assert [each["reviews"] for each in found["months"]] == [0, 1, 0, 0, 0, 0, 1]
