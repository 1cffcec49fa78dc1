"""Starts the service as a person would: a process of its own, told by its environment."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from app.db.migrate import ROOT
from app.db.patience import wait_until

_READY_S = 60.0
_ENDED_S = 60.0
COMMAND = (str(Path(sys.executable).parent / "tierbook"), "serve")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Service:
    """One `tierbook serve`; ended, whatever happens, when the block ends."""

    def __init__(
        self, home: Path, port: int | None = None, command: Sequence[str] = COMMAND, **environment: str
    ) -> None:
        self.home = home
        self.port = port or free_port()
        ours = {"TIERBOOK_HOME": str(home), "HOST": "127.0.0.1", "PORT": str(self.port), "DATABASE_URL": ""}
        log = home.parent / f"{home.name}.log"
        log.unlink(missing_ok=True)
        self._log = log.open("a+", encoding="utf-8")  # "w+" would write wherever we read last
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | ours | environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_as_in_the_background,  # noqa: PLW1509 - it only sets a signal
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self.stop()
        self._log.close()

    @property
    def output(self) -> str:
        self._log.seek(0)
        return self._log.read()

    def get(self, path: str) -> int | None:
        """The status of a GET; None where nobody listens."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                status: int = answer.status
                return status
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code
        except OSError:
            return None

    def ready(self) -> Self:
        settled = wait_until(lambda: self._process.poll() is not None or self.get("/readyz") == 200, _READY_S)
        assert settled, self.output
        assert self._process.poll() is None, self.output
        return self

    def send(self, number: signal.Signals) -> None:
        """To the whole group, as a terminal does."""
        os.killpg(self._process.pid, number)

    def wait(self) -> int:
        ended = wait_until(lambda: self._process.poll() is not None, _ENDED_S)
        assert ended, self.output
        return self._process.wait()

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        self.send(number)
        return self.wait()


def _as_in_the_background() -> None:
    """A shell without job control starts `command &` with SIGINT ignored; it must stop us all the same."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
