"""A run plans the reviews of all whom it assesses, and a run that reviews does them, in few statements."""

from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, event, text

from app.clock import ManualClock
from app.db.engine import Sessions
from app.portfolio.job import Shop
from app.portfolio.runner import Runner
from tests.reviews.conftest import Now, led
from tests.reviews.reviewed import CORE, KEY, LESS, reviews
from tests.service import SHANGHAI

BALANCES = {f"C-{at}": (CORE, KEY, LESS)[at % 3] for at in range(1, 31)}
NOT_REVIEWED = {name for name, balance in BALANCES.items() if balance == LESS}


@pytest.fixture
async def book(client: httpx2.AsyncClient, now: Now) -> None:
    """Thirty clients with their balances, a third of them in no tier."""
    now("2027-01-29T09:00")
    for at, (name, balance) in enumerate(BALANCES.items()):
        await led(client, name, ("B1-S1", "B2-S1")[at % 2])
        await client.post(f"/v1/clients/{name}/facts", json={"facts": {"balance": balance}})


async def ran(app: FastAPI, client: httpx2.AsyncClient, sessions: Sessions, clock: ManualClock, **order: str) -> None:
    asked = {"kind": "assess", "rulebook": "reviewed-clients", **order}
    made = await client.post("/v1/runs", json=asked)
    assert made.status_code == 202, made.text
    await Runner(sessions, clock, Shop(app.state.judges, app.state.followers, SHANGHAI), piece=100).do_waiting()
    assert (await client.get(f"/v1/runs/{made.json()['id']}")).json()["state"] == "done"


async def test_a_run_plans_all(
    app: FastAPI, client: httpx2.AsyncClient, sessions: Sessions, clock: ManualClock, book: None
) -> None:
    await ran(app, client, sessions, clock)
    found = await reviews(client, limit="200")
    assert {each["client_id"] for each in found} == BALANCES.keys() - NOT_REVIEWED
    assert {(each["tier"], each["planned_on"]) for each in found} == {("core", "2027-04-29"), ("key", "2027-07-29")}
    async with sessions() as session:
        due = await session.scalar(text("SELECT count(*) FROM due WHERE kind = 'review' AND state = 'scheduled'"))
        noted = await session.scalar(text("SELECT count(*) FROM audit_entry WHERE action = 'review.planned'"))
    assert due == noted == len(found)


async def test_a_run_that_reviews_does_them_once_and_plans_the_next(
    app: FastAPI, client: httpx2.AsyncClient, sessions: Sessions, clock: ManualClock, book: None, now: Now
) -> None:
    await ran(app, client, sessions, clock)
    now("2027-05-03T09:00")
    for _ in range(2):
        await ran(app, client, sessions, clock, review="2027-Q2")
    done = await reviews(client, limit="200", status="done")
    assert {each["client_id"] for each in done} == BALANCES.keys() - NOT_REVIEWED
    open_ones = await reviews(client, limit="200", status="upcoming")
    assert {(each["tier"], each["planned_on"]) for each in open_ones} == {("core", "2027-07-29"), ("key", "2028-01-29")}
    async with sessions() as session:
        told = "SELECT count(*) FROM event WHERE type = 'tierbook.review.completed.v1'"
        assert await session.scalar(text(told)) == len(done)


async def test_it_takes_no_more_statements_for_more_clients(
    app: FastAPI, client: httpx2.AsyncClient, sessions: Sessions, clock: ManualClock, book: None
) -> None:
    written: list[str] = []

    def note(*said: Any) -> None:
        written.append(said[2])

    engine: Engine = app.state.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        await ran(app, client, sessions, clock)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert sum("INTO review " in each for each in written) == 1
    assert sum("INSERT INTO due AS stands" in each for each in written) == 1
