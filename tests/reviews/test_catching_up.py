"""Who is to be reviewed and has no review gets one, whatever the reason that none was planned (domain.md A10)."""

from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.db.engine import Sessions
from app.reviews import catching_up
from app.reviews.catching_up import CatchingUp
from app.reviews.planning import Planner
from tests.due.swept import swept
from tests.reviews.conftest import CLIENT, Assessed, Now, led
from tests.reviews.reviewed import CORE, LESS, reviews, still_open
from tests.service import SHANGHAI


@pytest.fixture
async def standing(client: httpx2.AsyncClient, assessed: Assessed, now: Now) -> None:
    """C-1 is core since the 29th of January 2027."""
    now("2027-01-29T09:00")
    await assessed(CORE)


async def caught_up(app: FastAPI) -> int:
    planned: int = await app.state.catching_up.once()
    return planned


@pytest.fixture
async def app(app: FastAPI, sessions: Sessions) -> FastAPI:
    """What catches up writes in the test's transaction, too."""
    app.state.catching_up = CatchingUp(sessions, app.state.clock, app.state.judges, Planner("CN"), SHANGHAI)
    return app


async def as_before_reviews(sessions: Sessions) -> None:
    """The database as it was of clients that were assessed when reviews were not kept yet."""
    async with sessions.begin() as session:
        await session.execute(text("DELETE FROM review"))
        await session.execute(text("DELETE FROM due WHERE kind = 'review'"))


async def test_who_stood_there_before_reviews_were_kept_is_reviewed(
    app: FastAPI, client: httpx2.AsyncClient, standing: None, sessions: Sessions, now: Now
) -> None:
    planned = await still_open(client)
    await as_before_reviews(sessions)
    now("2027-02-10T09:00")
    assert await caught_up(app) == 1
    found = await still_open(client)
    same = ("client_id", "rulebook", "tier", "cycle", "due_on", "planned_on", "status")
    assert {name: found[name] for name in same} == {name: planned[name] for name in same}


async def test_a_second_time_there_is_nothing_to_do(
    app: FastAPI, client: httpx2.AsyncClient, standing: None, sessions: Sessions
) -> None:
    assert await caught_up(app) == 0
    await as_before_reviews(sessions)
    assert [await caught_up(app), await caught_up(app)] == [1, 0]
    assert len(await reviews(client, client_id=CLIENT)) == 1


async def test_nothing_is_planned_into_the_past(
    app: FastAPI, client: httpx2.AsyncClient, standing: None, sessions: Sessions, now: Now
) -> None:
    await as_before_reviews(sessions)
    now("2028-06-01T09:00")
    assert await caught_up(app) == 1
    assert (await still_open(client))["due_on"] == "2028-07-31"  # the 29th is a Saturday


async def test_who_is_not_reviewed_stays_without(
    app: FastAPI, client: httpx2.AsyncClient, assessed: Assessed, now: Now
) -> None:
    await led(client, "C-2", "B1-S1")
    await assessed(LESS, "C-2")
    assert await caught_up(app) == 0
    assert await reviews(client, client_id="C-2") == []


async def test_it_falls_due_as_any_other(
    app: FastAPI, client: httpx2.AsyncClient, standing: None, sessions: Sessions, now: Now
) -> None:
    await as_before_reviews(sessions)
    await caught_up(app)
    now("2027-04-29T09:00")
    await swept(app, sessions, app.state.clock)
    assert (await still_open(client))["status"] == "due"


async def test_page_by_page_nobody_is_left_out(
    app: FastAPI,
    client: httpx2.AsyncClient,
    assessed: Assessed,
    sessions: Sessions,
    now: Now,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = [f"C-{number}" for number in range(2, 9)]
    for name in names:
        await led(client, name, "B1-S1")
        await assessed(CORE if name != "C-5" else LESS, name)
    await as_before_reviews(sessions)
    monkeypatch.setattr(catching_up, "PAGE", 2)
    assert await caught_up(app) == len(names) - 1
    found: Any = [each["client_id"] for each in await reviews(client)]
    assert sorted(found) == [name for name in names if name != "C-5"]


async def test_it_stands_in_the_trail(
    app: FastAPI, client: httpx2.AsyncClient, standing: None, sessions: Sessions
) -> None:
    await as_before_reviews(sessions)
    await caught_up(app)
    review = await still_open(client)
    query = text("SELECT action, unit FROM audit_entry WHERE object_id = :id")
    async with sessions() as session:
        entries = (await session.execute(query, {"id": review["id"]})).all()
    assert entries == [("review.planned", "B1-S1")]
