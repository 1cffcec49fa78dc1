"""A clock that goes on by itself, and jumps where it is told to: by a file, so that several processes follow it."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from app.clock import SystemClock


class SteeredClock:
    """The machine's clock, so many seconds ahead as the file says."""

    def __init__(self, file: Path) -> None:
        """Follow a file that `steer` has written."""
        self._file = file
        self._clock = SystemClock()

    def now(self) -> datetime:
        """Return the moment that it is here, in UTC."""
        return self._clock.now() + timedelta(seconds=float(self._file.read_text(encoding="utf-8")))

    def monotonic(self) -> float:
        """Return the machine's monotonic seconds: what was jumped over did not pass."""
        return self._clock.monotonic()

    def today(self, zone: ZoneInfo) -> date:
        """Return the calendar date in `zone`."""
        return self.now().astimezone(zone).date()


def steer(file: Path, to: datetime) -> None:
    """Have it be another moment from now on; at once for whoever looks, for the file is replaced as a whole."""
    ahead = (to - SystemClock().now()).total_seconds()
    draft = file.with_suffix(".new")
    draft.write_text(str(ahead), encoding="utf-8")
    draft.replace(file)
