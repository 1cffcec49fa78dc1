"""The driver itself, where what SQLAlchemy adds to a statement costs more than the statement."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import connect_args, require_url
from app.settings import Settings

Driver = psycopg.AsyncConnection[Any]


async def driver_of(session: AsyncSession) -> Driver:
    """The connection that a session works on, in the transaction of the session."""
    driver: Any = (await (await session.connection()).get_raw_connection()).driver_connection
    found: Driver = driver
    return found


async def connect(settings: Settings) -> Driver:
    """A connection of its own, beside the pool, which commits each statement; the caller closes it.

    For one that listens, or that does the same few statements over and over. Raises what SQLAlchemy raises.
    """
    url = make_url(require_url(settings)).set(drivername="postgresql").render_as_string(hide_password=False)
    with as_sqlalchemy("CONNECT"):
        return await psycopg.AsyncConnection.connect(url, autocommit=True, **connect_args(settings))


@contextmanager
def as_sqlalchemy(statement: str) -> Iterator[None]:
    """Raise what SQLAlchemy raises where the database refuses something: so it is judged as any other failure."""
    try:
        yield
    except psycopg.Error as error:
        raise DBAPIError.instance(statement, None, error, psycopg.Error) from error
