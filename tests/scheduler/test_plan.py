"""The sweep goes by the index of what waits: its cost follows what is due, not what exists."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import Sessions
from app.scheduler.taking import DUE_NOW, WAITING
from tests.service import NOON

_SCHEDULED = 20_000
_MANY = """
INSERT INTO due (id, kind, key, due_at, steps, planned, taken, next_at, state, about, revision, updated_at)
SELECT gen_random_uuid(), 'facts', 'C-' || i, at, jsonb_build_array(jsonb_build_array('stale', at, '{}'::jsonb)), 1, 0,
  CASE WHEN i % 2 = 0 THEN at END, CASE WHEN i % 2 = 0 THEN 'scheduled' ELSE 'done' END, '{}', 1, :now
FROM generate_series(1, :number) AS i,
  LATERAL (SELECT CAST(:now AS timestamptz) + (i - 100) * interval '1 hour') AS moment (at)
"""


@pytest.fixture
async def session(lasting_sessions: Sessions) -> AsyncIterator[AsyncSession]:
    """A session on many dues, of which 50 have come; analyzed by their owner, for the service's role may not."""
    async with lasting_sessions.begin() as session:
        await session.execute(text(_MANY), {"now": NOON, "number": _SCHEDULED})
        await session.execute(text("SET LOCAL ROLE NONE"))
        await session.execute(text("ANALYZE due"))
        yield session


async def plan(session: AsyncSession, statement: str) -> str:
    asked = {"now": NOON, "kinds": ["facts"], "aside": [], "most": 500}
    rows = await session.scalars(text(f"EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF) {statement}"), asked)
    return "\n".join(rows.all())


async def test_what_is_due_is_found_by_its_moment(session: AsyncSession) -> None:
    found = await plan(session, str(DUE_NOW))
    assert "Index Scan using ix_due_next_at on due" in found
    assert "rows=50.00" in found
    assert "Seq Scan" not in found


async def test_what_waits_next_is_one_look_at_the_index(session: AsyncSession) -> None:
    found = await plan(session, str(WAITING))
    assert found.count("using ix_due_next_at on due") == 2
    assert found.count("(actual rows=1.00") >= 4
    assert "Seq Scan" not in found
