"""The application on a database with one of everything for each of four units, and a key of one of them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, async_sessionmaker, create_async_engine

from app.clock import ManualClock
from app.db.engine import Sessions, connect_args
from app.settings import Settings
from tests.contract.fence.objects import OWN, World, fill, found
from tests.contract.fence.probing import Probe
from tests.postgres import Databases
from tests.service import NOON, client_of, new_key, under_test

_PEPPER: Final = SecretStr("a pepper for tests only")


@dataclass(frozen=True)
class Fenced:
    """The application, its database, what is in it, and the token of a key of the own unit that may do everything."""

    app: FastAPI
    engine: AsyncEngine
    world: World
    token: str
    bank_token: str


@pytest.fixture(scope="session")
def fenced(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Fenced:
    """Made once; every test rolls back what it did."""
    home: Path = tmp_path_factory.mktemp("fenced")
    url = databases.copy()
    settings = Settings(home=home, key_secret=_PEPPER).with_database(url)
    engine = create_async_engine(url, poolclass=NullPool, connect_args=connect_args(settings))
    return asyncio.run(_filled(settings, engine))


async def _filled(settings: Settings, engine: AsyncEngine) -> Fenced:
    sessions: Sessions = async_sessionmaker(engine, expire_on_commit=False)
    app = under_test(settings, engine, sessions, ManualClock(NOON))
    async with sessions.begin() as session:
        await found(session)
        bank = new_key(session, settings, name="the bank's")
        key = new_key(session, settings, name="the branch's", unit=OWN)
    async with client_of(app, bank.token) as caller:
        world = await fill(app, caller)
    return Fenced(app, engine, world, key.token, bank.token)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop for a module's tests, for their one connection."""
    return "asyncio"


@pytest.fixture(scope="module")
async def connected(fenced: Fenced) -> AsyncIterator[tuple[AsyncConnection, Probe]]:
    """The connection that the application is given, and callers of it."""
    async with (
        fenced.engine.connect() as connection,
        client_of(fenced.app, fenced.token) as branch,
        client_of(fenced.app, fenced.bank_token) as bank,
    ):
        sessions: Sessions = async_sessionmaker(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )
        fenced.app.state.sessions = sessions
        yield connection, Probe(fenced.world, branch, bank, sessions)


@pytest.fixture
async def probe(connected: tuple[AsyncConnection, Probe]) -> AsyncIterator[Probe]:
    """Callers whose changes are undone when the test ends."""
    connection, made = connected
    outer = await connection.begin()
    yield made
    await outer.rollback()
