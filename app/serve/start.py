"""The order of starting and, backwards, of stopping."""

import asyncio
import gc
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import structlog
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from app.access.bootstrap import AnotherSecretError, PresetKeyError
from app.db.cluster import EmbeddedPostgresError
from app.db.embedded import EmbeddedPostgres, started
from app.db.failures import is_database_away
from app.db.migrate import SchemaIsNewerError, migrate
from app.db.patience import wait_until
from app.logs import configure_logs
from app.main import create_app
from app.serve.first_run import first_run
from app.serve.listening import Server, base_url, bind
from app.serve.signals import finish_undisturbed
from app.serve.welcome import welcome
from app.settings import Settings

_Result = TypeVar("_Result")
_DATABASE_S = 30.0
_log = structlog.get_logger("tierbook.serve")


class CannotStartError(RuntimeError):
    """Why not, in a line for whoever typed the command."""


def main(*, ticks: bool = True) -> int:
    """Serve until told to stop; return the exit code, having said why on standard error where it is not 0."""
    return run(lambda settings: _serve(settings if ticks else settings.model_copy(update={"role": "api"})))


def run(work: Callable[[Settings], int]) -> int:
    """Do `work` with the settings of the environment; return its exit code, or that of why it could not begin."""
    try:
        settings = Settings()
    except ValidationError as error:
        return _refuse(2, *_setting_problems(error))
    configure_logs(settings)
    try:
        return work(settings)
    except (CannotStartError, EmbeddedPostgresError) as error:
        return _refuse(1, str(error))


def _serve(settings: Settings) -> int:
    with _database(settings) as (ready, tend), listening_socket(settings) as bound:
        bring_up_to_date(ready)
        new_key = _first_run(ready)
        place = "DATABASE_URL" if settings.database_url else f"embedded PostgreSQL in {settings.home.resolve()}"
        elsewhere = settings.database_url is None and settings.home != Settings.model_fields["home"].default
        lines = welcome(base_url(bound), place, new_key, settings.home.resolve() if elsewhere else None)
        server = Server(create_app(ready), ready, lambda: print(lines, flush=True), tend)
        gc.freeze()  # modules and routes stay as they are: never look through them again
        gc.enable()
        with _address_in_words(settings):  # two that bound at once: the second to listen fails
            server.run(sockets=[bound])
        finish_undisturbed()
        return 0 if server.started else 1


@contextmanager
def listening_socket(settings: Settings) -> Iterator[socket.socket]:
    """Take HOST and PORT; raises CannotStartError."""
    with _address_in_words(settings):
        bound = bind(settings)
    with bound:
        yield bound


@contextmanager
def _address_in_words(settings: Settings) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"cannot listen on {settings.host}:{settings.port}: {error.strerror}; try another: make run PORT=8001"
        raise CannotStartError(message) from None


@contextmanager
def _database(settings: Settings) -> Iterator[tuple[Settings, Callable[[], None]]]:
    """Yield settings with a database, and what is to be done every second to keep it."""
    if settings.database_url is not None:
        yield settings, lambda: None
        return
    if not (settings.home / "postgres").exists():
        print("Making a database; this happens once", flush=True)
    server = EmbeddedPostgres(settings.home)
    with started(server) as address:
        yield settings.with_database(address), lambda: _tend(server)


def _tend(server: EmbeddedPostgres) -> None:
    if server.tend():
        _log.error("postgres_restarted")


def bring_up_to_date(settings: Settings) -> None:
    """Make or migrate the schema; raises CannotStartError."""
    try:
        _patiently(lambda: migrate(settings))
    except SchemaIsNewerError as error:
        raise CannotStartError(str(error)) from None


def _first_run(settings: Settings) -> str | None:
    try:
        return _patiently(lambda: asyncio.run(first_run(settings)))
    except (PresetKeyError, AnotherSecretError) as error:
        raise CannotStartError(str(error)) from None
    except OSError as error:
        message = f"no key secret in {settings.home}: {error.strerror}; set TIERBOOK_KEY_SECRET"
        raise CannotStartError(message) from None


def _patiently(work: Callable[[], _Result]) -> _Result:
    """Do `work`, waiting a while for a database that is still starting, or that another replica holds."""
    done: list[_Result] = []
    failures: list[SQLAlchemyError] = []

    def tried() -> bool:
        try:
            done.append(work())
        except SQLAlchemyError as error:
            if not is_database_away(error):
                raise
            failures.append(error)
        return bool(done)

    if not wait_until(tried, _DATABASE_S, every=0.5):
        reason = str(getattr(failures[-1], "orig", failures[-1])).strip()
        raise CannotStartError(f"the database of DATABASE_URL does not answer: {reason}")
    return done[0]


def _setting_problems(error: ValidationError) -> list[str]:
    """Name each setting that is wrong, never its value: it may be a secret."""
    return [
        f"{problem['loc'][0]}: {problem['msg']}" for problem in error.errors(include_input=False, include_url=False)
    ]


def _refuse(code: int, *lines: str) -> int:
    for line in lines:
        print(f"tierbook: {line}", file=sys.stderr)
    return code
