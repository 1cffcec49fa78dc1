"""The database server of a test run, and the databases on it."""

import asyncio
import contextlib
import fcntl
import os
import shutil
import socket
import tempfile
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Self

import psycopg
from psycopg.sql import SQL, Identifier
from pydantic import SecretStr
from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import SystemClock
from app.db.embedded import EmbeddedPostgres
from app.db.engine import open_engine, open_sessions, require_url
from app.db.migrate import migrate
from app.settings import Settings

Founding = Callable[[AsyncSession], Awaitable[None]]
"""Writes what databases begin with, in one transaction; the same function, the same database."""

_PREFIX = "tierbook-test-"


class TestServer:
    """The server that was named, or an embedded one that starts when it is first asked for."""

    __test__ = False

    def __init__(self, given: str | None) -> None:
        self._given = given and _resolved(given)
        self._home: Path | None = None
        self._server: EmbeddedPostgres | None = None

    def address(self) -> str:
        if self._given is None:
            _sweep()
            self._home = Path(tempfile.mkdtemp(prefix=_PREFIX))
            self._server = EmbeddedPostgres(self._home, durable=False)
            self._given = self._server.start()
        return self._given

    def stop(self) -> None:
        if self._server is not None and self._home is not None:
            self._server.stop()
            shutil.rmtree(self._home)


def _resolved(url: str) -> str:
    """Look the host up now: in a test, where sockets are guarded, psycopg could not."""
    parts = make_url(url)
    if not parts.host or "hostaddr" in parts.query:
        return url
    found = socket.getaddrinfo(parts.host, parts.port or 5432, type=socket.SOCK_STREAM)[0][4][0]
    return parts.update_query_dict({"hostaddr": str(found)}).render_as_string(hide_password=False)


def _sweep() -> None:
    """Remove what runs that were killed left: folders nobody has locked, and old socket folders with no socket."""
    temporary = Path(tempfile.gettempdir())
    for lock in temporary.glob(f"{_PREFIX}*/lock"):
        with contextlib.suppress(OSError), lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(lock.parent, ignore_errors=True)
    an_hour_ago = SystemClock().now().timestamp() - 3600
    for folder in temporary.glob(f"tierbook-{os.geteuid()}-*"):
        with contextlib.suppress(OSError):
            if folder.stat().st_mtime < an_hour_ago:
                folder.rmdir()  # refuses where there is a socket


async def nothing(session: AsyncSession) -> None:
    """Tables, and no rows but those of the migrations."""


class Databases:
    """Migrates and founds a database once and hands out copies of it, which takes a fraction of the time."""

    def __init__(self, server: str) -> None:
        self._server: URL = make_url(require_url(Settings(database_url=SecretStr(server))))
        self._made: set[str] = set()
        self._templates: dict[Founding, str] = {}
        self._shared: dict[Founding, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for name in tuple(self._made):
            self._drop(name)

    def empty(self) -> str:
        return self._url(self._create())

    def copy(self, founding: Founding = nothing) -> str:
        """A migrated database that begins with what `founding` writes."""
        return self._url(self._create(self._template(founding)))

    def shared(self, founding: Founding) -> str:
        """The one copy for whoever rolls back what they write."""
        if founding not in self._shared:
            self._shared[founding] = self.copy(founding)
        return self._shared[founding]

    def drop(self, url: str) -> None:
        self._drop(str(make_url(url).database))

    def _template(self, founding: Founding) -> str:
        if founding not in self._templates:
            name = self._create() if founding is nothing else self._create(self._template(nothing))
            settings = Settings(database_url=SecretStr(self._url(name)))
            if founding is nothing:
                migrate(settings)
            else:
                asyncio.run(_found(settings, founding))
            self._templates[founding] = name
        return self._templates[founding]

    def _create(self, template: str = "template0") -> str:
        name = f"tierbook_{uuid.uuid4().hex[:12]}"
        create = SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        self._execute(create.format(Identifier(name), Identifier(template)))
        self._made.add(name)
        return name

    def _drop(self, name: str) -> None:
        self._execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))
        self._made.discard(name)

    def _execute(self, statement: psycopg.sql.Composed) -> None:
        plain = self._server.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(statement)

    def _url(self, name: str) -> str:
        return self._server.set(database=name).render_as_string(hide_password=False)


async def _found(settings: Settings, founding: Founding) -> None:
    engine = open_engine(settings)
    async with open_sessions(engine).begin() as session:
        await founding(session)
    await engine.dispose()
