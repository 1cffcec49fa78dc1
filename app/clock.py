"""The only reader of time. Everything else is handed `now`; ruff's TID251 refuses the rest."""

import time
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """What the shell asks about time; the kernel never asks."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never run backwards; only their differences mean anything."""
        ...

    def today(self, zone: ZoneInfo) -> date:
        """Return the calendar date in `zone`: the bank's business date, not UTC's."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return the machine's monotonic seconds."""
        return time.monotonic()

    def today(self, zone: ZoneInfo) -> date:
        """Return the calendar date in `zone`."""
        return self.now().astimezone(zone).date()


class ManualClock:
    """A clock that stands still until it is told to move; for tests and replays."""

    def __init__(self, at: datetime) -> None:
        """Stand at `at`, which must be aware."""
        if at.tzinfo is None:
            message = "a clock needs an aware datetime"
            raise ValueError(message)
        self._now = at.astimezone(UTC)
        self._elapsed = 0.0

    def now(self) -> datetime:
        """Return the moment this clock stands at, in UTC."""
        return self._now

    def monotonic(self) -> float:
        """Return the seconds advanced so far."""
        return self._elapsed

    def today(self, zone: ZoneInfo) -> date:
        """Return the calendar date in `zone` at the moment this clock stands at."""
        return self._now.astimezone(zone).date()

    def advance(self, by: timedelta) -> None:
        """Move forward; a negative `by` moves the wall clock back, never the monotonic one."""
        self._now += by
        self._elapsed += max(by.total_seconds(), 0.0)
