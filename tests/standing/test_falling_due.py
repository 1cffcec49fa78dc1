"""What happens when a day of a plan, of a tier set by hand, or of a fact has come."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from app.clock import ManualClock
from app.db.engine import Sessions
from tests.due.swept import swept
from tests.events.told import told
from tests.standing.conftest import Assess, Know
from tests.standing.test_overrides import decided, proposed
from tests.standing.test_plans import OPENING

After = Callable[..., Awaitable[list[dict[str, Any]]]]
HOUR = timedelta(hours=1)


@pytest.fixture
def after(app: FastAPI, sessions: Sessions, clock: ManualClock) -> After:
    """Lets time pass, sweeps, and reads what was told of some nouns: it was noon in Shanghai."""

    async def told_after(passed: timedelta, *nouns: str) -> list[dict[str, Any]]:
        clock.advance(passed)
        await swept(app, sessions, clock)
        async with sessions() as session:
            return await told(session, *nouns)

    return told_after


@pytest.fixture
async def plan(client: httpx2.AsyncClient, core: None, know: Know, assess: Assess) -> str:
    """The address of a plan that fell due today, to be opened by the 22nd of December."""
    await know(balance="70")
    await assess("Q4")
    [found] = (await client.get("/v1/plans")).json()["items"]
    return f"/v1/plans/{found['id']}"


async def test_a_plan_that_nobody_opened_expires_when_the_day_is_over(plan: str, after: After) -> None:
    midnight = timedelta(days=30, hours=12)
    assert await after(midnight - timedelta(seconds=1), "plan") == []
    [expired] = await after(timedelta(seconds=3), "plan")
    assert (expired["type"], expired["missed"], expired["late_by"]) == ("plan.expired", "open_by", 2)


async def test_one_that_was_opened_expires_at_its_deadline_alone(
    client: httpx2.AsyncClient, plan: str, after: After
) -> None:
    assert (await client.post(f"{plan}/open", json=OPENING)).status_code == 200
    events = await after(timedelta(days=62), "plan")
    assert [(each["type"], each.get("missed")) for each in events] == [
        ("plan.opened", None),
        ("plan.expired", "deadline"),
    ]
    assert events[1]["owner"] == "b1-s1-rm"


async def test_nobody_there_for_months_the_last_day_that_passed_is_told_of_once(plan: str, after: After) -> None:
    [expired] = await after(timedelta(days=200), "plan")
    assert expired["missed"] == "deadline"
    assert expired["late_by"] == timedelta(days=200 - 92, hours=-12).total_seconds()


async def test_an_extended_plan_expires_at_its_new_deadline(
    client: httpx2.AsyncClient, plan: str, after: After
) -> None:
    answer = await client.post(f"{plan}/extend", json={"reason": "a contract is about to be signed"})
    assert answer.status_code == 200, answer.text
    events = await after(timedelta(days=100), "plan")
    assert [each["missed"] for each in events] == ["open_by"]


async def test_a_tier_set_by_hand_shows_no_longer_on_its_last_day(
    client: httpx2.AsyncClient, assess: Assess, after: After
) -> None:
    await assess()
    await decided(client, await proposed(client), "b1-president")
    events = await after(timedelta(days=30), "override", "tier")
    assert [(each["type"], each.get("before"), each.get("after")) for each in events] == [
        ("tier.changed", "none", "key"),
        ("tier.changed", "key", "none"),
        ("override.expired", None, None),
    ]
    assert events[2]["until"] == "2026-12-22"


async def test_one_that_begins_later_is_told_of_on_its_first_day(
    client: httpx2.AsyncClient, assess: Assess, after: After
) -> None:
    await assess()
    await decided(client, await proposed(client, **{"from": "2026-12-01"}), "b1-president")
    assert await after(timedelta(days=8), "tier") == []
    [begun] = await after(timedelta(hours=12), "tier")
    assert (begun["before"], begun["after"], begun["moves"]) == ("none", "key", ["set_by_hand"])


async def test_a_fact_that_nobody_renewed_is_stale_once_it_is_too_old(know: Know, assess: Assess, after: After) -> None:
    await know(balance="90")
    await assess()
    assert await after(timedelta(days=35), "facts") == []
    [stale] = await after(timedelta(hours=12), "facts")
    assert (stale["rulebook"], stale["facts"], stale["unit"]) == ("watched-clients", ["balance"], "B1-S1")


async def test_one_that_was_told_anew_is_not_stale_though_nobody_assessed_since(
    know: Know, assess: Assess, after: After, clock: ManualClock
) -> None:
    await know(balance="90")
    await assess()
    clock.advance(timedelta(days=20))
    await know(balance="91")
    assert await after(timedelta(days=16), "facts") == []
