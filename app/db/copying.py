"""COPY: many rows into a table at a fraction of what inserting them costs."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final

import psycopg
from psycopg.sql import SQL, Composed, Identifier
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.base import Base

_FROM: Final = SQL("COPY {} ({}) FROM STDIN")
_TEXTS_FROM: Final = SQL("COPY {} ({}) FROM STDIN (NULL '')")
_AT_ONCE: Final = 250
_ESCAPED: Final = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


async def copy_rows(
    session: AsyncSession, table: type[Base], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Write rows in the session's transaction; raises what SQLAlchemy raises where the database refuses one."""
    statement = _into(_FROM, table, columns)
    with _as_sqlalchemy(statement):
        async with (await _driver(session)).cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                await copy.write_row(row)


async def copy_texts(
    session: AsyncSession, table: type[Base], columns: Sequence[str], rows: Iterable[Sequence[str]]
) -> None:
    """Write rows, as `copy_rows` does, whose cells are written as PostgreSQL reads them; an empty one is null.

    The database works on some while the next are put into words.
    """
    statement = _into(_TEXTS_FROM, table, columns)
    with _as_sqlalchemy(statement):
        async with (await _driver(session)).cursor() as cursor, cursor.copy(statement) as copy:
            remaining = iter(rows)
            while some := list(islice(remaining, _AT_ONCE)):
                await copy.write(_text(some))


def _text(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows escaped at one go, unless some cell holds what separates cells and rows."""
    text = "".join(["\t".join(row) + "\n" for row in rows])
    if text.count("\t") + text.count("\n") > sum(map(len, rows)) or "\r" in text:
        return "".join("\t".join(cell.translate(_ESCAPED) for cell in row) + "\n" for row in rows).encode()
    return text.replace("\\", r"\\").encode()


async def _driver(session: AsyncSession) -> Any:
    return (await (await session.connection()).get_raw_connection()).driver_connection


def _into(statement: SQL, table: type[Base], columns: Sequence[str]) -> Composed:
    return statement.format(Identifier(table.__tablename__), SQL(", ").join(map(Identifier, columns)))


@contextmanager
def _as_sqlalchemy(statement: Composed) -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise DBAPIError.instance(statement.as_string(), None, error, psycopg.Error) from error
