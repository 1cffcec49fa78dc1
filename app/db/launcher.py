"""Starts a program of PostgreSQL's: never as root, and never to outlive us.

PostgreSQL refuses to run as root. Started by root it therefore becomes an existing unprivileged user, but keeps one
capability, to pass folders: the clone may lie below a folder of mode 0700 that only root may enter. No user is made, no
folder above ours is opened. The decision record is docs/decisions/0001-embedded-postgresql.md.
"""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_LINUX = sys.platform == "linux"
_LIBC = ctypes.CDLL(None, use_errno=True) if _LINUX else None

_PR_SET_PDEATHSIG, _PR_SET_SECUREBITS, _PR_CAP_AMBIENT, _AMBIENT_RAISE = 1, 28, 47, 2
_SECBIT_NO_SETUID_FIXUP = 1 << 2
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2
_CAPABILITY_VERSION_3 = 0x20080522
_ORPHANED = 125
_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Account:
    """Whom PostgreSQL runs as."""

    uid: int
    gid: int

    def own(self, path: Path) -> None:
        """Hand `path` over to this account."""
        os.chown(path, self.uid, self.gid)


def account_for(data: Path) -> Account | None:
    """Return whom to become: nobody, or whoever owns `data` already; None where we are not root and stay ourselves."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid)
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def launch(
    command: Sequence[object], account: Account | None, *, cwd: Path, output: IO[bytes]
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own, so that Ctrl-C reaches us alone and we stop it in order.

    Call it from the main thread: on Linux the kernel sends the program SIGINT, PostgreSQL's fast shutdown, when the
    calling thread ends for whatever reason, kill -9 included.
    """
    with _signals_held():
        return subprocess.Popen(  # noqa: S603 - the wheel's own programs
            [str(part) for part in command],
            cwd=cwd,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_preparation(account, os.getpid()),  # noqa: PLW1509 - no thread runs yet
        )


@contextmanager
def _signals_held() -> Iterator[None]:
    """Hold signals back while the child is still a copy of us: our handlers must not run in it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _environment() -> dict[str, str]:
    """Return our environment without what would steer PostgreSQL (PGDATA, PGPORT, …), speaking plain English."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def _preparation(account: Account | None, parent: int) -> Callable[[], None]:
    def prepare() -> None:
        os.umask(0o077)
        for number in _STOPPING:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)
        if account is not None:
            _become(account)
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
        if os.getppid() != parent:  # the parent died before prctl could see it
            os._exit(_ORPHANED)

    return prepare


def _become(account: Account) -> None:
    """Change the user without losing the capabilities on the way.

    The secure bit also makes access(2), by which PostgreSQL looks for its own programs, count them.
    """
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups([])
    os.setgid(account.gid)
    os.setuid(account.uid)
    _keep_passage()


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def _keep_passage() -> None:
    """Drop every capability but one that lets us pass folders, and have it survive exec.

    Containers often lack DAC_READ_SEARCH but have DAC_OVERRIDE. With neither, nothing is kept, and PostgreSQL starts
    where the folders are open to it.
    """
    if _LIBC is None:
        return
    header, sets = _Header(_CAPABILITY_VERSION_3, 0), (_Sets * 2)()
    _LIBC.capget(ctypes.byref(header), sets)
    held = next((c for c in (_CAP_DAC_READ_SEARCH, _CAP_DAC_OVERRIDE) if sets[0].permitted >> c & 1), None)
    mask = 0 if held is None else 1 << held
    kept = (_Sets * 2)(_Sets(mask, mask, mask), _Sets(0, 0, 0))
    _LIBC.capset(ctypes.byref(header), kept)
    if held is not None:
        _LIBC.prctl(_PR_CAP_AMBIENT, _AMBIENT_RAISE, held, 0, 0)
