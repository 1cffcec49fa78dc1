"""The database of a command, which runs beside the service or without it."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from app.db.cluster import EmbeddedPostgresError
from app.db.embedded import embedded_postgres, running_address
from app.db.engine import Sessions, open_engine, open_sessions
from app.db.failures import has_collided, is_database_away, sqlstate
from app.db.migrate import SchemaIsNewerError, import_tables, migrate
from app.settings import Settings

_Result = TypeVar("_Result")
_NOT_THERE: Final = frozenset({"42P01", "3F000", "42703", "42704"})
"""No such table, schema, column or role."""


@contextmanager
def opened(settings: Settings) -> Iterator[Settings]:
    """Yield settings whose `database_url` answers.

    DATABASE_URL where it is given; else the embedded server that a running Tierbook has on this home; else one started
    for the length of the block. Raises `EmbeddedPostgresError`.
    """
    if settings.database_url is not None:
        yield settings
    elif (running := running_address(settings.home)) is not None:
        yield settings.with_database(running)
    else:
        _tell_of_a_new_one(settings)
        with embedded_postgres(settings.home) as address:
            yield settings.with_database(address)


class DatabaseUnusableError(RuntimeError):
    """The database of a command cannot be used; the message is a line for staff, and says what to do."""


def in_database(settings: Settings, work: Callable[[Sessions], Awaitable[_Result]]) -> _Result:
    """Run `work` on DATABASE_URL as it is, or on the embedded server, its schema made or brought up to date.

    Raises DatabaseUnusableError.
    """
    import_tables()  # each feature's refer to others': keys to units
    with _in_words(), opened(settings) as ready:
        if settings.database_url is None:
            migrate(ready)
        return asyncio.run(_run(ready, work))


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except (EmbeddedPostgresError, SchemaIsNewerError) as error:
        raise DatabaseUnusableError(str(error)) from error
    except SQLAlchemyError as error:
        if is_database_away(error):
            raise DatabaseUnusableError("the database of DATABASE_URL does not answer") from error
        if has_collided(error):
            raise DatabaseUnusableError("others were changing the same, and this was undone: try again") from error
        if sqlstate(error) in _NOT_THERE:
            empty = "the database has no tables of Tierbook: start the service on it once"
            raise DatabaseUnusableError(empty) from error
        raise


async def _run(settings: Settings, work: Callable[[Sessions], Awaitable[_Result]]) -> _Result:
    engine = open_engine(settings)
    try:
        return await work(open_sessions(engine))
    finally:
        await engine.dispose()


def _tell_of_a_new_one(settings: Settings) -> None:
    """A command typed in another folder than the service's would otherwise quietly speak to a database of its own."""
    if not (settings.home / "postgres").exists():
        home = settings.home.resolve()
        sys.stderr.write(f"Making a new database in {home}; for the service's own, set TIERBOOK_HOME as it has it\n")
