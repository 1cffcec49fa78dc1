"""The application on a small bank (`tests/organisation/bank.py`), with callers of its units."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import httpx2
import pytest
from fastapi import FastAPI

from app.access.scopes import Scope
from tests.organisation.bank import open_bank
from tests.postgres import Founding
from tests.service import client_of, new_key

CallerOf = Callable[..., Awaitable[httpx2.AsyncClient]]


@pytest.fixture(scope="session")
def founding() -> Founding:
    return open_bank


@pytest.fixture
async def of(app: FastAPI) -> AsyncIterator[CallerOf]:
    """Makes a caller with a key of a unit: `await of("B1")`; one that may do little: `await of("B1", Scope.…)`."""
    async with AsyncExitStack() as callers:

        async def made(unit: str | None, *scopes: Scope) -> httpx2.AsyncClient:
            async with app.state.sessions.begin() as session:
                key = new_key(session, app.state.settings, *scopes, name=f"key of {unit}", unit=unit)
            return await callers.enter_async_context(client_of(app, key.token))

        yield made
