"""What ticks: four jobs, none of which is the record of anything. Any tick may be missed, and any be one too many.

APScheduler keeps them in memory, in each process its own (references/events.md, 3). What falls due stands on the table;
here it is only looked at in time.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import SystemRandom
from typing import Any, Final

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from app.clock import Clock, SystemClock
from app.db.failures import DatabaseMayBeAway
from app.scheduler.sweeping import Sweeper, Swept
from app.scheduler.watching import SWEEP_EVERY_S, Watch
from app.trail.waking import DUE, Waking

WAKE_EVERY_S: Final = 5.0
HOUSE_EVERY_S: Final = 3600.0
_JITTER_S: Final = 0.1
_CHANCE: Final = SystemRandom()
_HELD_S: Final = 1.0
"""After so long it is looked again at what another process held."""

_HOUSE_FIRST_S: Final = 15.0
_ALARM: Final = "due"
_Job = Callable[[], Coroutine[Any, Any, None]]
_DEFAULTS: Final = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
_log = structlog.get_logger("tierbook.scheduler")


@dataclass(frozen=True, slots=True)
class Chores:
    """What else is done by the clock; each is safe to be done at any time, by any number of processes."""

    wake: Callable[[], object]
    """Every 5 s: have what sends look at what waits, and take back what nobody finished; returns at once."""
    keep_house: _Job
    """Every hour."""
    look_after: _Job
    """With each sweep that is made in any case."""


class Ticking:
    """The scheduler of a process. Lives on the event loop."""

    def __init__(self, sweeper: Sweeper, clock: Clock, watch: Watch, chores: Chores) -> None:
        self._sweeper = sweeper
        self._clock = clock
        self._timer = SystemClock()  # APScheduler waits by the machine's
        self._watch = watch
        self._chores = chores
        self._alone = asyncio.Lock()
        self._last = Swept()
        self._missed = False
        self._wanted = asyncio.Event()
        self._scheduler: Any = None
        self.armed: datetime | None = None
        """The moment for which the next sweep is set; None where nothing is known to wait."""

    def listen(self, waking: Waking) -> None:
        """Have commits that put something on the table set the next sweep earlier."""
        waking.on(DUE, self.arm)

    async def run(self) -> None:
        """Tick for ever; the application runs it in the background and cancels it."""
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=_DEFAULTS)
        self._add(self.sweep_anyway, SWEEP_EVERY_S, after_s=0.0)
        self._add(self.wake, WAKE_EVERY_S, after_s=WAKE_EVERY_S)
        self._add(self._chores.keep_house, HOUSE_EVERY_S, after_s=_HOUSE_FIRST_S + _CHANCE.uniform(0, WAKE_EVERY_S))
        self._scheduler.start()
        self._watch.begin()
        try:
            await self._sweep_when_wanted()
        finally:
            self._watch.end()
            self._scheduler.shutdown(wait=False)
            self._scheduler, self.armed = None, None

    async def _sweep_when_wanted(self) -> None:
        """Jobs only ask for a sweep: one that came while another runs is neither lost nor made twice."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            await _said(self.sweep)()

    async def sweep_anyway(self) -> None:
        """Sweep, whatever is known of what waits: a stepped clock, a hint that was lost, another's crash."""
        self._wanted.set()
        with DatabaseMayBeAway():
            await self._chores.look_after()

    async def sweep(self) -> None:
        """Take what is due and set the next sweep; where the database is away, the next round will do."""
        async with self._alone:
            self.armed, self._missed = None, True
            began = self._clock.monotonic()
            with DatabaseMayBeAway():
                self._last = await self._sweeper.sweep()
                self._missed = False
                self._watch.swept(self._last, self._clock.monotonic() - began)
                self._arm_next()

    async def wake(self) -> None:
        """Wake what sends; see whether another process put something on the table meanwhile.

        What the next sweep is set for may have passed: the clock was set ahead, or the machine slept.
        """
        self._chores.wake()
        if self._missed or (self.armed is not None and self.armed <= self._clock.now()):
            self._wanted.set()
        elif not self._alone.locked():
            async with self._alone:
                with DatabaseMayBeAway():
                    await self._sweeper.look(self._last)
                    self._watch.saw(self._last.waiting)
                    self._arm_next()

    def look(self) -> None:
        """Sweep soon: another process may have put something on the table. Returns at once."""
        self._wanted.set()

    def arm(self, at: datetime) -> None:
        """Set the next sweep for that moment, unless it is set for an earlier one; a little later, never sooner."""
        if self._scheduler is None or (self.armed is not None and self.armed <= at):
            return
        self.armed = at
        late_s = _CHANCE.uniform(0, _JITTER_S)  # so that not all processes sweep at the same moment
        wait = max(at - self._clock.now(), timedelta()) + timedelta(seconds=late_s)
        trigger = DateTrigger(self._timer.now() + wait, timezone=UTC)
        self._scheduler.add_job(self._ring, trigger, id=_ALARM, replace_existing=True)

    def _arm_next(self) -> None:
        """Set the next sweep for what waits; what was due already when it was looked for, another holds."""
        at, looked_at = self._last.waiting.ours, self._last.looked_at
        if at is None:
            return
        held = looked_at is not None and at <= looked_at
        self.arm(self._clock.now() + timedelta(seconds=_HELD_S) if held else at)

    async def _ring(self) -> None:
        self._wanted.set()

    def _add(self, job: _Job, every_s: float, *, after_s: float) -> None:
        first = self._timer.now() + timedelta(seconds=after_s)
        trigger = IntervalTrigger(seconds=int(every_s), timezone=UTC)
        self._scheduler.add_job(_quietly(_said(job)), trigger, next_run_time=first)


def _quietly(job: _Job) -> _Job:
    """The job as APScheduler's own: it would log as an error that it was cancelled, which is how we stop."""

    async def run() -> None:
        with suppress(asyncio.CancelledError):
            await job()

    return run


def _said(job: _Job) -> _Job:
    """The job, whose failure is logged and ends nothing."""

    async def run() -> None:
        try:
            await job()
        except Exception as error:  # noqa: BLE001  whatever it was, the next tick may do
            _log.error("tick_failed", job=job.__name__, error=type(error).__name__)

    return run
