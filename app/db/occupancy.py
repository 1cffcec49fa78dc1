"""Whose a data folder is: ours while we hold its lock, and free of whoever was there before."""

import contextlib
import fcntl
import os
import signal
from pathlib import Path

from app.db import cluster
from app.db.cluster import EmbeddedPostgresError, Postmaster
from app.db.patience import wait_until

_LEAVE_S = 20.0


class HomeInUseError(EmbeddedPostgresError):
    """Another process runs on this folder."""


def take(home: Path) -> int:
    """Lock `home`, made where it is missing, for as long as this process lives, and return the lock's handle.

    Raises `HomeInUseError` where another process has it, `EmbeddedPostgresError` where we may not write there.
    """
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        message = f"cannot keep a database in {home}: {error.strerror}; set TIERBOOK_HOME or DATABASE_URL"
        raise EmbeddedPostgresError(message) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(handle, 20).decode().strip() or "unknown"
        os.close(handle)
        message = f"Tierbook already runs on {home} (process {holder}): stop it, or set another TIERBOOK_HOME"
        raise HomeInUseError(message) from None
    os.ftruncate(handle, 0)
    os.write(handle, str(os.getpid()).encode())
    return handle


def evict_predecessor(data: Path) -> None:
    """See off a server that outlived its Tierbook; we hold the lock, so nobody needs it.

    After kill -9 of Tierbook, PostgreSQL may still be shutting down. A pid file whose process is dead, or whose number
    has passed to another program, would make PostgreSQL refuse to start: it goes. So would processes of a server that
    was killed, which hold its memory until they notice: they are waited for.
    """
    server = cluster.postmaster(data)
    if server is not None and cluster.is_alive(server, data):
        _end(server, data)
    if not (server is not None and cluster.is_alive(server, data)):
        wait_until(lambda: not cluster.is_occupied(data), _LEAVE_S)
        (data / "postmaster.pid").unlink(missing_ok=True)


def _end(server: Postmaster, data: Path) -> None:
    for number in (signal.SIGINT, signal.SIGQUIT):
        with contextlib.suppress(ProcessLookupError):
            os.kill(server.pid, number)
        if wait_until(lambda: not cluster.is_alive(server, data), _LEAVE_S):
            return
    message = f"an earlier PostgreSQL (process {server.pid}) on {data} does not stop"
    raise EmbeddedPostgresError(message)
