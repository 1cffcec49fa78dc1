"""The application under test: in this process, on the test's database, with a clock that the test moves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import httpx2
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.access import service
from app.access.cache import KeyCache
from app.access.keys import ServerSecret
from app.access.scopes import Scope
from app.access.service import KeyOrder, NewKey
from app.audit.sealer import Sealer
from app.clock import ManualClock
from app.db.engine import Sessions
from app.db.fetching import InSession, Statements
from app.db.singly import Singly
from app.falling_due import handlers
from app.main import create_app
from app.rulebooks.registry import Registry
from app.settings import Settings
from app.standing.judges import Judges
from app.tiering.decider import Deciders
from app.trail.actor import Actor
from app.trail.change import Change

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
"""A Sunday, noon in Shanghai."""

SHANGHAI = ZoneInfo("Asia/Shanghai")
PATIENCE_S = 60.0
"""Seconds that an answer of the database may take, whatever else the machine does."""


def under_test(settings: Settings, engine: AsyncEngine, sessions: Sessions, clock: ManualClock) -> FastAPI:
    """An application whose requests write through `sessions`."""
    app = create_app(settings, clock=clock)
    app.state.engine, app.state.sessions = engine, sessions
    app.state.singly = Singly(engine) if sessions.kw["bind"] is engine else Joined(sessions)
    app.state.keys = KeyCache(sessions, (secret_of(settings),), clock, patience_s=PATIENCE_S)
    app.state.rulebooks = Registry(sessions, patience_s=PATIENCE_S)
    app.state.deciders = Deciders(app.state.rulebooks)
    app.state.judges = Judges(app.state.rulebooks)
    app.state.handlers = handlers(app.state.judges, app.state.followers, app.state.upkeep)
    app.state.sealer = Sealer(sessions, clock, settings)
    return app


class Joined(Singly):
    """In place of statements that are a transaction each, where a test's are all part of one that is rolled back."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Statements]:
        async with self._sessions.begin() as session:
            yield InSession(session)


def client_of(app: FastAPI, token: str | None = None) -> httpx2.AsyncClient:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url="http://tierbook.test", headers=headers)


def secret_of(settings: Settings) -> ServerSecret:
    return ServerSecret(settings.pepper)


def new_key(
    session: AsyncSession,
    settings: Settings,
    *scopes: Scope,
    name: str = "test",
    unit: str | None = None,
    person: str | None = None,
) -> NewKey:
    order = KeyOrder(name, frozenset(scopes or {Scope.ADMIN}), None, "test", unit, person)
    return service.create(session, secret_of(settings), NOON, order)


def change_of(session: AsyncSession, name: str = "test", *, person: str | None = None, now: datetime = NOON) -> Change:
    """A change made by a program of the whole bank, or by a person through it."""
    return Change(Actor(name, person=person), now, now.astimezone(SHANGHAI).date(), SHANGHAI, session=session)
