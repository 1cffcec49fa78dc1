"""The application on a small bank with a client, and two small rulebooks that govern it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import pytest
from fastapi import FastAPI

from app.access.guard import ON_BEHALF_OF
from app.access.scopes import Scope
from app.clients.fact_recording import Told
from app.clients.facts import record_facts
from app.clock import ManualClock
from app.db.engine import Sessions
from app.standing.moving import Subject, recognised
from tests.postgres import Founding
from tests.service import change_of, client_of, new_key
from tests.standing.watched import watched_bank

CLIENT = "C-1"
Know = Callable[..., Awaitable[None]]
Assess = Callable[..., Awaitable[Any]]
CallerOf = Callable[..., Awaitable[httpx2.AsyncClient]]


@pytest.fixture(scope="session")
def founding() -> Founding:
    return watched_bank


@pytest.fixture
async def app(app: FastAPI) -> FastAPI:
    await app.state.rulebooks.refresh()
    return app


@pytest.fixture
async def client(client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    """An administrator of the whole bank; the client C-1 of the sub-branch B1-S1 is there."""
    profile = {"kind": "company", "name": "北方重工", "unit": "B1-S1", "segment": "corporate"}
    answer = await client.put(f"/v1/clients/{CLIENT}", json=profile)
    assert answer.status_code == 201, answer.text
    return client


@pytest.fixture
async def bank_in_new_york(app: FastAPI, client: httpx2.AsyncClient) -> str:
    """The bank's days are New York's, where it is still the 21st of November; of that day is this client."""
    app.state.settings = app.state.settings.model_copy(update={"timezone": ZoneInfo("America/New_York")})
    profile = {"kind": "company", "name": "Northern", "unit": "B1-S1", "segment": "corporate"}
    assert (await client.put("/v1/clients/C-2", json=profile)).status_code == 201
    return "C-2"


@pytest.fixture
def know(sessions: Sessions, clock: ManualClock) -> Know:
    """Records facts of the client, of today: `await know(balance="80")`."""

    async def recorded(client_id: str = CLIENT, **facts: str) -> None:
        async with sessions.begin() as session:
            change = change_of(session, now=clock.now())
            told = [Told(name, value, change.today, "ledger") for name, value in facts.items()]
            await record_facts(change, client_id, told)

    return recorded


@pytest.fixture
def assess(client: httpx2.AsyncClient) -> Assess:
    """Assesses the client under the watched rulebook and returns the one assessment, which reads back the same."""

    async def assessed(review: str | None = None, status: int = 201, **order: Any) -> Any:
        body = {"rulebook": "watched-clients", "review": review, **order}
        answer = await client.post(f"/v1/clients/{CLIENT}/assessments", json=body)
        assert answer.status_code == status, answer.text
        found = answer.json()["assessments"][0]
        assert (await client.get(f"/v1/assessments/{found['id']}")).json() == found
        return found

    return assessed


@pytest.fixture
async def core(client: httpx2.AsyncClient, app: FastAPI, sessions: Sessions, know: Know, clock: ManualClock) -> None:
    """The client is recognised as core, with a balance that earns it."""
    await know(balance="90")
    async with sessions.begin() as session:
        governing = app.state.rulebooks.in_force("watched-clients", date(2026, 11, 22))
        change = change_of(session, now=clock.now())
        await recognised(change, Subject(CLIENT, "B1-S1", governing), "core", ("committee",))


@pytest.fixture
async def of(app: FastAPI) -> AsyncIterator[CallerOf]:
    """Makes a caller with a key of a unit, and of a person where one is named."""
    async with AsyncExitStack() as callers:

        async def made(unit: str | None, *scopes: Scope, person: str | None = None) -> httpx2.AsyncClient:
            async with app.state.sessions.begin() as session:
                name = f"key of {person or unit}"
                key = new_key(session, app.state.settings, *scopes, name=name, unit=unit, person=person)
            return await callers.enter_async_context(client_of(app, key.token))

        yield made


def as_person(person: str) -> dict[str, str]:
    return {ON_BEHALF_OF: person}
