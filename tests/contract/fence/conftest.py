"""A bank with one of everything for each of four units, and callers of it whose changes are undone."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, async_sessionmaker

from app.db.engine import Sessions
from tests.contract.fence.objects import OWN
from tests.contract.fence.opened import Opened, opened
from tests.contract.fence.probing import Probe
from tests.postgres import Databases
from tests.service import Joined, client_of


@pytest.fixture(scope="session")
def fenced(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """Made once; every test rolls back what it did."""
    return opened(databases.copy(), tmp_path_factory.mktemp("fenced"), (OWN,))


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop for a module's tests, for their one connection."""
    return "asyncio"


@pytest.fixture(scope="module")
async def connected(fenced: Opened) -> AsyncIterator[tuple[AsyncConnection, Probe]]:
    """The connection that the application is given, and callers of it."""
    async with (
        fenced.engine.connect() as connection,
        client_of(fenced.app, fenced.tokens[OWN]) as branch,
        client_of(fenced.app, fenced.tokens[None]) as bank,
    ):
        sessions: Sessions = async_sessionmaker(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )
        fenced.app.state.sessions, fenced.app.state.singly = sessions, Joined(sessions)
        yield connection, Probe(fenced.world, branch, bank, sessions)


@pytest.fixture
async def probe(connected: tuple[AsyncConnection, Probe]) -> AsyncIterator[Probe]:
    """Callers whose changes are undone when the test ends."""
    connection, made = connected
    outer = await connection.begin()
    yield made
    await outer.rollback()
