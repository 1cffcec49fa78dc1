"""The server's socket, signals and last minutes."""

import contextlib
import signal
import socket
from collections.abc import Callable, Iterator
from types import FrameType

import uvicorn
from fastapi import FastAPI

from app.clock import SystemClock
from app.serve.signals import STOPPING
from app.serve.slow_clients import BoundedProtocol
from app.settings import Settings

_GRACE_S = 10
_KEEP_ALIVE_S = 65  # longer than the usual 60 s of a load balancer, so that it is the one that closes


def bind(settings: Settings) -> socket.socket:
    """Take HOST and PORT, before anything slow is started; connections are refused until the server listens.

    Raises OSError where the address is taken or not ours.
    """
    family, _, _, _, address = socket.getaddrinfo(
        settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    return bound


def base_url(bound: socket.socket) -> str:
    """Return the address to type into a browser on this machine."""
    host, port = bound.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{host}:{port}"


class Server(uvicorn.Server):
    """Uvicorn that says when it is ready, fails `/readyz` before it stops, and leaves its signals' effects to us."""

    def __init__(
        self, app: FastAPI, settings: Settings, on_ready: Callable[[], None], every_second: Callable[[], object]
    ) -> None:
        """Serve `app`; `on_ready` runs once it can score, `every_second` while connections are taken."""
        super().__init__(
            uvicorn.Config(
                app,
                http=BoundedProtocol,
                ws="none",
                loop="uvloop",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_keep_alive=_KEEP_ALIVE_S,
                timeout_graceful_shutdown=_GRACE_S,
            )
        )
        self._application = app
        self._drain_s = settings.drain_seconds
        self._on_ready = on_ready
        self._every_second = every_second
        self._announced = False
        self._clock = SystemClock()
        self._leave_at: float | None = None

    async def on_tick(self, counter: int) -> bool:
        """Say once that we are ready, do what is due every second (of ten ticks), stop when draining is over."""
        if counter % 10 == 0:
            self._every_second()
        if not self._announced and self._application.state.rulebooks.loaded:
            self._announced = True
            self._on_ready()
        if self._leave_at is not None and self._clock.monotonic() >= self._leave_at:
            self.should_exit = True
        return await super().on_tick(counter)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGINT, SIGTERM and SIGHUP; uvicorn would raise them again and end us before PostgreSQL."""
        previous = {number: signal.signal(number, self.handle_exit) for number in STOPPING}
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's signature
        """Fail `/readyz`, wait for traffic to go elsewhere, then stop; a second signal does not wait."""
        if self._leave_at is not None:
            self.should_exit = True
        self._application.state.draining = True
        self._leave_at = self._clock.monotonic() + (self._drain_s if sig == signal.SIGTERM else 0.0)
