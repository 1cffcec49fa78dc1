"""The small bank, open; callers with keys of its units; and what the trail says."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.db.engine import Sessions
from app.settings import Settings
from tests.organisation.bank import open_bank
from tests.postgres import Founding
from tests.service import client_of, new_key

Trail = Callable[..., Awaitable[list[Any]]]


class Callers:
    """One caller for each unit, with an administrator's key of that unit; None is of the whole bank."""

    def __init__(self, app: FastAPI, settings: Settings, sessions: Sessions, stack: AsyncExitStack) -> None:
        self._app, self._settings, self._sessions, self._stack = app, settings, sessions, stack
        self._open: dict[str | None, httpx2.AsyncClient] = {}

    async def of(self, unit: str | None) -> httpx2.AsyncClient:
        if unit not in self._open:
            async with self._sessions.begin() as session:
                key = new_key(session, self._settings, name=f"key of {unit}", unit=unit)
            self._open[unit] = await self._stack.enter_async_context(client_of(self._app, key.token))
        return self._open[unit]


@pytest.fixture(scope="session")
def founding() -> Founding:
    return open_bank


@pytest.fixture
async def callers(app: FastAPI, settings: Settings, sessions: Sessions) -> AsyncIterator[Callers]:
    async with AsyncExitStack() as stack:
        yield Callers(app, settings, sessions, stack)


@pytest.fixture
async def bank(callers: Callers) -> httpx2.AsyncClient:
    """A caller of the whole bank."""
    return await callers.of(None)


@pytest.fixture
async def branch(callers: Callers) -> httpx2.AsyncClient:
    """A caller of B1."""
    return await callers.of("B1")


@pytest.fixture
def trail(sessions: Sessions) -> Trail:
    """What the trail holds on an object since the bank was opened, the oldest first."""

    async def read(object_id: str) -> list[Any]:
        query = "SELECT * FROM audit_entry WHERE object_id = :id AND key_name <> 'the bank''s opening' ORDER BY id"
        async with sessions() as session:
            return list((await session.execute(text(query), {"id": object_id})).mappings())

    return read
