"""A PostgreSQL of the scenario's own, which is stopped at once and started again like one whose machine failed."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen, TimeoutExpired
from typing import Any, Final

import psycopg
from sqlalchemy import make_url

from app.db import cluster
from app.db.embedded import address
from app.db.launcher import Account, account_for, launch
from app.db.patience import wait_until

_OPTIONS: Final = {
    "listen_addresses": "",
    "port": str(cluster.PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "250",
    "shared_buffers": "128MB",
    "huge_pages": "off",
    "io_method": "sync",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_START_S: Final = 60.0
_STOP_S: Final = 30.0


class Database:
    """A server on a folder. From the main thread: it ends with the thread that started it."""

    def __init__(self, folder: Path) -> None:
        self._data = folder / "postgres"
        self._log = folder / "postgres.log"
        self._account: Account | None = account_for(self._data)
        cluster.create(self._data, self._account, durable=True)
        self._sockets = cluster.socket_folder(self._data, self._account)
        self._process: Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        """As DATABASE_URL takes it."""
        return address(self._sockets)

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        options = _OPTIONS | {"unix_socket_directories": str(self._sockets)}
        switches = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with self._log.open("ab") as output:
            command = [cluster.binaries() / "postgres", "-D", ".", *switches]
            self._process = launch(command, self._account, cwd=self._data, output=output)
        if not wait_until(self._is_ready, _START_S):
            raise RuntimeError(f"PostgreSQL did not start:\n{self._log.read_text(errors='replace')[-2000:]}")

    def crash(self) -> None:
        """Stop it immediately: no farewell, no checkpoint; the next start recovers."""
        self._end(signal.SIGQUIT)

    def stop(self) -> None:
        """Stop it for good."""
        self._end(signal.SIGINT)
        self._sockets.rmdir()

    def connect(self) -> psycopg.Connection[Any]:
        """A connection as its owner, which commits each statement."""
        plain = make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(plain, autocommit=True)

    def said(self, words: str) -> int:
        """How often its log has these words."""
        return self._log.read_text(encoding="utf-8", errors="replace").count(words)

    def _end(self, number: signal.Signals) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(number)
        try:
            self._process.wait(_STOP_S)
        except TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _is_ready(self) -> bool:
        server = cluster.postmaster(self._data)
        return bool(server and server.ready and self._process and server.pid == self._process.pid)


@contextmanager
def database(folder: Path) -> Iterator[Database]:
    """A server in an empty folder, for the length of the block."""
    made = Database(folder)
    try:
        yield made
    finally:
        made.stop()
