"""Reviews are planned by whatever decides what a client holds, from the due day on (domain.md A10, A11)."""

from datetime import date
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.access.scopes import Scope
from app.db.engine import Sessions
from app.rulebooks.reign import Term
from tests.reviews.conftest import CLIENT, Assessed, Now
from tests.reviews.reviewed import CORE, KEY, LESS, PATH, REVIEWED, acted, reviews, still_open
from tests.rulebooks.publishing import published


async def due_steps(sessions: Sessions) -> list[tuple[str, str, str]]:
    """What still stands on the table of what falls due."""
    query = """
    SELECT step ->> 0 AS action, step ->> 1 AS at, COALESCE(step -> 2 ->> 'role', step -> 2 ->> 'period', '') AS more
    FROM due CROSS JOIN LATERAL jsonb_array_elements(steps) AS step
    WHERE kind = 'review' AND state = 'scheduled' ORDER BY at"""
    async with sessions() as session:
        return [(row.action, row.at[:16], row.more) for row in await session.execute(text(query))]


async def test_the_first_is_counted_from_the_day_of_the_tier(
    client: httpx2.AsyncClient, assessed: Assessed, now: Now
) -> None:
    now("2027-01-31T09:00")
    await assessed(CORE)
    found = await still_open(client)
    assert found == {
        "id": found["id"],
        "client_id": CLIENT,
        "rulebook": "reviewed-clients",
        "version": 1,
        "cycle": 1,
        "tier": "core",
        "every": "P3M",
        "full": False,
        "planned_on": "2027-04-30",
        "due_on": "2027-04-30",
        "due_at": "2027-04-29T16:00:00Z",
        "overdue_at": "2027-05-04T16:00:00Z",
        "status": "upcoming",
        "postponed": 0,
        "reason": None,
        "ended_at": None,
        "ended_by": None,
        "assessment_id": None,
        "revision": 1,
        "created_at": "2027-01-31T01:00:00Z",
        "updated_at": "2027-01-31T01:00:00Z",
    }


async def test_who_is_told_when_stands_on_the_table_of_what_falls_due(
    client: httpx2.AsyncClient, assessed: Assessed, sessions: Sessions, now: Now
) -> None:
    now("2027-01-31T09:00")
    await assessed(CORE)
    assert await due_steps(sessions) == [
        ("upcoming", "2027-04-15T16:00", "P14D"),
        ("upcoming", "2027-04-26T16:00", "P3D"),
        ("due", "2027-04-29T16:00", ""),
        ("overdue", "2027-05-04T16:00", "corporate_director"),
        ("overdue", "2027-05-14T16:00", "branch_president"),
    ]


async def test_through_a_leap_year_each_is_counted_from_the_day_that_was_due(
    client: httpx2.AsyncClient, assessed: Assessed, now: Now
) -> None:
    now("2027-11-30T09:00")
    await assessed(CORE)
    found = []
    for late in ("2028-03-03", "2028-05-30", "2028-09-11", "2028-11-30", "2029-02-28"):
        now(f"{late}T10:00")
        review = await still_open(client)
        found.append((review["cycle"], review["planned_on"], review["due_on"], review["full"]))
        await acted(client, review, "complete")
    assert found == [
        (1, "2028-02-29", "2028-02-29", False),
        (2, "2028-05-30", "2028-05-30", False),
        (3, "2028-08-30", "2028-08-30", False),
        (4, "2028-11-30", "2028-11-30", True),
        (5, "2029-02-28", "2029-02-28", False),
    ]


async def test_it_is_due_on_a_working_day_of_the_unit_and_the_next_is_counted_from_the_day_that_was_planned(
    client: httpx2.AsyncClient, assessed: Assessed, now: Now
) -> None:
    closed = {"from": "2027-05-06", "until": "2027-05-08", "reason": "works"}
    assert (await client.post("/v1/units/B1/closures", json=closed)).status_code == 201
    now("2027-02-04T09:00")
    await assessed(CORE)
    found = await still_open(client)
    assert (found["planned_on"], found["due_on"]) == ("2027-05-04", "2027-05-10")
    now("2027-05-10T09:00")
    await acted(client, found, "complete")
    assert (await still_open(client))["planned_on"] == "2027-08-04"


async def test_the_same_again_plans_nothing(client: httpx2.AsyncClient, assessed: Assessed) -> None:
    await assessed(CORE)
    before = await reviews(client)
    await assessed(CORE)
    assert await reviews(client) == before


async def test_a_lower_tier_plans_the_open_one_anew_from_the_last_due_day(
    client: httpx2.AsyncClient, assessed: Assessed, sessions: Sessions, now: Now
) -> None:
    now("2027-01-31T09:00")
    await assessed(CORE)
    first = await still_open(client)
    now("2027-03-10T09:00")
    await assessed(KEY, review="early")
    found = await still_open(client)
    assert (first["cycle"], found["cycle"]) == (1, 2)
    assert (found["tier"], found["planned_on"], found["every"]) == ("key", "2027-10-31", "P6M")


async def test_an_assessment_between_reviews_that_raises_the_tier_brings_the_open_one_forward(
    client: httpx2.AsyncClient, assessed: Assessed, sessions: Sessions, now: Now
) -> None:
    now("2027-01-31T09:00")
    await assessed(KEY)
    first = await still_open(client)
    assert first["planned_on"] == "2027-07-31"
    now("2027-03-10T09:00")
    await assessed(CORE)
    found = await still_open(client)
    assert (found["id"], found["planned_on"], found["tier"]) == (first["id"], "2027-04-30", "core")
    assert found["revision"] == 2
    assert [at for action, at, _ in await due_steps(sessions) if action == "due"] == ["2027-04-29T16:00"]


async def test_one_that_is_due_already_stays_due_whatever_the_tier(
    client: httpx2.AsyncClient, assessed: Assessed, now: Now
) -> None:
    now("2027-01-29T09:00")
    await assessed(KEY)
    now("2027-07-29T09:00")
    await assessed(CORE)
    found = await still_open(client)
    assert (found["planned_on"], found["status"], found["tier"]) == ("2027-07-29", "due", "core")
    done = await acted(client, found, "complete")
    assert done["next"]["planned_on"] == "2027-10-29"


async def test_who_loses_the_tier_is_reviewed_no_longer(
    client: httpx2.AsyncClient, assessed: Assessed, sessions: Sessions, now: Now
) -> None:
    now("2027-01-29T09:00")
    await assessed(CORE)
    await assessed(LESS, review="a-review")
    assert [each["status"] for each in await reviews(client)] == ["done"]
    assert await due_steps(sessions) == []


async def test_whose_rulebook_reviews_no_longer_has_none(
    client: httpx2.AsyncClient, assessed: Assessed, app: FastAPI, sessions: Sessions, now: Now
) -> None:
    await assessed(CORE)
    start, end = REVIEWED.index("\nreviews:"), REVIEWED.index("\ncoverage:")
    await reign(app, sessions, REVIEWED[:start] + REVIEWED[end:])
    now("2027-01-01T09:00")
    await assessed(CORE)
    [found] = await reviews(client)
    assert (found["status"], found["reason"]) == ("cancelled", "not_reviewed")
    assert await due_steps(sessions) == []


async def test_another_version_s_cadence_holds_from_the_next_assessment_on(
    client: httpx2.AsyncClient, assessed: Assessed, app: FastAPI, sessions: Sessions, now: Now
) -> None:
    now("2026-11-30T09:00")
    await assessed(CORE)
    await reign(app, sessions, REVIEWED.replace("core: P3M", "core: P2M"))
    now("2027-01-01T09:00")
    assert (await still_open(client))["planned_on"] == "2027-02-28"
    await assessed(CORE)
    found = await still_open(client)
    assert (found["planned_on"], found["version"], found["every"]) == ("2027-01-30", 2, "P2M")


async def test_who_is_back_in_a_tier_begins_anew(client: httpx2.AsyncClient, assessed: Assessed, now: Now) -> None:
    now("2027-01-31T09:00")
    await assessed(CORE)
    await assessed(LESS, review="a-review")
    now("2027-02-15T09:00")
    await assessed(CORE)
    found = await still_open(client)
    assert (found["cycle"], found["planned_on"], found["full"]) == (2, "2027-05-15", False)


async def test_who_has_left_is_reviewed_no_longer(
    client: httpx2.AsyncClient, assessed: Assessed, sessions: Sessions
) -> None:
    await assessed(CORE)
    why = {"rulebook": "reviewed-clients", "reason": "no fit", "decision": "2026 / 4"}
    by = {"X-On-Behalf-Of": "b1-director"}
    leaving = (await client.post(f"/v1/clients/{CLIENT}/exits", json=why, headers=by)).json()
    by = {"X-On-Behalf-Of": "b1-president"}
    path = f"/v1/exits/{leaving['id']}"
    assert (await client.post(f"{path}/confirm", json={"reason": "agreed"}, headers=by)).status_code == 200
    await client.post(f"{path}/steps/notify/assign", json={"officer_id": "b1-director"}, headers=by)
    by = {"X-On-Behalf-Of": "b1-director"}
    done = await client.post(f"{path}/steps/notify/done", json={}, headers=by)
    assert done.json()["state"] == "exited", done.text
    assert [each["status"] for each in await reviews(client)] == ["cancelled"]
    assert await due_steps(sessions) == []


async def test_a_client_that_was_assessed_for_a_past_day_is_not_planned_into_the_past(
    client: httpx2.AsyncClient, assessed: Assessed, now: Now
) -> None:
    now("2027-06-15T09:00")
    answer = await client.post(f"/v1/clients/{CLIENT}/facts", json={"facts": {"balance": CORE}, "as_of": "2027-01-31"})
    assert answer.status_code == 207, answer.text
    await assessed(CORE, as_of="2027-01-31")
    found = await still_open(client)
    assert (found["planned_on"], found["full"]) == ("2027-07-31", False)


async def test_a_review_by_another_name_is_the_open_one_done_once_in_its_cycle(
    client: httpx2.AsyncClient, assessed: Assessed, now: Now
) -> None:
    now("2027-01-31T09:00")
    await assessed(CORE)
    now("2027-04-12T09:00")
    done = await assessed(CORE, review="2027-Q2")
    await assessed(CORE, review="2027-Q2-again")
    found = await reviews(client)
    assert [(each["status"], each["planned_on"]) for each in found] == [
        ("done", "2027-04-30"),
        ("upcoming", "2027-07-31"),
    ]
    assert found[0]["assessment_id"] == done["id"]


async def test_every_step_leaves_its_trace(
    client: httpx2.AsyncClient, assessed: Assessed, sessions: Sessions, now: Now
) -> None:
    now("2027-01-31T09:00")
    await assessed(KEY)
    await assessed(CORE)
    review = await still_open(client)
    await acted(client, review, "reschedule", to="2027-04-01", reason="a merger")
    await acted(client, review, "complete")
    query = "SELECT action, object_id, unit, reason FROM audit_entry WHERE object_type = 'review' ORDER BY id"
    async with sessions() as session:
        rows: list[Any] = [*await session.execute(text(query))]
    assert [(row.action, row.object_id == review["id"], row.unit, row.reason) for row in rows] == [
        ("review.planned", True, "B1-S1", None),
        ("review.replanned", True, "B1-S1", None),
        ("review.rescheduled", True, "B1-S1", "a merger"),
        ("review.completed", True, "B1-S1", None),
        ("review.planned", False, "B1-S1", None),
    ]


async def reign(app: FastAPI, sessions: Sessions, document: str) -> None:
    """Another version governs from 2027 on."""
    async with sessions.begin() as session:
        await published(session, document, Term((), date(2027, 1, 1)))
    await app.state.rulebooks.refresh()


@pytest.mark.parametrize("path", [PATH, f"{PATH}/9d1f4a0e-5d2b-4a4e-8a51-0b5f7c1d2e3f"])
async def test_a_key_reads_reviews_by_its_scope(client: httpx2.AsyncClient, of: Any, path: str) -> None:
    other = await of(None, Scope.CLIENTS_READ)
    assert (await other.get(path)).status_code == 403
