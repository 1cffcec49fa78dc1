"""Improvement plans: who opens and revises them, what each state refuses, and what the rulebook lets."""

import re
from datetime import date, timedelta
from typing import Any, Final

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.clock import ManualClock
from app.db.engine import Sessions
from app.rulebooks.reign import Term
from app.standing.moving import Subject, recognised
from tests.rulebooks.publishing import published
from tests.service import change_of
from tests.standing.conftest import CLIENT, Assess, CallerOf, Know
from tests.standing.watched import WATCHED

OPENING: Final[dict[str, Any]] = {
    "owner": "b1-s1-rm",
    "measures": [{"text": "call on the treasurer", "by": "2027-01-15"}],
}
REVISED = {"owner": "b1-s1-rm-2", "measures": [{"text": "raise the line", "by": "2027-01-20", "done_on": None}]}
WHY = {"reason": "a contract is about to be signed"}


@pytest.fixture
async def plan(client: httpx2.AsyncClient, core: None, know: Know, assess: Assess) -> str:
    """The address of the plan that fell due at a review below the stay bound."""
    await know(balance="70")
    await assess("Q4")
    [found] = (await client.get("/v1/plans")).json()["items"]
    return f"/v1/plans/{found['id']}"


def refused(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


async def test_a_plan_is_read_as_it_is_listed(client: httpx2.AsyncClient, plan: str) -> None:
    found = (await client.get(plan)).json()
    assert (found["client_id"], found["state"], found["owner"], found["measures"]) == (CLIENT, "due", None, [])
    assert (await client.get("/v1/plans?state=due&deadline_before=2027-02-23")).json()["items"] == [found]
    for other in ("state=open", "deadline_before=2027-02-22", f"cursor={found['id']}"):
        assert (await client.get(f"/v1/plans?{other}")).json()["items"] == []


async def test_a_plan_is_opened_once_and_revised_while_it_is_open(
    client: httpx2.AsyncClient, plan: str, sessions: Sessions
) -> None:
    assert refused(await client.put(plan, json=REVISED)) == (409, "plan_state")
    opened = (await client.post(f"{plan}/open", json=OPENING)).json()
    assert refused(await client.post(f"{plan}/open", json=OPENING)) == (409, "plan_state")
    revised = (await client.put(plan, json=REVISED)).json()
    assert revised == opened | REVISED
    async with sessions() as session:
        trail = text("SELECT before -> 'owner', after -> 'owner' FROM audit_entry WHERE action = 'plan.revised'")
        assert [tuple(row) for row in await session.execute(trail)] == [("b1-s1-rm", "b1-s1-rm-2")]


@pytest.mark.parametrize(
    ("day", "code"), [("1990-01-01", "day_passed"), ("2026-11-21", "day_passed"), ("2027-01-23", "after_deadline")]
)
async def test_a_measure_has_its_day_while_the_plan_runs(
    client: httpx2.AsyncClient, plan: str, day: str, code: str
) -> None:
    """Opened today, it runs until 2027-01-22."""
    answer = await client.post(f"{plan}/open", json={**OPENING, "measures": [{"text": "call", "by": day}]})
    assert (answer.status_code, [(e["pointer"], e["code"]) for e in answer.json()["errors"]]) == (
        422,
        [("/measures/0/by", code)],
    )
    assert (await client.get(plan)).json()["state"] == "due"


async def test_a_measure_whose_day_passes_is_kept_when_the_plan_is_revised(
    client: httpx2.AsyncClient, plan: str, clock: ManualClock
) -> None:
    await client.post(f"{plan}/open", json=OPENING)
    clock.advance(timedelta(days=60))
    done = [{"text": "call on the treasurer", "by": "2027-01-15", "done_on": "2027-01-10"}]
    assert (await client.put(plan, json={**OPENING, "measures": done})).status_code == 200
    late = [*done, {"text": "call again", "by": "2027-01-18"}]
    answer = await client.put(plan, json={**OPENING, "measures": late})
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/measures/1/by"]


async def test_what_is_done_of_a_plan_is_kept(client: httpx2.AsyncClient, plan: str) -> None:
    await client.post(f"{plan}/open", json=OPENING)
    done: Any = {**OPENING["measures"][0], "done_on": "2026-11-22"}
    await client.put(plan, json={**OPENING, "measures": [done]})
    assert (await client.get(plan)).json()["measures"] == [done]


async def test_nothing_is_done_on_a_day_to_come(client: httpx2.AsyncClient, plan: str) -> None:
    early: Any = {**OPENING, "measures": [{**OPENING["measures"][0], "done_on": "2026-11-23"}]}
    answer = await client.post(f"{plan}/open", json=early)
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [
        ("/measures/0/done_on", "day_to_come")
    ]


async def test_a_plan_is_revised_by_whoever_has_seen_it_as_it_is(client: httpx2.AsyncClient, plan: str) -> None:
    await client.post(f"{plan}/open", json=OPENING)
    seen = (await client.get(plan)).headers["ETag"]
    revised = await client.put(plan, json=REVISED, headers={"If-Match": seen})
    assert (revised.status_code, revised.headers["ETag"]) == (200, (await client.get(plan)).headers["ETag"])
    late = await client.put(plan, json=OPENING, headers={"If-Match": seen})
    assert refused(late) == (412, "precondition_failed")


async def test_the_same_revision_again_changes_nothing_and_leaves_no_trace(
    client: httpx2.AsyncClient, plan: str, sessions: Sessions
) -> None:
    await client.post(f"{plan}/open", json=OPENING)
    first, again = [await client.put(plan, json=REVISED) for _ in range(2)]
    assert (again.json(), again.headers["ETag"]) == (first.json(), first.headers["ETag"])
    async with sessions() as session:
        revised = text("SELECT count(*) FROM audit_entry WHERE action = 'plan.revised'")
        assert await session.scalar(revised) == 1


async def test_an_owner_from_above_the_client_will_do_and_one_from_elsewhere_not(
    of: CallerOf, client: httpx2.AsyncClient, plan: str
) -> None:
    branch = await of("B1")
    elsewhere = await branch.post(f"{plan}/open", json={**OPENING, "owner": "b2-director"})
    assert (elsewhere.status_code, elsewhere.json()["errors"][0]["code"]) == (422, "unknown_officer")
    above = await branch.post(f"{plan}/open", json={**OPENING, "owner": "ho-corporate"})
    assert above.json()["owner"] == "ho-corporate"


async def test_a_plan_that_has_ended_is_neither_opened_nor_extended(
    client: httpx2.AsyncClient, plan: str, know: Know, assess: Assess
) -> None:
    await know(balance="90")
    await assess("Q1")
    assert (await client.get(plan)).json()["state"] == "met"
    assert refused(await client.post(f"{plan}/open", json=OPENING)) == (409, "plan_state")
    assert refused(await client.post(f"{plan}/extend", json=WHY)) == (409, "plan_state")


async def test_a_rulebook_that_has_no_plans_any_more_neither_opens_nor_extends_one(
    client: httpx2.AsyncClient, app: FastAPI, plan: str, sessions: Sessions, clock: ManualClock
) -> None:
    without = WATCHED.replace(", plan: {open_within: P30D, runs: P2M, extensions: 1}", "")
    async with sessions.begin() as session:
        await published(session, without, Term((), date(2026, 12, 1)))
    await app.state.rulebooks.refresh()
    clock.advance(timedelta(days=10))
    assert refused(await client.post(f"{plan}/open", json=OPENING)) == (409, "plan_state")
    assert refused(await client.post(f"{plan}/extend", json=WHY)) == (409, "plan_state")


@pytest.fixture
async def renamed(app: FastAPI, plan: str, sessions: Sessions, clock: ManualClock) -> Subject:
    """From today on a version governs that calls the client's tier by another name."""
    assert plan
    async with sessions.begin() as session:
        await published(session, re.sub(r"\bcore\b", "first", WATCHED), Term((), date(2026, 12, 1)))
    await app.state.rulebooks.refresh()
    clock.advance(timedelta(days=10))
    return Subject(CLIENT, "B1-S1", app.state.rulebooks.in_force("watched-clients", date(2026, 12, 2)))


@pytest.mark.usefixtures("renamed")
async def test_a_version_without_the_tier_cancels_its_plan_and_no_later_review_meets_it(
    client: httpx2.AsyncClient, plan: str, know: Know, assess: Assess
) -> None:
    placed = await assess("2026-12")
    assert (placed["moves"][0]["kind"], placed["after"]["plan"]) == ("placed", None)
    ended = (await client.get(plan)).json()
    assert (ended["state"], ended["ended_on"]) == ("cancelled", "2026-12-02")
    await know(balance="0")
    later = await assess("2027-01")
    assert not {"plan_met", "plan_failed", "demoted"} & {each["kind"] for each in later["moves"]}


async def test_a_recognition_in_a_tier_of_another_name_cancels_the_plan(
    client: httpx2.AsyncClient, sessions: Sessions, clock: ManualClock, plan: str, renamed: Subject
) -> None:
    async with sessions.begin() as session:
        await recognised(change_of(session, now=clock.now()), renamed, "first", ("committee",))
    assert (await client.get(plan)).json()["state"] == "cancelled"


async def test_a_recognition_that_lifts_nobody_leaves_the_plan(
    client: httpx2.AsyncClient, app: FastAPI, plan: str, sessions: Sessions
) -> None:
    subject = Subject(CLIENT, "B1-S1", app.state.rulebooks.in_force("watched-clients", date(2026, 11, 22)))
    async with sessions.begin() as session:
        assert (await recognised(change_of(session), subject, "key", ("committee",))).tier == "core"
    assert (await client.get(plan)).json()["state"] == "due"


async def test_outside_the_unit_a_plan_is_not_there(of: CallerOf, client: httpx2.AsyncClient, plan: str) -> None:
    outside = await of("B2")
    for answer in (
        await outside.get(plan),
        await outside.put(plan, json=REVISED),
        await outside.post(f"{plan}/open", json=OPENING),
        await outside.post(f"{plan}/extend", json=WHY),
        await client.get("/v1/plans/00000000-0000-4000-8000-000000000000"),
    ):
        assert refused(answer) == (404, "plan_not_found")
    assert (await outside.get("/v1/plans")).json()["items"] == []


async def test_who_assists_a_client_reads_its_plan_and_decides_nothing_on_it(
    client: httpx2.AsyncClient, of: CallerOf, plan: str
) -> None:
    profile = {"kind": "company", "name": "北方重工", "unit": "B1-S1", "segment": "corporate"}
    shared = await client.put(f"/v1/clients/{CLIENT}", json=profile | {"assisting_units": ["B2-S1"]})
    assert shared.status_code == 200
    assisting = await of("B2")
    found = (await assisting.get(plan)).json()
    assert refused(await assisting.post(f"{plan}/open", json=OPENING)) == (403, "leads_elsewhere")
    assert refused(await assisting.put(plan, json=REVISED)) == (403, "leads_elsewhere")
    assert refused(await assisting.post(f"{plan}/extend", json=WHY)) == (403, "leads_elsewhere")
    assert (await client.get(plan)).json() == found
