"""The trail only grows: grants refuse the application, triggers refuse everybody, its owner too."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.db.failures import sqlstate
from app.trail.entry import Entry
from tests.service import change_of

_NOT_PERMITTED, _RESTRICTED = "42501", "23001"
_CHANGES = {
    "edit": "UPDATE audit_entry SET person = 'E1002'",
    "edit of nothing": "UPDATE audit_entry SET person = 'E1002' WHERE false",
    "delete": "DELETE FROM audit_entry",
    "truncate": "TRUNCATE audit_entry, audit_pending, audit_chain",
    "edit of the chain": "UPDATE audit_chain SET hash = ''",
    "delete of the chain": "DELETE FROM audit_chain",
    "truncate of the chain": "TRUNCATE audit_chain",
    "upsert": "INSERT INTO audit_chain VALUES (1, 1, '', '2026-11-22') ON CONFLICT (position) DO UPDATE SET hash = ''",
}
_WAYS_AROUND = {
    "without triggers": "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
    "as a replica": "SET session_replication_role = replica",
    "without the table": "DROP TABLE audit_entry CASCADE",
    "without the trigger": "DROP TRIGGER audit_entry_only_grows ON audit_entry",
    "by another function": "CREATE OR REPLACE FUNCTION audit_trail_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
    "'BEGIN RETURN NEW; END'",
}


@pytest.fixture
async def written(connection: AsyncConnection, session: AsyncSession) -> AsyncConnection:
    """A connection as the application's role, with one entry written."""
    await change_of(session).note(Entry("client.updated", "client", "C1"))
    return connection


async def _refused(connection: AsyncConnection, statement: str) -> str | None:
    savepoint = await connection.begin_nested()
    with pytest.raises(DBAPIError) as refused:
        await connection.execute(text(statement))
    await savepoint.rollback()
    return sqlstate(refused.value)


@pytest.mark.parametrize("change", _CHANGES)
async def test_the_application_may_not(written: AsyncConnection, change: str) -> None:
    assert await _refused(written, _CHANGES[change]) == _NOT_PERMITTED


@pytest.mark.parametrize("way", _WAYS_AROUND)
async def test_there_is_no_way_around_for_the_application(written: AsyncConnection, way: str) -> None:
    assert await _refused(written, _WAYS_AROUND[way]) == _NOT_PERMITTED


@pytest.mark.parametrize("change", [name for name in _CHANGES if name != "upsert"])
async def test_the_owner_cannot_by_accident(written: AsyncConnection, change: str) -> None:
    await written.execute(text("SET LOCAL ROLE NONE"))
    assert await _refused(written, _CHANGES[change]) == _RESTRICTED
