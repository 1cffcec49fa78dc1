"""Where a client stands, review by review: ceilings at once, warnings, plans, demotion, and the ways up and out."""

from datetime import date, timedelta
from typing import Any

import httpx2
from fastapi import FastAPI

from app.clock import ManualClock
from app.db.engine import Sessions
from app.standing.moving import Subject, exited, recognised
from tests.service import change_of
from tests.standing.conftest import CLIENT, Assess, Know

QUARTER = timedelta(days=92)


def kinds(assessed: Any) -> list[str]:
    return [move["kind"] for move in assessed["moves"]]


async def standing(client: httpx2.AsyncClient) -> Any:
    return (await client.get(f"/v1/clients/{CLIENT}/standing")).json()["items"][0]


async def plan(client: httpx2.AsyncClient) -> Any:
    return (await client.get(f"/v1/plans?client_id={CLIENT}")).json()["items"][0]


async def test_a_client_that_earns_more_waits_for_recognition(
    client: httpx2.AsyncClient, know: Know, assess: Assess
) -> None:
    await know(balance="90")
    assessed = await assess()
    assert kinds(assessed) == ["placed", "promotion_awaits_recognition"]
    assert assessed["after"]["tier"] == "none"
    assert assessed["decision"]["tier"]["value"] == "core"


async def test_recognition_lets_it_up(client: httpx2.AsyncClient, core: None, assess: Assess) -> None:
    assert (await standing(client))["effective_tier"] == "core"
    assert kinds(await assess("Q4")) == []


async def test_inside_the_margin_a_warning_stands_and_goes(
    client: httpx2.AsyncClient, core: None, know: Know, assess: Assess
) -> None:
    await know(balance="79")
    assert kinds(await assess("Q4")) == ["warning_raised"]
    warnings = (await client.get("/v1/warnings")).json()["items"]
    assert [(each["client_id"], each["reason"], each["raised_on"]) for each in warnings] == [
        (CLIENT, "near_stay_bound", "2026-11-22")
    ]
    await know(balance="79.01")
    assert kinds(await assess()) == ["warning_cleared"]
    assert (await client.get("/v1/warnings")).json()["items"] == []
    assert (await client.get("/v1/warnings?state=cleared")).json()["items"][0]["cleared_on"] == "2026-11-22"


async def test_a_ceiling_acts_at_once_and_takes_nothing_away(
    client: httpx2.AsyncClient, core: None, know: Know, assess: Assess
) -> None:
    await know(overdue_days="30")
    held = await assess()
    assert "held_down" in kinds(held)
    assert (held["after"]["tier"], held["effective_tier"]) == ("core", "key")
    await know(overdue_days="0")
    assert "released" in kinds(await assess())
    assert (await standing(client))["effective_tier"] == "core"


async def test_looking_often_demotes_nobody(client: httpx2.AsyncClient, core: None, know: Know, assess: Assess) -> None:
    await know(balance="10")
    for _ in range(5):
        assert (await assess())["after"]["tier"] == "core"
    assert (await standing(client))["state"]["reviews_below"] == 0


async def test_a_demotion_comes_after_reviews_and_the_plan_with_reasons(
    client: httpx2.AsyncClient, core: None, know: Know, assess: Assess, clock: ManualClock
) -> None:
    await know(balance="70")
    first = await assess("Q4")
    assert kinds(first) == ["counted_below", "plan_due", "warning_raised"]
    due = await plan(client)
    assert (due["state"], due["open_by"], due["deadline"]) == ("due", "2026-12-22", "2027-02-22")
    clock.advance(QUARTER)
    second = await assess("Q1")
    assert (second["before"]["reviews_below"], second["as_of"]) == (1, "2027-02-22")
    assert kinds(second)[:3] == ["counted_below", "plan_failed", "demoted"]
    demoted = second["moves"][2]
    assert (demoted["before"], demoted["after"], demoted["reasons"]) == ("core", "key", ["below_stay_bound"])
    assert ((await plan(client))["state"], (await standing(client))["effective_tier"]) == ("failed", "key")
    history = (await client.get(f"/v1/clients/{CLIENT}/moves")).json()["items"]
    assert {"promoted", "placed"} & {each["kind"] for each in history}
    assert all(each["assessment_id"] for each in history if each["kind"] == "demoted")


async def test_an_opened_plan_puts_the_demotion_off_and_being_met_clears_it(
    client: httpx2.AsyncClient, core: None, know: Know, assess: Assess, clock: ManualClock
) -> None:
    await know(balance="70")
    await assess("Q4")
    due = await plan(client)
    clock.advance(timedelta(days=20))
    body = {"owner": "b1-s1-rm", "measures": [{"text": "call on the treasurer", "by": "2027-01-15"}]}
    opened = (await client.post(f"/v1/plans/{due['id']}/open", json=body)).json()
    assert (opened["state"], opened["opened_on"], opened["deadline"]) == ("open", "2026-12-12", "2027-02-12")
    clock.advance(timedelta(days=61))
    await client.post(f"/v1/plans/{due['id']}/extend", json={"reason": "a contract is about to be signed"})
    again = await client.post(f"/v1/plans/{due['id']}/extend", json={"reason": "once more"})
    assert (again.status_code, again.json()["type"]) == (409, "urn:tierbook:problem:plan_state")
    assert (await plan(client))["deadline"] == "2027-04-12"
    below = await assess("Q1")
    assert kinds(below) == ["counted_below"]
    clock.advance(timedelta(days=30))
    await know(balance="90")
    met = await assess("Q2")
    assert kinds(met) == ["plan_met", "warning_cleared"]
    assert (met["after"]["reviews_below"], (await plan(client))["state"]) == (0, "met")


async def test_a_plan_is_owned_by_who_serves_there(
    client: httpx2.AsyncClient, core: None, know: Know, assess: Assess
) -> None:
    await know(balance="70")
    await assess("Q4")
    due = await plan(client)
    body = {"owner": "nobody", "measures": [{"text": "call", "by": "2027-01-15"}]}
    answer = await client.post(f"/v1/plans/{due['id']}/open", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "unknown_officer")


async def test_who_has_exited_comes_back_by_recognition_alone(
    client: httpx2.AsyncClient, app: FastAPI, core: None, know: Know, assess: Assess, sessions: Sessions
) -> None:
    await know(balance="70")
    await assess("Q4")
    subject = Subject(CLIENT, "B1-S1", app.state.rulebooks.in_force("watched-clients", date(2026, 11, 22)))
    async with sessions.begin() as session:
        await exited(change_of(session), subject, ("overdue_90",))
    left = await standing(client)
    assert (left["effective_tier"], left["state"]["exited_on"]) == ("none", "2026-11-22")
    assert ((await plan(client))["state"], (await client.get("/v1/warnings")).json()["items"]) == ("cancelled", [])
    await know(balance="90")
    assert "promotion_awaits_recognition" in kinds(await assess())
    assert (await standing(client))["state"]["exited_on"] == "2026-11-22"
    async with sessions.begin() as session:
        await recognised(change_of(session), subject, "key", ("committee",))
    back = await standing(client)
    assert (back["effective_tier"], back["state"]["exited_on"]) == ("key", None)


async def test_a_cleared_warning_is_not_acknowledged_any_more(
    client: httpx2.AsyncClient, core: None, know: Know, assess: Assess
) -> None:
    for balance in ("77", "90"):
        await know(balance=balance)
        await assess()
    [warning] = (await client.get("/v1/warnings?state=cleared")).json()["items"]
    answer = await client.post(f"/v1/warnings/{warning['id']}/acknowledge")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:tierbook:problem:warning_state")


async def test_a_warning_is_acknowledged_once(
    client: httpx2.AsyncClient, core: None, know: Know, assess: Assess
) -> None:
    await know(balance="77")
    await assess()
    warning = (await client.get("/v1/warnings")).json()["items"][0]
    first = (await client.post(f"/v1/warnings/{warning['id']}/acknowledge")).json()
    assert first["acknowledged_by"] == "test"
    again = await client.post(f"/v1/warnings/{warning['id']}/acknowledge", headers={"X-On-Behalf-Of": "b1-s1-rm"})
    assert again.json() == first
