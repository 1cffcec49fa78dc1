from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from app.db.engine import Sessions, open_engine, open_sessions
from app.settings import Settings


@pytest.fixture
async def lasting_sessions(fresh_database_url: str) -> AsyncIterator[Sessions]:
    """Sessions whose transactions are real ones, on a database of the test's own."""
    engine = open_engine(Settings(database_url=SecretStr(fresh_database_url), database_pool=20))
    yield open_sessions(engine)
    await engine.dispose()
