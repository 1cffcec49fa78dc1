"""The feed's order: every committed event gets its place, one after the other, without gaps, never in a request.

Numbers that a database gives out before a commit become visible in another order than theirs: whoever read on from the
last one seen would miss events. So a place is given after the commit, by one process at a time. An event becomes
visible together with its row in `event_pending`, and that stays until it has its place.
"""

import asyncio
from datetime import datetime
from typing import Final, NamedTuple

from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import Clock
from app.db.engine import Sessions
from app.db.failures import DatabaseMayBeAway
from app.db.patience import answered_within
from app.trail.waking import TOLD, Waking

EVERY_S: Final = 1.0
"""Seconds between two rounds where no commit of this process says that there is something."""

BATCH: Final = 2000
_GATHER_S: Final = 0.02
_LIMIT_S: Final = 10.0
_LOCK: Final = 0x71E2E5E9
_ALONE: Final = text("SELECT pg_try_advisory_xact_lock(:lock)")
_PLACE: Final = text("""
WITH waiting AS MATERIALIZED (
  SELECT written, event_id, row_number() OVER (ORDER BY written) AS nth FROM event_pending ORDER BY written LIMIT :most
), placed AS (
  INSERT INTO event_sequence (sequence, event_id, sequenced_at)
  SELECT (SELECT COALESCE(max(sequence), 0) FROM event_sequence) + nth, event_id, :now FROM waiting
)
DELETE FROM event_pending USING waiting WHERE event_pending.written = waiting.written
""")
_REACHED: Final = text("""
SELECT (SELECT max(sequence) FROM event_sequence) AS sequence,
  (SELECT count(*) FROM event_pending) AS pending,
  (SELECT recorded_at FROM event WHERE written = (SELECT min(written) FROM event_pending)) AS since
""")


class Reached(NamedTuple):
    """How far the feed reaches, and what is not in it yet."""

    sequence: int
    pending: int
    since: datetime | None


async def place(session: AsyncSession, now: datetime, most: int = BATCH) -> int:
    """Give places to at most `most` events that wait; return to how many.

    Nobody else gives any until the caller's transaction ends; while another does, this does nothing and returns 0.
    """
    if not await session.scalar(_ALONE, {"lock": _LOCK}):
        return 0
    placed = await session.execute(_PLACE, {"most": most, "now": now})  # after the lock: it sees the last holder's
    return int(placed.rowcount)  # type: ignore[attr-defined]  # of a statement that deletes


async def reached(session: AsyncSession) -> Reached:
    """How far the feed reaches now."""
    found = (await session.execute(_REACHED)).one()
    return Reached(found.sequence or 0, found.pending, found.since)


class Sequencer:
    """Gives places, and tells readers of this process how far the feed reaches. Lives on the event loop."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock
        self._told = asyncio.Event()
        self._moved = asyncio.Event()
        self.reached: Reached | None = None
        """How far the feed reached at the end of the last round; None before the first."""

    def listen(self, waking: Waking) -> None:
        """Begin a round soon after each commit that tells of something."""
        waking.on(TOLD, lambda _: self._told.set())

    def measure(self, registry: CollectorRegistry) -> None:
        """Register what Prometheus may ask."""
        pending = Gauge("tierbook_feed_pending", "Events without a place in the feed yet.", registry=registry)
        pending.set_function(lambda: float(self.reached.pending) if self.reached else 0.0)
        lag = Gauge("tierbook_feed_lag_seconds", "For how long the oldest of them waits.", registry=registry)
        lag.set_function(self._lag_s)
        top = Gauge("tierbook_feed_sequence", "The last place in the feed.", registry=registry)
        top.set_function(lambda: float(self.reached.sequence) if self.reached else 0.0)

    async def run(self) -> None:
        """Give places for ever; the application runs it in the background and cancels it."""
        while True:
            with DatabaseMayBeAway():
                await self.once()
            try:
                async with asyncio.timeout(EVERY_S):
                    await self._told.wait()
            except TimeoutError:
                continue
            await asyncio.sleep(_GATHER_S)
            self._told.clear()

    async def once(self) -> None:
        """Give places until nothing waits, and see how far the feed reaches."""
        while await answered_within(_LIMIT_S, self._batch()) == BATCH:
            pass
        async with self._sessions.begin() as session:
            found = await reached(session)
        moved = self.reached is None or found.sequence > self.reached.sequence
        self.reached = found
        if moved:
            self._moved.set()
            self._moved = asyncio.Event()

    async def wait_beyond(self, sequence: int, seconds: float) -> bool:
        """Wait until the feed reaches further than that, as far as known here; False if it does not for `seconds`."""
        if self.reached is None or self.reached.sequence <= sequence:
            try:
                async with asyncio.timeout(seconds):
                    await self._moved.wait()
            except TimeoutError:
                return False
        return self.reached is not None and self.reached.sequence > sequence

    async def _batch(self) -> int:
        async with self._sessions.begin() as session:
            return await place(session, self._clock.now())

    def _lag_s(self) -> float:
        since = self.reached.since if self.reached else None
        return 0.0 if since is None else max(0.0, (self._clock.now() - since).total_seconds())
