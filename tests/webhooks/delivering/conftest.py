from collections.abc import AsyncIterator

import pytest

from app.clock import ManualClock
from app.db.engine import open_engine, open_sessions
from app.settings import Settings
from tests.webhooks.delivering.office import Office
from tests.webhooks.delivering.receiver import Receiver, receiving


@pytest.fixture
async def office(bare_settings: Settings, fresh_database_url: str, clock: ManualClock) -> AsyncIterator[Office]:
    settings = bare_settings.model_copy(update={"webhook_allow": "127.0.0.1/32"}).with_database(fresh_database_url)
    engine = open_engine(settings)
    yield Office(settings, open_sessions(engine), clock)
    await engine.dispose()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made
