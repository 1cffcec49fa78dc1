"""The application on a small bank (`tests/organisation/bank.py`), with callers of its units."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import httpx2
import pytest
from fastapi import FastAPI

from app.access.scopes import Scope
from app.clock import ManualClock
from app.db.engine import Sessions, open_engine, open_sessions
from app.settings import Settings
from tests.organisation.bank import open_bank
from tests.service import client_of, new_key, under_test

CallerOf = Callable[..., Awaitable[httpx2.AsyncClient]]


@pytest.fixture
async def app(app: FastAPI, sessions: Sessions) -> FastAPI:
    async with sessions.begin() as session:
        await open_bank(session)
    return app


@pytest.fixture
async def of(app: FastAPI) -> AsyncIterator[CallerOf]:
    """Makes a caller with a key of a unit: `await of("B1")`; one that may do little: `await of("B1", Scope.…)`."""
    async with AsyncExitStack() as callers:

        async def made(unit: str | None, *scopes: Scope) -> httpx2.AsyncClient:
            async with app.state.sessions.begin() as session:
                key = new_key(session, app.state.settings, *scopes, name=f"key of {unit}", unit=unit)
            return await callers.enter_async_context(client_of(app, key.token))

        yield made


@pytest.fixture
async def lasting_app(bare_settings: Settings, fresh_database_url: str, clock: ManualClock) -> AsyncIterator[FastAPI]:
    """An application on a bank of its own, whose transactions are real ones: they commit, and they race."""
    settings = bare_settings.with_database(fresh_database_url)
    engine = open_engine(settings)
    made = under_test(settings, engine, open_sessions(engine), clock)
    async with made.state.sessions.begin() as session:
        await open_bank(session)
    yield made
    await engine.dispose()


@pytest.fixture
async def lasting_client(lasting_app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """A caller of that application with an administrator's key."""
    async with lasting_app.state.sessions.begin() as session:
        key = new_key(session, lasting_app.state.settings)
    async with client_of(lasting_app, key.token) as caller:
        yield caller
