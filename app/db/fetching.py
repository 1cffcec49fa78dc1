"""Statements as the driver takes them: for those that run most, what SQLAlchemy makes of each costs more than it does.

Measured: a look-up of one row takes the process 1.1 ms in a session of its own, 0.2 on a connection by itself.
"""

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any, Final, NamedTuple, Protocol

import psycopg
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import ClauseElement

_BY_NUMBER: Final = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]

Rows = list[tuple[Any, ...]]


class Statements(Protocol):
    """Where statements run: in a session's transaction, or each in one of its own (`app.db.singly`)."""

    async def rows(self, statement: ClauseElement, parameters: Mapping[str, Any]) -> Rows:
        """Run one that is put together once and takes plain values; the rows that it returns.

        Moments come in the connection's time zone, which is UTC. Raises what SQLAlchemy raises where the database
        refuses.
        """
        ...


class InSession(NamedTuple):
    """Statements in the transaction of a session."""

    session: AsyncSession

    async def rows(self, statement: ClauseElement, parameters: Mapping[str, Any]) -> Rows:
        """Run one; see `Statements`."""
        return await fetch_rows(self.session, statement, parameters)


async def fetch_rows(session: AsyncSession, statement: ClauseElement, parameters: Mapping[str, Any]) -> Rows:
    """Run a statement in a session's transaction; see `Statements`."""
    raw = await (await session.connection()).get_raw_connection()
    return await run(raw.driver_connection, statement, parameters)


async def run(driver: Any, statement: ClauseElement, parameters: Mapping[str, Any]) -> Rows:
    """Run a statement on a connection of the driver; see `Statements`."""
    written = _written(statement)
    cells = [parameters[name] if name in parameters else written.fixed[name] for name in written.names]
    try:
        cursor = psycopg.AsyncRawCursor(driver)
        await cursor.execute(written.text, cells)
        return await cursor.fetchall()
    except psycopg.Error as error:
        raise DBAPIError.instance(written.text.decode(), None, error, psycopg.Error) from error


def text_array(values: Collection[str]) -> str:
    """An array of texts as PostgreSQL reads it, for a statement's parameter: the driver would write value by value."""
    if not values:
        return "{}"
    whole = '","'.join(values)
    if "\\" in whole or whole.count('"') > 2 * len(values) - 2:
        whole = '","'.join(each.replace("\\", r"\\").replace('"', r"\"") for each in values)
    return f'{{"{whole}"}}'


def array(values: Iterable[str | bool | None]) -> str:
    """An array of texts or flags, some of them null perhaps, as `text_array` writes one."""
    return f"{{{','.join('NULL' if each is None else text_array([str(each)])[1:-1] for each in values)}}}"


class _Written(NamedTuple):
    """A statement in words: its parameters in their order, and those of them that it brings itself."""

    text: bytes
    names: tuple[str, ...]
    fixed: Mapping[str, Any]


@cache
def _written(statement: ClauseElement) -> _Written:
    """With numbers for its parameters: for names the driver reads a text of more than 4,096 characters every time."""
    compiled: Any = statement.compile(dialect=_BY_NUMBER)
    return _Written(str(compiled).encode(), tuple(compiled.positiontup), compiled.params)
