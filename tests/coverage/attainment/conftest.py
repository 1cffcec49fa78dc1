"""A class 1 client that is co-managed, owed visits since October, and a clock that the test moves."""

import uuid
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from functools import cache
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import insert

from app.clients.fact_recording import Told
from app.clients.facts import record_facts
from app.clock import ManualClock
from app.coverage.tables import VisitParticipant, VisitRecord
from app.db.engine import Sessions
from app.organisation.calendar_days import CalendarDays
from app.organisation.calendar_keeping import store_told
from app.organisation.calendar_library import library_days, reach_on
from app.rulebooks.reign import Term
from tests.coverage.attainment.november import CLIENT, TEAM, VISITS, at
from tests.organisation.bank import open_bank
from tests.rulebooks.publishing import published
from tests.service import SHANGHAI, change_of

Until = Callable[[datetime], None]
Know = Callable[..., Awaitable[None]]
Visited = Callable[..., Awaitable[str]]
Covered = Callable[..., Awaitable[Any]]
Assess = Callable[..., Awaitable[Any]]


@cache
def china() -> CalendarDays:
    """China's calendar, for which the library takes a second."""
    return library_days("CN", reach_on(date(2026, 1, 1)))


@pytest.fixture
def until(clock: ManualClock) -> Until:
    """Moves the clock to a moment."""

    def moved(moment: datetime) -> None:
        clock.advance(moment - clock.now())

    return moved


@pytest.fixture
async def app(app: FastAPI, sessions: Sessions, until: Until) -> FastAPI:
    """The bank at the end of October, with the rulebook of visits and China's calendar."""
    until(at(30, month=10))
    async with sessions.begin() as session:
        change = change_of(session, now=at(1, month=1))
        await open_bank(session)
        await store_told(change, "CN", china(), "holidays 0.109")
        await published(session, VISITS, Term((), date(2026, 1, 1)))
    await app.state.rulebooks.refresh()
    return app


@pytest.fixture
async def client(client: httpx2.AsyncClient, know: Know, assess: Assess) -> httpx2.AsyncClient:
    """An administrator; the client has its team, and was assessed as class 1 on the 30th of October."""
    profile = {"kind": "company", "name": "北方重工", "unit": "B1-S1-O1", "segment": "corporate", "co_managed": True}
    assert (await client.put(f"/v1/clients/{CLIENT}", json=profile)).status_code == 201
    for role, officer in TEAM.items():
        body = {"officer_id": officer, "role": role, "from": "2026-10-01"}
        answer = await client.post(f"/v1/clients/{CLIENT}/assignments", json=body)
        assert answer.status_code == 201, answer.text
    await know(deposit_balance="200000000")
    await assess(client)
    return client


@pytest.fixture
def know(sessions: Sessions, clock: ManualClock, app: FastAPI) -> Know:
    """Records facts of a client, of today: `await know(deposit_balance="80")`."""

    async def recorded(client_id: str = CLIENT, **facts: str) -> None:
        async with sessions.begin() as session:
            change = change_of(session, now=clock.now())
            told = [Told(name, value, change.today, "ledger") for name, value in facts.items()]
            await record_facts(change, client_id, told)

    return recorded


@pytest.fixture
def assess() -> Assess:
    """Assesses a client under all that governs it."""

    async def assessed(client: httpx2.AsyncClient, client_id: str = CLIENT) -> Any:
        answer = await client.post(f"/v1/clients/{client_id}/assessments", json={})
        assert answer.status_code == 201, answer.text
        return answer.json()

    return assessed


@pytest.fixture
def visited(sessions: Sessions, clock: ManualClock) -> Visited:
    """Writes down a visit: `await visited(at(3), "relationship_manager", "corporate_director")`, the first leads."""

    async def made(
        when: datetime,
        *roles: str,
        kind: str = "visit",
        client_id: str = CLIENT,
        officers: tuple[str, ...] = (),
        known: datetime | None = None,
    ) -> str:
        visit_id, recorded_at = uuid.uuid4(), known or clock.now()
        day = when.astimezone(SHANGHAI).date()
        plain = {"client_id": client_id, "day": day, "kind": kind, "revision": 1, "recorded_at": recorded_at}
        visit = {**plain, "id": visit_id, "at": when, "outside": [], "evidence": [], "recorded_by": "test"}
        who = officers or tuple(TEAM[role] for role in roles)
        async with sessions.begin() as session:
            await session.execute(insert(VisitRecord), [{**visit, "fingerprint": visit_id.bytes}])
            await session.execute(
                insert(VisitParticipant),
                [
                    {**plain, "visit_id": visit_id, "officer_id": officer, "role": role, "leads": not place}
                    for place, (officer, role) in enumerate(zip(who, roles, strict=True))
                ],
            )
        return str(visit_id)

    return made


@pytest.fixture
def covered(client: httpx2.AsyncClient) -> Covered:
    """Asks for coverage of November: `await covered(by="client")`."""

    async def asked(status: int = 200, **query: Any) -> Any:
        answer = await client.get("/v1/coverage", params={"period": "2026-11", **query})
        assert answer.status_code == status, answer.text
        return answer.json()

    return asked
