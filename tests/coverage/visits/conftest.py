"""The application on a small bank, with a client that its officers call on and a rulebook that has visits."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import date
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from app.access.scopes import Scope
from app.db.engine import Sessions
from app.rulebooks.reign import Term
from tests.coverage.visits.visited import CLIENT, VISITED, told
from tests.organisation.bank import open_bank_by
from tests.rulebooks.publishing import published
from tests.service import change_of, client_of, new_key

Visit = Callable[..., Awaitable[Any]]
CallerOf = Callable[..., Awaitable[httpx2.AsyncClient]]


async def _opened(app: FastAPI, sessions: Sessions) -> FastAPI:
    async with sessions.begin() as session:
        await open_bank_by(change_of(session, "the bank's opening"))
        await published(session, VISITED, Term((), date(2026, 1, 1)))
    await app.state.rulebooks.refresh()
    return app


async def _with_client(client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    profile = {"kind": "company", "name": "北方重工", "unit": "B1-S1", "segment": "corporate"}
    answer = await client.put(f"/v1/clients/{CLIENT}", json=profile)
    assert answer.status_code == 201, answer.text
    return client


@pytest.fixture
async def app(app: FastAPI, sessions: Sessions) -> FastAPI:
    return await _opened(app, sessions)


@pytest.fixture
async def client(client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    """An administrator of the whole bank; the client C-1 of the sub-branch B1-S1 is there."""
    return await _with_client(client)


@pytest.fixture
async def lasting_app(lasting_app: FastAPI) -> FastAPI:
    """The bank in an application whose transactions commit."""
    return await _opened(lasting_app, lasting_app.state.sessions)


@pytest.fixture
async def lasting_client(lasting_client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    """An administrator there; the client C-1 is there as well."""
    return await _with_client(lasting_client)


@pytest.fixture
def visit(client: httpx2.AsyncClient) -> Visit:
    """Records a visit and returns it, as it reads back: `await visit("b1-s1-rm", kind="contact")`."""

    async def recorded(*officers: Any, status: int = 201, **more: Any) -> Any:
        answer = await client.post("/v1/visits", json=told(*officers, **more))
        assert answer.status_code == status, answer.text
        found = answer.json()
        assert (await client.get(f"/v1/visits/{found['visit_id']}")).json() == found
        return found

    return recorded


@pytest.fixture
async def of(app: FastAPI) -> AsyncIterator[CallerOf]:
    """Makes a caller with a key of a unit."""
    async with AsyncExitStack() as callers:

        async def made(unit: str | None, *scopes: Scope) -> httpx2.AsyncClient:
            async with app.state.sessions.begin() as session:
                key = new_key(session, app.state.settings, *scopes, name=f"key of {unit}", unit=unit)
            return await callers.enter_async_context(client_of(app, key.token))

        yield made
