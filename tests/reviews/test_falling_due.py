"""What is told when the moment of a review has come, as the sweep asks for it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import text

from app.clock import ManualClock
from app.db.engine import Sessions
from app.due.handling import Taken
from app.events.emitting import emit
from app.events.envelope import Happened
from app.reviews.falling_due import review_falls_due
from tests.reviews.conftest import CLIENT, Assessed, Now
from tests.reviews.reviewed import CORE, acted, still_open
from tests.service import change_of


@pytest.fixture
async def review(client: httpx2.AsyncClient, assessed: Assessed, now: Now) -> Any:
    now("2027-01-29T09:00")
    await assessed(CORE)
    return await still_open(client)


async def taken(sessions: Sessions, clock: ManualClock) -> list[Taken]:
    """Every step that waits, as the sweep hands it over an hour after its moment."""
    query = """
    SELECT due.*, step FROM due CROSS JOIN LATERAL jsonb_array_elements(steps) WITH ORDINALITY AS each (step, place)
    WHERE kind = 'review' ORDER BY due.client_id, place"""
    async with sessions() as session:
        rows = [*await session.execute(text(query))]
    found = []
    for row in rows:
        action, at, more = row.step
        rest = (row.id, row.kind, row.key, row.client_id, row.rulebook, row.due_at, row.about)
        found.append(Taken(*rest, action, datetime.fromisoformat(at), more, 3600))
    return found


async def told(sessions: Sessions, clock: ManualClock) -> list[Happened | None]:
    async with sessions.begin() as session:
        change = change_of(session, now=clock.now() + timedelta(hours=1))
        found = [*await review_falls_due(change, await taken(sessions, clock))]
        await emit(change, [each for each in found if each])
    return found


async def test_each_step_tells_its_own(review: Any, sessions: Sessions, clock: ManualClock) -> None:
    found = [each for each in await told(sessions, clock) if each]
    assert [each.data.type for each in found] == [
        "tierbook.review.upcoming.v1",
        "tierbook.review.upcoming.v1",
        "tierbook.review.due.v1",
        "tierbook.review.overdue.v1",
        "tierbook.review.overdue.v1",
    ]
    assert [each.at.isoformat()[:10] for each in found] == [
        "2027-04-14",
        "2027-04-25",
        "2027-04-28",
        "2027-05-03",
        "2027-05-13",
    ]
    assert {(each.subject, each.unit) for each in found} == {(CLIENT, "B1-S1")}
    assert [each.data.model_dump().get("escalated_to") for each in found][3:] == [
        "corporate_director",
        "branch_president",
    ]
    assert [each.data.model_dump().get("before") for each in found][:2] == ["P14D", "P3D"]
    assert found[2].data.model_dump() == {
        "client_id": CLIENT,
        "rulebook": "reviewed-clients",
        "review_id": UUID(review["id"]),
        "cycle": 1,
        "due_at": datetime.fromisoformat(review["due_at"]),
        "full": False,
        "tier": "core",
        "late_by": 3600,
    }


async def test_told_again_it_is_the_same_event(review: Any, sessions: Sessions, clock: ManualClock) -> None:
    once = {each.id for each in await told(sessions, clock) if each}
    again = {each.id for each in await told(sessions, clock) if each}
    assert len(once) == 5
    assert once == again


async def test_of_a_review_that_is_over_nothing_is_told(
    client: httpx2.AsyncClient, review: Any, sessions: Sessions, clock: ManualClock
) -> None:
    waiting = await taken(sessions, clock)
    await acted(client, review, "complete")
    async with sessions.begin() as session:
        found = await review_falls_due(change_of(session, now=clock.now()), waiting)
    assert [*found] == [None] * 5


async def test_due_at_another_moment_it_is_another_event(
    client: httpx2.AsyncClient, review: Any, sessions: Sessions, clock: ManualClock
) -> None:
    before = {each.id for each in await told(sessions, clock) if each}
    await acted(client, review, "reschedule", to="2027-04-20T01:00:00Z", reason="a merger")
    after = {each.id for each in await told(sessions, clock) if each}
    assert not before & after
