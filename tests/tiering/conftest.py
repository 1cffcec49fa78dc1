"""The application with the shipped rulebooks published, in this process, rolled back after each test."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from app.clock import ManualClock
from app.db.engine import Sessions
from app.rulebooks.service import Author
from app.rulebooks.shipped import publish_shipped
from app.settings import Settings
from tests.service import NOON, client_of, new_key, under_test


@pytest.fixture
async def app(settings: Settings, engine: AsyncEngine, sessions: Sessions) -> FastAPI:
    made = under_test(settings, engine, sessions, ManualClock(NOON))
    async with sessions.begin() as session:
        await publish_shipped(session, Author("test", NOON))
    await made.state.rulebooks.refresh()
    return made


@pytest.fixture
async def client(app: FastAPI, settings: Settings, sessions: Sessions) -> AsyncIterator[httpx2.AsyncClient]:
    """A caller with an administrator's key."""
    async with sessions.begin() as session:
        key = new_key(session, settings)
    async with client_of(app, key.token) as caller:
        yield caller
