"""Rows as the driver gives them: of tens of thousands, what SQLAlchemy makes of each costs more than the query."""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

import psycopg
from sqlalchemy import Compiled, Dialect, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession


async def fetch_rows(
    session: AsyncSession, statement: Select[*tuple[Any, ...]], parameters: Mapping[str, Any]
) -> list[tuple[Any, ...]]:
    """Read rows in the session's transaction, for a statement that is put together once and takes plain values.

    Moments come in the connection's time zone, which is UTC. Raises what SQLAlchemy raises where the database refuses.
    """
    connection = await session.connection()
    driver: Any = (await connection.get_raw_connection()).driver_connection
    query = _compiled(statement, connection.dialect)
    try:
        async with driver.cursor() as cursor:
            await cursor.execute(str(query), {**query.params, **parameters})
            rows: list[tuple[Any, ...]] = await cursor.fetchall()
            return rows
    except psycopg.Error as error:
        raise DBAPIError.instance(str(query), None, error, psycopg.Error) from error


def text_array(values: Collection[str]) -> str:
    """An array of texts as PostgreSQL reads it, for a statement's parameter: the driver would write value by value."""
    if not values:
        return "{}"
    whole = '","'.join(values)
    if "\\" in whole or whole.count('"') > 2 * len(values) - 2:
        whole = '","'.join(each.replace("\\", r"\\").replace('"', r"\"") for each in values)
    return f'{{"{whole}"}}'


@cache
def _compiled(statement: Select[*tuple[Any, ...]], dialect: Dialect) -> Compiled:
    return statement.compile(dialect=dialect)
