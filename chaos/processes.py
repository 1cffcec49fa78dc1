"""Processes of Tierbook, and what is done to them: killed, frozen, thawed, started again, weighed."""

import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from subprocess import STDOUT, Popen, TimeoutExpired
from typing import Final

from app.db.patience import wait_until
from bench.servers import answers_ok, free_port

SERVER: Final = "serve"
_READY_S: Final = 300.0
_STOP_S: Final = 30.0
_HERE: Final = "127.0.0.1"


class Process:
    """`tierbook serve` or `tierbook worker` on a port of its own, started anew as often as need be."""

    def __init__(self, name: str, environment: Mapping[str, str], folder: Path) -> None:
        self.name = name
        self.port = free_port()
        self.log = folder / f"{name}.log"
        arguments = ("serve",) if name == SERVER else ("worker", "--port", str(self.port))
        self._command = (str(Path(sys.executable).with_name("tierbook")), *arguments)
        self._environment = {**environment, "HOST": _HERE, "PORT": str(self.port)}
        self._process: Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Of the process that runs."""
        assert self._process is not None
        return self._process.pid

    @property
    def resident_mib(self) -> float:
        """Memory that it holds."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def start(self) -> None:
        """Start it, in a session of its own, where no signal reaches it but ours; does not wait."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TIERBOOK_", "LOG_"))}
        with self.log.open("ab") as output:
            self._process = Popen(
                self._command,
                env=kept | self._environment,
                stdout=output,
                stderr=STDOUT,
                start_new_session=True,
            )

    def wait_ready(self) -> None:
        """Wait until it says that it is."""
        if not wait_until(lambda: self._is_ready() or not self.runs, _READY_S, every=0.05) or not self.runs:
            raise RuntimeError(f"{self.name} did not become ready:\n{self.said[-2000:]}")

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def said(self) -> str:
        """All that it wrote, also before it was started anew."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def kill(self) -> None:
        """End it, without a word."""
        self._signal(signal.SIGKILL)
        assert self._process is not None
        self._process.wait()

    def freeze(self) -> None:
        """Have it stand still, connections and all."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Have it go on, as if no time had passed."""
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        """Stop it in order."""
        if not self.runs or self._process is None:
            return
        self._signal(signal.SIGCONT)
        self._signal(signal.SIGTERM)
        try:
            self._process.wait(_STOP_S)
        except TimeoutExpired:
            self.kill()

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def _is_ready(self) -> bool:
        return answers_ok(f"http://{_HERE}:{self.port}/readyz")


@contextmanager
def running(environment: Mapping[str, str], folder: Path, workers: int) -> Iterator[list[Process]]:
    """A server and so many workers, all ready, for the length of the block; the server is the first."""
    names = (SERVER, *(f"worker-{number}" for number in range(1, workers + 1)))
    made = [Process(name, environment, folder) for name in names]
    try:
        made[0].start()
        made[0].wait_ready()  # it makes the tables, which the others would only wait for
        for each in made[1:]:
            each.start()
        for each in made[1:]:
            each.wait_ready()
        yield made
    finally:
        for each in made:
            each.stop()
