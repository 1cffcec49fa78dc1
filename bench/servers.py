"""Servers as processes of their own, on ports that are free; each is ended when its block ends."""

import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import nan
from pathlib import Path
from subprocess import STDOUT, Popen, TimeoutExpired, check_output
from time import perf_counter, sleep
from typing import Final
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from bench.bodies import Body

_READY_S: Final = 120.0
_STOP_S: Final = 30.0


@dataclass(frozen=True)
class Server:
    """A server that is ready."""

    process: Popen[bytes]
    port: int
    ready_s: float
    """Seconds from its start until it was ready."""

    @property
    def resident_mib(self) -> float:
        """Memory that the process holds; its children, such as PostgreSQL, not counted."""
        status = Path(f"/proc/{self.process.pid}/status")
        if status.exists():
            return int(status.read_text().partition("VmRSS:")[2].split()[0]) / 1024
        return int(check_output(("/bin/ps", "-o", "rss=", "-p", str(self.process.pid)))) / 1024

    @property
    def processor_s(self) -> float:
        """Processor time that the process has used, where the system tells it like Linux; else NaN."""
        try:
            stat = Path(f"/proc/{self.process.pid}/stat").read_text()
        except OSError:
            return nan
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def answer(self, body: Body, key: str) -> bytes:
        """What it answers to `body`."""
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        request = Request(f"http://127.0.0.1:{self.port}/v1/score", body.content, headers)
        with urlopen(request, timeout=30) as answered:  # noqa: S310
            content: bytes = answered.read()
            return content


@contextmanager
def tierbook(home: Path, key: str, *options: str) -> Iterator[Server]:
    """`tierbook serve` with these options, with the embedded PostgreSQL in `home`."""
    program = Path(sys.executable).with_name("tierbook")
    ours = {"TIERBOOK_HOME": str(home), "TIERBOOK_BOOTSTRAP_KEY": key, "HOST": "127.0.0.1", "DATABASE_URL": ""}
    port = free_port()
    with started((str(program), "serve", *options), ours | {"PORT": str(port)}, home.with_suffix(".log")) as process:
        yield _ready(process, port, "/readyz")


@contextmanager
def bare_fastapi(answers: Path) -> Iterator[Server]:
    """The yardstick, with the answers that it is to give."""
    port = free_port()
    command = (sys.executable, "-m", "bench.echo", str(port), str(answers))
    with started(command, {}, answers.with_suffix(".log")) as process:
        yield _ready(process, port, "/openapi.json")


@contextmanager
def raw_visit(kind: str, database: str, home: Path) -> Iterator[Server]:
    """A yardstick for recording a visit (`bench.raw_visit`), on the database behind the server."""
    port = free_port()
    command = (sys.executable, "-m", "bench.raw_visit", kind, str(port), database, str(home))
    with started(command, {}, home.with_name(f"raw-{kind}.log")) as process:
        yield _ready(process, port, "/livez")


@contextmanager
def started(command: tuple[str, ...], environment: dict[str, str], log: Path) -> Iterator[Popen[bytes]]:
    """A process of its own, ended with the block; what it says is kept in `log`, and shown where the block fails."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TIERBOOK_", "LOG_"))}
    with log.open("wb") as output, Popen(command, env=kept | environment, stdout=output, stderr=STDOUT) as process:
        try:
            yield process
        except BaseException:
            print(log.read_text(errors="replace")[-2000:], file=sys.stderr)
            raise
        finally:
            _stop(process)


def _stop(process: Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(_STOP_S)
    except TimeoutExpired:
        process.kill()


def _ready(process: Popen[bytes], port: int, path: str) -> Server:
    started = perf_counter()
    while perf_counter() - started < _READY_S and process.poll() is None:
        if answers_ok(f"http://127.0.0.1:{port}{path}"):
            return Server(process, port, perf_counter() - started)
        sleep(0.01)
    raise RuntimeError("the server did not become ready")


def answers_ok(url: str) -> bool:
    """Whether somebody answers there with 200."""
    try:
        with urlopen(url, timeout=5) as answered:  # noqa: S310
            return bool(answered.status == 200)
    except HTTPError as refused:
        refused.close()
        return False
    except OSError:
        return False


def free_port() -> int:
    """A port of the loopback that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
