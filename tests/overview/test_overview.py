"""The 360° view: what is known, what stands, what to do next; and its pure parts."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import insert

from app.clients.tables import FactRecord
from app.clock import ManualClock
from app.db.engine import Sessions
from app.overview.next_steps import LABELS, NextStep, Open, next_steps
from app.overview.trends import Point, Trend
from app.standing.moving import Subject, exited, recognised
from app.standing.plan_schemas import PlanDetail
from app.standing.schemas import MoveStep
from tests.clients.telling import govern
from tests.service import NOON, change_of
from tests.standing.conftest import CLIENT, Assess, CallerOf, Know
from tests.standing.watched import OWING

OVERVIEW = f"/v1/clients/{CLIENT}/overview"
TODAY = date(2026, 11, 22)


def test_a_trend_says_how_much_and_what_share() -> None:
    points = [Point(TODAY, Decimal(200)), Point(TODAY, Decimal(150))]
    assert Trend("x", TODAY, points).change == Decimal(-50)
    assert Trend("x", TODAY, points).change_ratio == Decimal("-0.25")


def test_a_trend_from_a_loss_is_a_share_of_its_size() -> None:
    points = [Point(TODAY, Decimal(-100)), Point(TODAY, Decimal(50))]
    assert Trend("x", TODAY, points).change_ratio == Decimal("1.5")


def test_a_trend_from_zero_or_of_one_value_has_no_share() -> None:
    assert Trend("x", TODAY, [Point(TODAY, Decimal(0)), Point(TODAY, Decimal(5))]).change_ratio is None
    assert Trend("x", TODAY, [Point(TODAY, Decimal(5))]).change is None


def test_a_client_of_whom_nothing_is_known_is_to_be_assessed_reached_and_owned() -> None:
    steps = next_steps(Open(TODAY, (), (), (), (), reachable=False))
    assert [each.code for each in steps] == ["assess", "find_contact", "name_owner"]
    assert all(LABELS[each.code] for each in steps)


def test_what_is_due_comes_first_and_each_step_names_who_and_what() -> None:
    plan = PlanDetail(
        id=uuid4(),
        client_id=CLIENT,
        rulebook="watched-clients",
        state="open",
        due_on=TODAY,
        open_by=TODAY,
        opened_on=TODAY,
        deadline=date(2027, 1, 31),
        extensions=0,
        owner="b1-s1-rm-2",
        measures=[],
        ended_on=None,
    )
    awaiting = MoveStep(kind="promotion_awaits_recognition", before="none", after="core", reasons=[])
    reviews = {"watched-clients": date(2026, 12, 1)}
    found = Open(TODAY, (), (awaiting,), (), (plan,), reviews=reviews, owner="b1-s1-rm")
    assert next_steps(found) == [
        NextStep("review", "watched-clients", date(2026, 12, 1)),
        NextStep("meet_plan", "watched-clients", date(2027, 1, 31), "b1-s1-rm-2"),
        NextStep("assess", "", None, "b1-s1-rm"),
        NextStep("nominate", "core", None, "b1-s1-rm"),
    ]


@pytest.mark.parametrize("value", ["n/a", "NaN"])
async def test_a_value_that_is_no_number_is_no_point_of_a_trend(
    client: httpx2.AsyncClient, know: Know, value: str
) -> None:
    await know(deposit_balance=value)
    seen = (await client.get(OVERVIEW)).json()
    assert (seen["facts"]["deposit_balance"]["value"], seen["trend"]["points"]) == (value, [])


async def test_amounts_are_points_of_a_trend_as_a_bank_writes_them(
    client: httpx2.AsyncClient, know: Know, clock: ManualClock
) -> None:
    for value in ("2.3亿", "5000万", "12345678.90"):
        await know(deposit_balance=value)
        clock.advance(timedelta(days=1))
    seen = (await client.get(OVERVIEW)).json()["trend"]
    assert [each["value"] for each in seen["points"]] == ["230000000", "50000000", "12345678.9"]
    assert seen["change"] == "-217654321.1"


async def test_a_trend_reaches_back_its_whole_period_however_often_a_day_was_corrected(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    days = {TODAY - timedelta(days=back): 450 if back == 1 else 1 for back in (-1, 0, 1, 364, 370)}
    rows = [
        {"value": str(at), "as_of": day, "recorded_at": NOON + timedelta(seconds=at)}
        for day, times in days.items()
        for at in range(times)
    ]
    of_client = {"client_id": CLIENT, "name": "deposit_balance", "source": "ledger", "recorded_by": "test"}
    async with sessions.begin() as session:
        await session.execute(insert(FactRecord), [{**of_client, **each} for each in rows])
    points = (await client.get(OVERVIEW)).json()["trend"]["points"]
    assert [(each["as_of"], each["value"]) for each in points] == [
        ("2025-11-23", "0"),
        ("2026-11-21", "449"),
        ("2026-11-22", "0"),
    ]


async def test_it_shows_what_is_known_and_what_to_do(
    client: httpx2.AsyncClient, core: None, know: Know, assess: Assess, clock: ManualClock
) -> None:
    await know(balance="70", deposit_balance="1000", bank_contribution="12")
    await assess("Q4")
    clock.advance(timedelta(days=40))
    await know(deposit_balance="800")
    seen = (await client.get(OVERVIEW)).json()
    assert (seen["client"]["name"], seen["standings"][0]["effective_tier"]) == ("北方重工", "core")
    assert [each["reason"] for each in seen["warnings"]] == ["below_stay_bound"]
    assert (seen["plans"][0]["state"], seen["facts"]["balance"]["stale"]) == ("due", True)
    assert [each["value"] for each in seen["trend"]["points"]] == ["1000", "800"]
    assert (seen["trend"]["change"], seen["trend"]["change_ratio"]) == ("-200", "-0.2000")
    assert [each["value"] for each in seen["contribution"]["points"]] == ["12"]
    assert [each["unit_id"] for each in seen["team"]["levels"]] == ["B1-S1", "B1", "HO"]
    steps = {each["code"]: each for each in seen["next_steps"]}
    assert steps.keys() == {
        "open_plan",
        "review",
        "acknowledge_warning",
        "refresh_fact",
        "find_contact",
        "name_owner",
    }
    assert (steps["open_plan"]["due"], steps["review"]["due"]) == ("2026-12-22", "2027-02-22")
    assert steps["open_plan"]["label"]["zh"] == "制定改善计划"


async def test_an_owner_who_left_is_none_and_another_is_to_be_named(
    client: httpx2.AsyncClient, clock: ManualClock
) -> None:
    owner = {"officer_id": "b1-s1-rm", "role": "relationship_manager", "owner": True}
    assert (await client.post(f"/v1/clients/{CLIENT}/assignments", json=owner)).status_code == 201
    assert await steps(client) == {"assess": "b1-s1-rm", "find_contact": "b1-s1-rm"}
    left = {"name": "Name of b1-s1-rm", "left_on": "2026-11-25"}
    assert (await client.put("/v1/officers/b1-s1-rm", json=left)).status_code == 200
    clock.advance(timedelta(days=3))
    assert await steps(client) == {"assess": None, "find_contact": None, "name_owner": None}
    [unreached] = (await client.get("/v1/clients/red-list")).json()["items"]
    assert (unreached["client_id"], unreached["owner"]) == (CLIENT, None)


async def steps(client: httpx2.AsyncClient) -> dict[str, str | None]:
    """What is to be done next, and whose it is."""
    return {each["code"]: each["who"] for each in (await client.get(OVERVIEW)).json()["next_steps"]}


async def next_review(client: httpx2.AsyncClient) -> str:
    seen = (await client.get(OVERVIEW)).json()
    due: str = next(each["due"] for each in seen["next_steps"] if each["code"] == "review")
    return due


async def test_the_next_review_counts_from_the_day_that_was_due_whenever_it_was_done(
    client: httpx2.AsyncClient, core: None, assess: Assess, clock: ManualClock
) -> None:
    clock.advance(timedelta(days=10))
    await assess()
    assert await next_review(client) == "2027-02-22", "from the day it was recognised"
    await assess("Q4")
    clock.advance(timedelta(days=20))
    await assess()
    assert await next_review(client) == "2027-05-24", "the 22nd is a Saturday"


async def test_the_profile_s_facts_are_of_their_day_in_the_bank_s_own_time(
    client: httpx2.AsyncClient, bank_in_new_york: str
) -> None:
    seen = (await client.get(f"/v1/clients/{bank_in_new_york}/overview")).json()
    assert seen["facts"]["segment"]["as_of"] == "2026-11-21"


async def test_it_is_seen_inside_the_unit_alone(client: httpx2.AsyncClient, of: CallerOf) -> None:
    assert (await (await of("B2")).get(OVERVIEW)).status_code == 404
    assert (await (await of("B1-S1")).get(OVERVIEW)).status_code == 200


async def test_who_exited_is_owed_nothing_and_not_reviewed_though_it_would_earn_a_tier(
    app: FastAPI, client: httpx2.AsyncClient, sessions: Sessions, clock: ManualClock, know: Know
) -> None:
    await govern(app, OWING)
    await know(balance="90")
    subject = Subject(CLIENT, "B1-S1", app.state.rulebooks.in_force("owing-clients", TODAY))
    async with sessions.begin() as session:
        await recognised(change_of(session, now=clock.now()), subject, "core", ("committee",))
    await client.post(f"/v1/clients/{CLIENT}/assessments", json={"rulebook": "owing-clients"})
    seen = (await client.get(OVERVIEW)).json()
    assert [(each["tier"], each["role"], each["at_least"], each["per"]) for each in seen["owed"]] == [
        ("core", "relationship_manager", 2, "month")
    ]
    assert "review" in {each["code"] for each in seen["next_steps"]}
    async with sessions.begin() as session:
        await exited(change_of(session, now=clock.now()), subject, ("committee",))
    await client.post(f"/v1/clients/{CLIENT}/assessments", json={"rulebook": "owing-clients"})
    seen = (await client.get(OVERVIEW)).json()
    assert seen["owed"] == []
    assert "review" not in {each["code"] for each in seen["next_steps"]}
