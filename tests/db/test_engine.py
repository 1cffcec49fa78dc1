from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from app.clock import ManualClock
from app.db.engine import NoDatabaseUrlError, open_engine
from app.db.failures import is_database_away
from app.settings import Settings

_ROLE = text("INSERT INTO role VALUES (:name, 'Role', '角色', 1, '2026-01-01Z')")
_FOUND = text("SELECT count(*) FROM role WHERE name IN ('kept', 'undone')")


async def test_the_server_is_postgresql_with_our_limits(connection: AsyncConnection) -> None:
    shown = {
        name: await connection.scalar(text(f"SHOW {name}"))
        for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "timezone")
    }
    assert shown == {
        "statement_timeout": "10s",
        "lock_timeout": "3s",
        "idle_in_transaction_session_timeout": "15s",
        "timezone": "UTC",
    }


async def test_a_test_keeps_nothing(session: AsyncSession) -> None:
    await session.execute(_ROLE, {"name": "kept"})
    await session.commit()
    await session.execute(_ROLE, {"name": "undone"})
    await session.rollback()
    assert await session.scalar(_FOUND) == 1


async def test_nor_does_the_next(session: AsyncSession) -> None:
    assert await session.scalar(_FOUND) == 0


async def test_the_service_may_not_change_the_form_of_the_database(connection: AsyncConnection) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        await connection.execute(text("CREATE TABLE mine (n int)"))


async def test_a_full_pool_is_the_database_being_away(settings: Settings) -> None:
    engine = open_engine(settings.model_copy(update={"database_pool": 1}))
    try:
        async with engine.connect():
            with pytest.raises(PoolTimeoutError) as raised:
                await engine.connect()
        assert is_database_away(raised.value)
    finally:
        await engine.dispose()


async def test_a_missing_server_is_the_database_being_away(bare_settings: Settings) -> None:
    engine = open_engine(bare_settings.with_database("postgresql+psycopg://x@/x?host=/nowhere"))
    with pytest.raises(OperationalError) as raised:
        await engine.connect()
    assert is_database_away(raised.value)


async def test_a_broken_connection_is_the_database_being_away(settings: Settings) -> None:
    engine = open_engine(settings)
    try:
        async with engine.connect() as connection:
            await connection.execute(text("SET ROLE NONE"))  # who may end a connection
            with pytest.raises(DBAPIError) as raised:
                await connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
            assert is_database_away(raised.value)
            await connection.invalidate()
        async with engine.connect() as connection:
            assert await connection.scalar(text("SELECT 1")) == 1
    finally:
        await engine.dispose()


@pytest.fixture
async def pooled(settings: Settings, clock: ManualClock) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(settings, clock)
    yield engine
    await engine.dispose()


async def _broken(pooled: AsyncEngine, connection: AsyncConnection) -> None:
    """Have the pool hold a connection that the database has ended."""
    async with pooled.connect() as used:
        number = await used.scalar(text("SELECT pg_backend_pid()"))
    await connection.execute(text("SET ROLE NONE"))
    await connection.execute(text("SELECT pg_terminate_backend(:number, 5000)"), {"number": number})


async def test_a_connection_that_broke_while_nobody_used_it_is_replaced(
    pooled: AsyncEngine, connection: AsyncConnection, clock: ManualClock
) -> None:
    await _broken(pooled, connection)
    clock.advance(timedelta(seconds=2))
    async with pooled.connect() as opened:
        assert await opened.scalar(text("SELECT 1")) == 1


async def test_one_that_broke_a_moment_ago_breaks_what_takes_it_and_no_more(
    pooled: AsyncEngine, connection: AsyncConnection
) -> None:
    await _broken(pooled, connection)
    with pytest.raises(DBAPIError) as raised:
        async with pooled.connect() as opened:
            await opened.execute(text("SELECT 1"))
    assert is_database_away(raised.value)
    async with pooled.connect() as opened:
        assert await opened.scalar(text("SELECT 1")) == 1


async def test_a_wrong_statement_is_not(connection: AsyncConnection) -> None:
    with pytest.raises(DBAPIError) as raised:
        await connection.execute(text("SELECT nothing FROM nowhere"))
    assert not is_database_away(raised.value)


def test_an_engine_needs_an_address(bare_settings: Settings) -> None:
    with pytest.raises(NoDatabaseUrlError):
        open_engine(bare_settings)


async def test_an_error_does_not_tell_what_was_stored(settings: Settings) -> None:
    engine = open_engine(settings)
    try:
        async with engine.connect() as connection:
            with pytest.raises(DBAPIError) as raised:
                await connection.execute(text("SELECT CAST(:name AS text) FROM nowhere"), {"name": "王小明"})
        assert "王小明" not in str(raised.value)
    finally:
        await engine.dispose()
