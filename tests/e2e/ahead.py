"""`tierbook serve` by a clock that a test moves ahead: the file named by CLOCK_AHEAD holds days.

PIECE, where it is given, is how many clients a run does at one go.
"""

import os
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from app.clock import SystemClock
from app.portfolio import runner
from app.serve import start
from app.serve.signals import leave_quietly


class Ahead:
    """The machine's clock, so many days ahead."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._clock = SystemClock()

    def now(self) -> datetime:
        return self._clock.now() + timedelta(days=int(self._file.read_text(encoding="utf-8")))

    def monotonic(self) -> float:
        return self._clock.monotonic()

    def today(self, zone: ZoneInfo) -> date:
        return self.now().astimezone(zone).date()


def main() -> int:
    """Serve, as `tierbook serve` does."""
    leave_quietly()
    if "PIECE" in os.environ:
        vars(runner)["Runner"] = partial(runner.Runner, piece=int(os.environ["PIECE"]))
    return start.main(clock=Ahead(Path(os.environ["CLOCK_AHEAD"])))


if __name__ == "__main__":
    raise SystemExit(main())
