"""One PostgreSQL per run, one database per worker, one rolled-back transaction per test.

Ask for `session` or `connection` where nothing needs to be committed, for `fresh_database_url` where something does (a
server under test, two transactions that race). A test that asks for none of these never meets a database.
`client` and `stranger` call the application itself, which writes through `sessions`; `lasting_client` calls one that
commits.

The server comes from the wheel's binaries; TEST_DATABASE_URL names another to use instead. Under xdist the controlling
process runs it, so that it lives as long as the last worker; without xdist it starts with the first test that asks.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from hypothesis import settings as hypothesis_settings
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker

from app.clock import ManualClock
from app.db.engine import Sessions, open_engine, open_sessions
from app.settings import Settings
from tests.postgres import Databases, Founding, TestServer, nothing
from tests.service import NOON, client_of, new_key, under_test

_SERVER = pytest.StashKey[TestServer]()
_ADDRESS = "tierbook_database_server"

_EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "60"))
hypothesis_settings.register_profile("house", deadline=None, derandomize="CI" in os.environ, max_examples=_EXAMPLES)
hypothesis_settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_SERVER] = TestServer(os.environ.get("TEST_DATABASE_URL") or _from_controller(config))


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[_SERVER].stop()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput[_ADDRESS] = node.config.stash[_SERVER].address()


def _from_controller(config: pytest.Config) -> str | None:
    given: str | None = getattr(config, "workerinput", {}).get(_ADDRESS)
    return given


@pytest.fixture(scope="session")
def databases(pytestconfig: pytest.Config) -> Iterator[Databases]:
    """Makes and drops databases on the run's server; the first is migrated, the others are its copies."""
    with Databases(pytestconfig.stash[_SERVER].address()) as made:
        yield made


@pytest.fixture(scope="session")
def founding() -> Founding:
    """What databases begin with. A folder whose every test opens the same bank says so here: it is opened once."""
    return nothing


@pytest.fixture
def database_url(databases: Databases, founding: Founding) -> str:
    """The worker's own migrated database. Roll back what you write: `session` and `connection` do."""
    return databases.shared(founding)


@pytest.fixture
def fresh_database_url(databases: Databases, founding: Founding) -> Iterator[str]:
    """A migrated database for this test alone, where it may commit."""
    url = databases.copy(founding)
    yield url
    databases.drop(url)


@pytest.fixture
def empty_database_url(databases: Databases) -> Iterator[str]:
    """A database for this test alone with nothing in it, not even a schema."""
    url = databases.empty()
    yield url
    databases.drop(url)


@pytest.fixture(scope="session")
def plain_settings() -> Settings:
    """Settings without a database, deaf to the developer's environment: read once, for it takes a while."""
    with pytest.MonkeyPatch.context() as environment:
        _deafen(environment)
        return Settings(key_secret=SecretStr("a pepper for tests only"))


@pytest.fixture
def bare_settings(plain_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings without a database, with a home of the test's own, as deaf as the test then is."""
    _deafen(monkeypatch)
    return plain_settings.model_copy(update={"home": tmp_path / "home"})


def _deafen(environment: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields.values():
        environment.delenv(str(field.validation_alias), raising=False)


@pytest.fixture
def settings(bare_settings: Settings, database_url: str) -> Settings:
    """Settings on the worker's database."""
    return bare_settings.with_database(database_url)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """One event loop for all tests of a worker, for their one connection."""
    return "asyncio"


@pytest.fixture
async def alone() -> AsyncIterator[None]:
    """Nothing that the test began runs on into the next one."""
    before = _tasks()
    yield
    assert _tasks() <= before, _tasks() - before


def _tasks() -> set[asyncio.Task[Any]]:
    """What runs besides what runs the tests."""
    return {each for each in asyncio.all_tasks() if "TestRunner" not in repr(each.get_coro())}


@pytest.fixture(scope="session")
async def engines(plain_settings: Settings, databases: Databases) -> AsyncIterator[Callable[[str], AsyncEngine]]:
    """One engine for each address: to connect, and to compile statements, takes longer than most tests."""
    made: dict[str, AsyncEngine] = {}

    def of(url: str) -> AsyncEngine:
        if url not in made:
            made[url] = open_engine(plain_settings.with_database(url))
        return made[url]

    yield of
    for each in made.values():
        await each.dispose()


@pytest.fixture
def engine(engines: Callable[[str], AsyncEngine], database_url: str) -> AsyncEngine:
    """Keeps its connection from test to test."""
    return engines(database_url)


@pytest.fixture
async def connection(alone: None, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection in a transaction that is rolled back at the end."""
    async with engine.connect() as opened:
        outer = await opened.begin()
        yield opened
        await outer.rollback()


@pytest.fixture
def sessions(connection: AsyncConnection) -> Sessions:
    """Stands in for the service's `app.state.sessions`: its commits release savepoints, and nothing is kept."""
    return async_sessionmaker(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")


@pytest.fixture
async def lasting_sessions(bare_settings: Settings, fresh_database_url: str) -> AsyncIterator[Sessions]:
    """Sessions whose transactions are real ones, on a database of the test's own: they commit, and they race."""
    engine = open_engine(bare_settings.with_database(fresh_database_url).model_copy(update={"database_pool": 20}))
    yield open_sessions(engine)
    await engine.dispose()


@pytest.fixture
async def session(sessions: Sessions) -> AsyncIterator[AsyncSession]:
    async with sessions() as opened:
        yield opened


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
async def lasting_app(
    alone: None, bare_settings: Settings, fresh_database_url: str, clock: ManualClock
) -> AsyncIterator[FastAPI]:
    """An application on a database of its own, whose transactions are real ones: they commit, and they race."""
    settings = bare_settings.with_database(fresh_database_url)
    engine = open_engine(settings)
    yield under_test(settings, engine, open_sessions(engine), clock)
    await engine.dispose()


@pytest.fixture
async def lasting_client(lasting_app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """A caller of that application with an administrator's key."""
    async with lasting_app.state.sessions.begin() as session:
        key = new_key(session, lasting_app.state.settings)
    async with client_of(lasting_app, key.token) as caller:
        yield caller


@pytest.fixture
async def stranger(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """A caller without a key."""
    async with client_of(app) as caller:
        yield caller
