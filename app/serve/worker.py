"""A process that ticks and sends, and takes no requests but those of whoever watches it."""

import asyncio
import gc
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI

from app.db.embedded import running_address
from app.http import operations
from app.main import create_app
from app.serve.listening import Server, base_url
from app.serve.signals import STOPPING, finish_undisturbed
from app.serve.start import CannotStartError, bring_up_to_date, listening_socket, run
from app.settings import Settings


def main(port: int | None) -> int:
    """Work until told to stop; return the exit code, having said why on standard error where it is not 0."""
    return run(lambda settings: _work(settings.model_copy(update={"role": "all"}), port))


def _work(settings: Settings, port: int | None) -> int:
    ready = _found(settings)
    bring_up_to_date(ready)
    app = create_app(ready, routers=(operations.router,))
    gc.freeze()
    gc.enable()
    if port is None:
        asyncio.run(_until_stopped(app))
    else:
        _watched(app, ready.model_copy(update={"port": port}))
    finish_undisturbed()
    return 0


def _found(settings: Settings) -> Settings:
    """The settings with the database of a service that is there already."""
    if settings.database_url is not None:
        return settings
    running = running_address(settings.home)
    if running is None:
        home = settings.home.resolve()
        raise CannotStartError(f"no database: set DATABASE_URL, or start `tierbook serve` on {home} first")
    return settings.with_database(running)


def _watched(app: FastAPI, settings: Settings) -> None:
    with listening_socket(settings) as bound:
        server = Server(app, settings, lambda: _say(f"answers /readyz and /metrics on {base_url(bound)}"), lambda: None)
        server.run(sockets=[bound])


async def _until_stopped(app: FastAPI) -> None:
    async with app.router.lifespan_context(app):
        with _told_to_stop() as stopped:
            _say("takes no requests")
            await stopped.wait()


@contextmanager
def _told_to_stop() -> Iterator[asyncio.Event]:
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()
    previous = {number: signal.getsignal(number) for number in STOPPING}
    for number in STOPPING:
        loop.add_signal_handler(number, stopped.set)
    try:
        yield stopped
    finally:
        for number, handler in previous.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)


def _say(what: str) -> None:
    print(f"A worker of Tierbook ticks and sends; {what}. Ctrl-C stops it.", flush=True)
