"""Where the story plays: a service in a process of its own, a receiver beside it, one clock for both."""

import os
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import httpx2
import uvicorn

from app.clock import SystemClock
from app.receiver.answering import Behaviour, Delivered, Receiver
from app.receiver.verifying import Keys
from app.story.steered import SteeredClock, steer

_READY_S: Final = 90.0
_ARRIVES_S: Final = 90.0
_STOPS_S: Final = 30.0
_LOOK_S: Final = 0.2
_HERE: Final = "127.0.0.1"


class StoryError(RuntimeError):
    """What did not go as the story has it."""


@dataclass(slots=True)
class Inbox:
    """What the receiver took; waited for by type and client."""

    arrived: list[Delivered] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def take(self, delivered: Delivered) -> None:
        """Keep a delivery; called by the receiver's thread."""
        with self._changed:
            self.arrived.append(delivered)
            self._changed.notify_all()

    def wait_for(self, kind: str, subject: str, after: int = 0) -> Delivered:
        """The first delivery of a type about a client, of those beyond the first `after`; raises StoryError."""
        with self._changed:
            self._changed.wait_for(lambda: self._find(kind, subject, after) is not None, _ARRIVES_S)
            found = self._find(kind, subject, after)
        if found is None:
            raise StoryError(f"no {kind} about {subject} arrived within {_ARRIVES_S:.0f} s")
        if found.fault is not None:
            raise StoryError(f"{kind} about {subject} is not genuine: {found.fault}")
        return found

    def _find(self, kind: str, subject: str, after: int) -> Delivered | None:
        named = f"tierbook.{kind}.v1"
        fits = (each for each in self.arrived[after:] if each.event.get("type") == named)
        return next((each for each in fits if each.event.get("subject") == subject and each.answered < 300), None)  # noqa: PLR2004  2xx


@dataclass(slots=True)
class Stage:
    """The service as a caller sees it, the receiver's inbox, and the clock."""

    client: httpx2.Client
    inbox: Inbox
    receiver_url: str
    secrets: list[str]
    _clock: Path

    def call(self, method: str, path: str, body: Any = None, person: str | None = None) -> Any:
        """Ask the service; raises StoryError where it refuses."""
        headers = {"X-On-Behalf-Of": person} if person else {}
        answer = self.client.request(method, path, json=body, headers=headers)
        if answer.is_error:
            raise StoryError(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else None

    def command(self, *arguments: str) -> str:
        """What a `tierbook` command prints, beside the service; raises StoryError where it fails."""
        environment = os.environ | {"TIERBOOK_HOME": str(self._clock.parent / "home"), "DATABASE_URL": ""}
        command = [sys.executable, "-c", "from app.cli import app; app()", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603  ours
        if done.returncode:
            raise StoryError(f"tierbook {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    def now(self) -> datetime:
        """The moment that it is."""
        return SteeredClock(self._clock).now()

    def jump(self, to: datetime) -> None:
        """Have it be that moment, for the service and for the receiver."""
        steer(self._clock, to)


@contextmanager
def staged(folder: Path, begins: datetime) -> Iterator[Stage]:
    """Set the stage in an empty folder; all of it ends with the block. Raises StoryError where it cannot begin."""
    clock, key = folder / "clock", f"tb_{secrets.token_hex(24)}"
    steer(clock, begins)
    inbox, known = Inbox(), list[str]()
    receiver = Receiver(lambda: Keys(known), Behaviour(), SteeredClock(clock), inbox.take)
    with _listening(receiver) as url, _serving(folder, clock, key) as port:
        headers = {"Authorization": f"Bearer {key}"}
        base = f"http://{_HERE}:{port}"
        with httpx2.Client(base_url=base, headers=headers, timeout=_ARRIVES_S, trust_env=False) as client:
            _wait_for(lambda: client.get("/v1/calendars").json()["items"], "the service has no calendar")
            yield Stage(client, inbox, url, known, clock)


@contextmanager
def _listening(receiver: Receiver) -> Iterator[str]:
    """The receiver in a thread of this process."""
    with socket.socket() as bound:
        bound.bind((_HERE, 0))
        server = uvicorn.Server(uvicorn.Config(receiver.app(), log_level="error", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        try:
            yield f"http://{_HERE}:{bound.getsockname()[1]}/"
        finally:
            server.should_exit = True
            thread.join(_STOPS_S)


@contextmanager
def _serving(folder: Path, clock: Path, key: str) -> Iterator[int]:
    """The service on a port that was free, its log beside it."""
    port = _free_port()
    environment = {
        "TIERBOOK_HOME": str(folder / "home"),
        "DATABASE_URL": "",
        "HOST": _HERE,
        "PORT": str(port),
        "TIERBOOK_BOOTSTRAP_KEY": key,
        "TIERBOOK_WEBHOOK_ALLOW": _HERE,
        "TIERBOOK_LOG_FORMAT": "json",
    }
    with (folder / "service.log").open("wb") as log:
        command = [sys.executable, "-m", "app.story.server", str(clock)]
        process = subprocess.Popen(  # noqa: S603  our own command
            command, env=os.environ | environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        try:
            _wait_for(lambda: _is_ready(process, port, folder / "service.log"), "the service did not become ready")
            yield port
        finally:
            process.terminate()
            process.wait(_STOPS_S)


def _wait_for(has_come: Callable[[], object], otherwise: str) -> None:
    """Look until it has come; raises StoryError, with what is told `otherwise`."""
    timer, pause = SystemClock(), threading.Event()
    give_up = timer.monotonic() + _READY_S
    while not has_come():
        if timer.monotonic() > give_up:
            raise StoryError(otherwise)
        pause.wait(_LOOK_S)


def _is_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> bool:
    if process.poll() is not None:
        raise StoryError(f"the service did not start: {log.read_text(encoding='utf-8')[-2000:]}")
    try:
        return httpx2.get(f"http://{_HERE}:{port}/readyz", trust_env=False).is_success
    except httpx2.HTTPError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HERE, 0))
        port: int = probe.getsockname()[1]
    return port
