"""The trail is read without looking through it."""

from collections.abc import AsyncIterator
from typing import Final

import pytest
from sqlalchemy import text, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.queries import entries
from app.audit.wanted import Wanted
from app.db.engine import open_engine, open_sessions
from app.settings import Settings
from app.trail.actor import Actor
from app.trail.entry import Entry
from app.trail.recording import record
from tests.service import NOON

_BUSY: Final = """
INSERT INTO audit_entry (at, key_name, person, action, object_type, object_id, outcome)
SELECT :at, 'crm-' || n % 5, 'E' || n % 1000, 'client.updated', 'client', 'C-' || n, 'done'
FROM generate_series(1, 20000) AS n
"""
_LOOKED = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'audit_entry'"


@pytest.fixture
async def session(bare_settings: Settings, fresh_database_url: str) -> AsyncIterator[AsyncSession]:
    """A session on a trail of many entries, the oldest of which are of actors that did nothing since.

    In a database of its own, and analyzed by its owner: what is learnt of it outlives a rollback, and the service's
    role may learn nothing.
    """
    engine = open_engine(bare_settings.with_database(fresh_database_url))
    async with open_sessions(engine).begin() as session:
        for actor in (Actor("old-key"), Actor("crm-1", person="E-OLD")):
            await record(session, actor, NOON, [Entry("client.read", "client", "C")])
        await session.execute(text(_BUSY), {"at": NOON})
        await session.execute(text("SET LOCAL ROLE NONE"))
        await session.execute(text("ANALYZE audit_entry"))
        yield session
    await engine.dispose()


@pytest.mark.parametrize(("actor", "found"), [("old-key", 1), ("E-OLD", 1), ("nobody", 0), ("E7", 20)])
async def test_whoever_acted_is_found_without_looking_through_the_trail(
    session: AsyncSession, actor: str, found: int
) -> None:
    before: int = await session.scalar(text(_LOOKED))
    assert len(await entries(session, Wanted(actor=actor), true(), 51)) == found
    assert await session.scalar(text(_LOOKED)) - before < 400
