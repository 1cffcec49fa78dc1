"""The pool of connections, and the limits that keep one slow query from taking the service down."""

from math import inf
from typing import Any

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from app.clock import Clock, SystemClock
from app.settings import Settings

Sessions = async_sessionmaker[AsyncSession]

_POOL_WAIT_S = 1.0
_IDLE_S = 1.0
_USED = "tierbook.used"
_CONNECT_WAIT_S = 2
_ROLE = "tierbook_app"
_SERVER_LIMITS = {
    "statement_timeout": "10s",
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "15s",
    "timezone": "UTC",
}


class NoDatabaseUrlError(RuntimeError):
    """Asked for an engine before anything said where the database is."""


def open_engine(settings: Settings, clock: Clock | None = None) -> AsyncEngine:
    """Make the process's engine; connects on first use.

    A full pool is waited for at most one second and a connection two, so that overload turns into 503 quickly
    instead of piling up. Dispose of it at shutdown.
    """
    engine = create_async_engine(
        require_url(settings),
        pool_size=settings.database_pool,
        max_overflow=0,
        pool_timeout=_POOL_WAIT_S,
        hide_parameters=True,  # in what an error says: names of persons are among them
        pool_use_lifo=True,  # few warm connections: each has to prepare its statements itself
        connect_args=connect_args(settings),
    )
    _try_after_idling(engine.sync_engine, clock or SystemClock())
    return engine


def _try_after_idling(engine: Engine, clock: Clock) -> None:
    """Try a connection before it is used, as `pool_pre_ping` does, but where it was used a moment ago.

    Else every request would wait for one more answer of the database. One that broke in that moment breaks the request
    that takes it, which is answered 503, and empties the pool.
    """

    @event.listens_for(engine, "checkin")
    def used(_: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        record.info[_USED] = clock.monotonic()

    @event.listens_for(engine, "checkout")
    def tried(connection: DBAPIConnection, record: ConnectionPoolEntry, _: PoolProxiedConnection) -> None:
        if clock.monotonic() - record.info.get(_USED, inf) < _IDLE_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error as error:
            raise InvalidatePoolError from error


def connect_args(settings: Settings) -> dict[str, Any]:
    """Return psycopg's arguments for one connection of the service.

    It works as a role that cannot change the audit trail, nor any table's form.
    """
    parameters = {**_SERVER_LIMITS, "role": _ROLE}
    return {
        "connect_timeout": _CONNECT_WAIT_S,
        "application_name": "tierbook",
        "options": " ".join(f"-c {name}={value}" for name, value in parameters.items()),
        "prepare_threshold": 5 if settings.prepared_statements else None,
    }


def open_sessions(engine: AsyncEngine) -> Sessions:
    """Make sessions on `engine`; loaded rows stay readable after commit, because responses are built from them.

    Also to read, open them by `begin()`: at a ROLLBACK psycopg forgets every statement that its connection prepared.
    """
    return async_sessionmaker(engine, expire_on_commit=False)


def require_url(settings: Settings) -> str:
    """Return the SQLAlchemy address of the database; raises `NoDatabaseUrlError` where there is none."""
    if settings.database_url is None:
        message = "no database: set DATABASE_URL, or start through app.serve, which embeds one"
        raise NoDatabaseUrlError(message)
    return settings.database_url.get_secret_value()
