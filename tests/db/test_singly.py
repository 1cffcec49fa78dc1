"""Statements that are a transaction each."""

from collections.abc import AsyncIterator
from typing import Any, Final

import pytest
from sqlalchemy import bindparam, column, insert, select, table, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engine import open_engine
from app.db.failures import is_database_away
from app.db.fetching import Statements
from app.db.singly import Singly
from app.settings import Settings

_ROLE: Final = table("role", *map(column, ("name", "label_en", "label_zh", "revision", "updated_at")))
_NAMES: Final = select(_ROLE.c.name).where(_ROLE.c.name.like(bindparam("pattern")))
_ADDED: Final = insert(_ROLE).values({each.name: bindparam(f"new_{each.name}") for each in _ROLE.c})
_WRITTEN: Final = _ADDED.returning(_ROLE.c.name)
_BACKEND: Final = select(text("pg_backend_pid()"))
_ENDED: Final = text("SELECT pg_terminate_backend(:number, 5000)")


@pytest.fixture
async def engine(bare_settings: Settings, fresh_database_url: str) -> AsyncIterator[AsyncEngine]:
    made = open_engine(bare_settings.with_database(fresh_database_url))
    yield made
    await made.dispose()


async def _add(statements: Statements, name: str) -> Any:
    row = {"name": name, "label_en": "Role", "label_zh": "角色", "revision": 1, "updated_at": "2026-01-01Z"}
    return await statements.rows(_WRITTEN, {f"new_{key}": value for key, value in row.items()})


async def test_each_stands_whatever_comes_of_the_next(engine: AsyncEngine) -> None:
    async with Singly(engine).opened() as statements:
        assert await _add(statements, "kept") == [("kept",)]
        with pytest.raises(IntegrityError):
            await _add(statements, "kept")
        assert await statements.rows(_NAMES, {"pattern": "kep%"}) == [("kept",)]


async def test_a_connection_goes_back_as_it_was(engine: AsyncEngine) -> None:
    async with Singly(engine).opened() as statements:
        [(number,)] = await statements.rows(_BACKEND, {})
    async with engine.connect() as connection:
        assert await connection.scalar(_BACKEND) == number
        await connection.execute(text("INSERT INTO role VALUES ('undone', 'Role', '角色', 1, '2026-01-01Z')"))
        await connection.rollback()
        assert (await connection.scalars(_NAMES, {"pattern": "undo%"})).all() == []


async def test_a_connection_that_breaks_is_the_database_being_away_and_not_given_to_the_next(
    engine: AsyncEngine,
) -> None:
    async with engine.connect() as other:
        await other.execute(text("SET ROLE NONE"))
        async with Singly(engine).opened() as statements:
            [(number,)] = await statements.rows(_BACKEND, {})
            await other.execute(_ENDED, {"number": number})
            with pytest.raises(DBAPIError) as raised:
                await statements.rows(_BACKEND, {})
        assert is_database_away(raised.value)
        async with Singly(engine).opened() as statements:
            assert await statements.rows(_BACKEND, {}) != [(number,)]
