"""What is told outside of a client's standing, in the transaction in which it changes."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from app.clock import ManualClock
from app.db.engine import Sessions
from app.standing.moving import Subject, exited
from tests.events.told import told
from tests.service import NOON, change_of
from tests.standing.conftest import CLIENT, Assess, Know, as_person
from tests.standing.test_overrides import decided, proposed
from tests.standing.test_plans import OPENING

OF_CLIENT = {"client_id": CLIENT, "rulebook": "watched-clients", "unit": "B1-S1"}


@pytest.fixture
def events(sessions: Sessions) -> Any:
    """Reads what was told so far, of some nouns alone."""

    async def read(*nouns: str) -> list[dict[str, Any]]:
        async with sessions() as session:
            return await told(session, *nouns)

    return read


async def waiting(sessions: Sessions, kind: str) -> list[tuple[str, str]]:
    """The steps that wait of what falls due: what, and the day in Shanghai."""
    query = """
    SELECT step ->> 0, CAST(CAST(step ->> 1 AS timestamptz) AT TIME ZONE 'Asia/Shanghai' AS text)
    FROM due CROSS JOIN LATERAL jsonb_array_elements(steps) WITH ORDINALITY AS all_of (step, place)
    WHERE kind = :kind AND state = 'scheduled' AND place > taken ORDER BY 2
    """
    async with sessions() as session:
        return [(row[0], row[1]) for row in await session.execute(text(query), {"kind": kind})]


async def test_a_tier_that_recognition_gives_is_told_of(core: None, events: Any) -> None:
    [changed] = await events("tier")
    assert changed | {"assessment_id": None} == OF_CLIENT | {
        "type": "tier.changed",
        "before": None,
        "after": "core",
        "moves": ["placed"],
        "reasons": changed["reasons"],
        "as_of": "2026-11-22",
        "assessment_id": None,
    }


async def test_a_first_place_in_the_lowest_tier_is_no_change(assess: Assess, events: Any) -> None:
    await assess()
    assert await events("tier") == []


async def test_a_ceiling_that_holds_down_and_its_release_are_told_of_with_the_assessment(
    core: None, know: Know, assess: Assess, events: Any
) -> None:
    await know(balance="90", overdue_days="30")
    held = await assess()
    await know(overdue_days="0")
    released = await assess()
    _, down, up = await events("tier")
    assert (down["before"], down["after"], down["moves"]) == ("core", "key", ["held_down"])
    assert (down["reasons"], down["assessment_id"]) == (["overdue_30"], held["id"])
    assert (up["before"], up["after"], up["assessment_id"]) == ("key", "core", released["id"])


async def test_a_warning_is_told_of_once_when_it_is_raised_and_once_when_it_is_cleared(
    core: None, know: Know, assess: Assess, events: Any
) -> None:
    for balance in ("78", "78", "95", "95"):
        await know(balance=balance)
        await assess()
    raised, cleared = await events("warning")
    assert raised == OF_CLIENT | {"type": "warning.raised", "warning": raised["warning"], "on": "2026-11-22"}
    assert cleared == raised | {"type": "warning.cleared"}


async def test_a_plan_that_falls_due_has_its_days_looked_after_and_tells_when_it_is_opened(
    client: httpx2.AsyncClient, core: None, know: Know, assess: Assess, sessions: Sessions, events: Any
) -> None:
    await know(balance="70")
    await assess("Q4")
    [plan] = (await client.get("/v1/plans")).json()["items"]
    assert await waiting(sessions, "plan") == [
        ("open_by", "2026-12-23 00:00:00"),
        ("deadline", "2027-02-23 00:00:00"),
    ]
    assert (await client.post(f"/v1/plans/{plan['id']}/open", json=OPENING)).status_code == 200
    assert await waiting(sessions, "plan") == [("deadline", "2027-01-23 00:00:00")]
    [opened] = await events("plan")
    plain = {"plan_id": plan["id"], "deadline": "2027-01-22", "owner": "b1-s1-rm"}
    assert opened == OF_CLIENT | {"type": "plan.opened"} | plain


async def test_a_plan_that_is_met_is_looked_after_no_longer(
    core: None, know: Know, assess: Assess, sessions: Sessions
) -> None:
    await know(balance="70")
    await assess("Q4")
    await know(balance="90")
    await assess("Q1")
    assert await waiting(sessions, "plan") == []


async def test_a_tier_set_by_hand_is_told_of_and_its_last_day_looked_after(
    client: httpx2.AsyncClient, assess: Assess, sessions: Sessions, events: Any
) -> None:
    await assess()
    override = await proposed(client)
    assert await events("tier") == []
    await decided(client, override, "b1-president")
    [changed] = await events("tier")
    assert (changed["before"], changed["after"], changed["moves"]) == ("none", "key", ["set_by_hand"])
    assert await waiting(sessions, "override") == [("expires", "2026-12-22 00:00:00")]


async def test_a_tier_set_by_hand_from_a_day_to_come_shows_and_is_told_of_then(
    client: httpx2.AsyncClient, assess: Assess, sessions: Sessions, events: Any
) -> None:
    await assess()
    await decided(client, await proposed(client, **{"from": "2026-12-01"}), "b1-president")
    assert await events("tier") == []
    assert await waiting(sessions, "override") == [
        ("begins", "2026-12-01 00:00:00"),
        ("expires", "2026-12-22 00:00:00"),
    ]


async def test_one_that_is_ended_shows_no_longer_and_is_looked_after_no_longer(
    client: httpx2.AsyncClient, assess: Assess, sessions: Sessions, events: Any
) -> None:
    await assess()
    override = await proposed(client)
    await decided(client, override, "b1-president")
    body = {"reason": "the merger is off"}
    answer = await client.post(f"/v1/overrides/{override['id']}/end", json=body, headers=as_person("b1-director"))
    assert answer.status_code == 200, answer.text
    assert (await events("tier"))[-1]["moves"] == ["hand_ended"]
    assert await waiting(sessions, "override") == []


async def test_an_exit_is_told_of_with_all_that_it_ends(
    core: None, know: Know, assess: Assess, app: Any, sessions: Sessions, events: Any
) -> None:
    await know(balance="78")
    await assess()
    published = app.state.rulebooks.governing("watched-clients", ("B1-S1", "B1", "HO"), NOON.date())
    async with sessions.begin() as session:
        await exited(change_of(session), Subject(CLIENT, "B1-S1", published), ["overdue_90"])
    told_of = [(each["type"], each.get("after", each.get("reasons"))) for each in await events()][-3:]
    assert told_of == [("client.exited", ["overdue_90"]), ("tier.changed", "none"), ("warning.cleared", None)]


async def test_facts_are_looked_after_until_they_are_too_old_for_the_rulebook_that_decided(
    know: Know, assess: Assess, sessions: Sessions, clock: ManualClock
) -> None:
    """The balance may be 35 days old."""
    await know(balance="90")
    await assess()
    assert await waiting(sessions, "facts") == [("stale", "2026-12-28 00:00:00")]
    clock.advance(timedelta(days=10))
    await know(balance="91")
    await assess()
    assert await waiting(sessions, "facts") == [("stale", "2027-01-07 00:00:00")]
