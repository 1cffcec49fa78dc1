"""A real PostgreSQL from a wheel, under the data folder: started with us, stopped with us."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from app.db import cluster
from app.db.cluster import PORT, USER, EmbeddedPostgresError
from app.db.launcher import Account, account_for, launch
from app.db.memory import usable_bytes
from app.db.occupancy import evict_predecessor, take
from app.db.patience import wait_until

_OPTIONS = {
    "listen_addresses": "",
    "port": str(PORT),  # names the socket; said on both sides, so that nobody's PGPORT steps in
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "huge_pages": "off",
    "io_method": "sync",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_FORGETFUL = {
    "max_connections": "300",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_wal_size": "512MB",
}
_MIB = 1 << 20
_BUFFERS_MIB = (64, 1024)
_BUFFERS_SHARE = 16
_START_S, _STOP_S = 60.0, 20.0
_LOG_LIMIT = 10_000_000
_LAST_WORDS = 4_000


class EmbeddedPostgres:
    """A PostgreSQL server on `home/postgres`; ours alone while we hold the lock `home/lock`.

    Start it from the main thread. `durable=False` trades safety against a crash of the machine for speed: for tests.
    """

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        """Name the folder; nothing is touched before `start`."""
        self._home = home.resolve()
        self._data = self._home / "postgres"
        self._durable = durable
        self._account: Account | None = None
        self._sockets = Path()
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: int | None = None

    def start(self) -> str:
        """Take the folder, start the server, wait until it takes connections and return its address.

        Raises `HomeInUseError` where another process has the folder, `EmbeddedPostgresError` where it cannot run; call
        `stop` in either case.
        """
        self._lock = take(self._home)
        self._account = account_for(self._data)
        if not self._data.exists():
            cluster.create(self._data, self._account, durable=self._durable)
        evict_predecessor(self._data)
        self._sockets = cluster.socket_folder(self._data, self._account)
        self._process = self._spawn()
        if not wait_until(self._has_settled, _START_S) or not self._is_ready():
            message = f"PostgreSQL did not start in {self._data}:\n{self._last_words()}"
            raise EmbeddedPostgresError(message)
        return address(self._sockets)

    def tend(self) -> bool:
        """Start the server again where it has died; return whether it had. Does not wait until it takes connections.

        One that somebody else told to stop waits for our own connections to end: it is told to stop at once.
        """
        if self._process is None:
            return False
        if self._process.poll() is None:
            server = cluster.postmaster(self._data)
            if server is not None and server.stopping:
                self._process.send_signal(signal.SIGINT)
            return False
        evict_predecessor(self._data)
        self._process = self._spawn()
        return True

    def stop(self) -> None:
        """Stop the server, fast but clean, and let go of the folder; harmless when called again."""
        if self._process is not None:
            _stop(self._process)
            self._process = None
            with contextlib.suppress(OSError):
                self._sockets.rmdir()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _spawn(self) -> subprocess.Popen[bytes]:
        own = {"unix_socket_directories": str(self._sockets)}
        options = _OPTIONS | own | ({"shared_buffers": _buffers()} if self._durable else _FORGETFUL)
        switches = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        log = self._home / "postgres.log"
        mode = "wb" if log.exists() and log.stat().st_size > _LOG_LIMIT else "ab"
        with log.open(mode) as output:
            command = [cluster.binaries() / "postgres", "-D", ".", *switches]
            return launch(command, self._account, cwd=self._data, output=output)

    def _has_settled(self) -> bool:
        return self._process is None or self._process.poll() is not None or self._is_ready()

    def _is_ready(self) -> bool:
        server = cluster.postmaster(self._data)
        return server is not None and server.ready and self._process is not None and server.pid == self._process.pid

    def _last_words(self) -> str:
        said = (self._home / "postgres.log").read_text(encoding="utf-8", errors="replace")
        return said[-_LAST_WORDS:].strip()


@contextmanager
def embedded_postgres(home: Path, *, durable: bool = True) -> Iterator[str]:
    """Run a server on `home` for the length of the block; yields its address."""
    with started(EmbeddedPostgres(home, durable=durable)) as address:
        yield address


@contextmanager
def started(server: EmbeddedPostgres) -> Iterator[str]:
    """Run `server` for the length of the block; yields its address."""
    try:
        yield server.start()
    finally:
        server.stop()


def running_address(home: Path) -> str | None:
    """Return the address of the server that runs on `home`, whoever started it; None where none takes connections."""
    data = home.resolve() / "postgres"
    server = cluster.postmaster(data)
    if server is None or not server.ready or not cluster.is_alive(server, data):
        return None
    return address(Path(server.sockets))


def address(sockets: Path) -> str:
    """Return the SQLAlchemy address of the server whose socket lies in `sockets`."""
    return f"postgresql+psycopg://{USER}@/postgres?host={quote(str(sockets), safe='')}&port={PORT}"


def _buffers() -> str:
    """A sixteenth of the memory, within bounds: the service, and whatever else runs here, need theirs too."""
    least, most = _BUFFERS_MIB
    return f"{max(least, min(most, usable_bytes() // _BUFFERS_SHARE // _MIB))}MB"


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask ever less politely: SIGINT disconnects and checkpoints, SIGQUIT leaves recovery to the next start."""
    for number in (signal.SIGINT, signal.SIGQUIT):
        process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_S)
            return
    process.kill()
    process.wait()
