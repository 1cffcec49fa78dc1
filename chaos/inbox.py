"""What the receivers took, as whoever started them sees it."""

import socket
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from subprocess import Popen
from typing import NamedTuple

import orjson

from app.db.patience import wait_until
from bench.servers import free_port


class Arrival(NamedTuple):
    """A delivery that a good receiver took, at a moment in seconds since 1970; `of` is the event's own moment."""

    name: str
    id: str
    digest: str
    at: float
    of: str
    genuine: bool

    @property
    def late_s(self) -> float:
        """Seconds from the event's moment until it was here."""
        return self.at - datetime.fromisoformat(self.of).timestamp()


@dataclass(frozen=True)
class Tally:
    """What came, counted: each delivery is an event at a receiver."""

    came: int
    events: int
    repeated: int
    """Deliveries beyond the first of the same event at the same receiver."""
    altered: int
    """Events of which two bodies differ."""
    forged: int


class Inbox:
    """The receivers of a run."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._keys: dict[str, list[str]] = {}
        self._read_to = 0
        self._arrivals: list[Arrival] = []

    def url(self, path: str) -> str:
        """Of a receiver."""
        return f"http://127.0.0.1:{self.port}/{path}"

    def know(self, name: str, secret: str) -> None:
        """Have what comes to `/good/NAME` checked with that secret."""
        self._keys[name] = [secret]
        (self._folder / "keys.json").write_bytes(orjson.dumps(self._keys))

    @property
    def arrivals(self) -> Sequence[Arrival]:
        """All that came so far, in order."""
        file = self._folder / "arrivals"
        with file.open("rb") as opened:
            opened.seek(self._read_to)
            whole, _, _ = opened.read().rpartition(b"\n")
        if whole:
            self._read_to += len(whole) + 1
            self._arrivals += [Arrival(*orjson.loads(line)) for line in whole.split(b"\n")]
        return self._arrivals

    @property
    def trapped(self) -> int:
        """How often somebody came where nobody may be sent."""
        file = self._folder / "trapped"
        return file.stat().st_size if file.exists() else 0

    def tally(self) -> Tally:
        """Count what came."""
        arrivals = self.arrivals
        times = Counter((each.name, each.id) for each in arrivals)
        bodies = defaultdict(set)
        for each in arrivals:
            bodies[each.id].add(each.digest)
        return Tally(
            came=len(times),
            events=len(bodies),
            repeated=sum(times.values()) - len(times),
            altered=sum(len(each) > 1 for each in bodies.values()),
            forged=sum(not each.genuine for each in arrivals),
        )


@contextmanager
def receiving(folder: Path) -> Iterator[Inbox]:
    """The receivers, for the length of the block."""
    (folder / "arrivals").touch()
    made = Inbox(folder)
    with Popen((sys.executable, "-m", "chaos.receiving", str(folder), str(made.port))) as process:
        try:
            if not wait_until(lambda: _listens(made.port), 30.0):
                raise RuntimeError("the receivers did not start")
            yield made
        finally:
            process.terminate()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
