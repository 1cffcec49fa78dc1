from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from app.clock import ManualClock
from app.db.engine import Sessions
from app.logs import request_log
from app.settings import Settings
from tests.service import NOON, client_of, new_key, under_test


@pytest.fixture(autouse=True)
def _log_by_structlog(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where tests look at log lines, structlog writes them, whoever shares this process and turned them off."""
    monkeypatch.setattr(request_log, "_write", None)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def app(settings: Settings, engine: AsyncEngine, sessions: Sessions, clock: ManualClock) -> FastAPI:
    return under_test(settings, engine, sessions, clock)


@pytest.fixture
async def client(app: FastAPI, settings: Settings, sessions: Sessions) -> AsyncIterator[httpx2.AsyncClient]:
    """A caller with an administrator's key."""
    async with sessions.begin() as session:
        key = new_key(session, settings)
    async with client_of(app, key.token) as caller:
        yield caller


@pytest.fixture
async def stranger(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """A caller without a key."""
    async with client_of(app) as caller:
        yield caller
