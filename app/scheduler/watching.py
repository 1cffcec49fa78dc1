"""What is known of the ticking outside of what ticks: is it alive, how late is it, how far off are the clocks."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from app.clock import Clock
from app.scheduler.sweeping import Swept
from app.scheduler.taking import NOTHING, Waiting

SWEEP_EVERY_S: Final = 30.0
"""Seconds between two sweeps that are made whatever is known of what waits."""

STALE_S: Final = 3 * SWEEP_EVERY_S
"""Without a sweep for so long, nothing ticks any more."""

_SWEEP_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0)
_LATE_BUCKETS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 31.0, 300.0, 3600.0, 86400.0)


class Watch:
    """One for each application. A scheduler whose thread or task died goes on saying that it runs; this does not."""

    def __init__(self, registry: CollectorRegistry, clock: Clock) -> None:
        self._clock = clock
        self._last: float | None = None
        self._waiting = NOTHING
        self.alive = False
        """Whether the scheduler runs in this process."""
        self._sweeps = Histogram(
            "tierbook_sweep_seconds", "How long a sweep took.", registry=registry, buckets=_SWEEP_BUCKETS
        )
        self._late = Histogram(
            "tierbook_due_late_seconds",
            "How long after its moment an event of what fell due was committed.",
            registry=registry,
            buckets=_LATE_BUCKETS,
        )
        self._steps = Counter(
            "tierbook_due_steps",
            "Steps taken, by kind and what became of them.",
            ("kind", "outcome"),
            registry=registry,
        )
        self._failed = Counter(
            "tierbook_due_failed", "Steps whose handler failed; they are tried again.", ("kind",), registry=registry
        )
        self._skew = Gauge(
            "tierbook_clock_skew_seconds", "How far the database's clock is ahead of ours.", registry=registry
        )
        lag = Gauge("tierbook_due_lag_seconds", "For how long the first step that waits is due.", registry=registry)
        lag.set_function(self.lag_s)
        age = Gauge("tierbook_sweep_age_seconds", "How long ago the last sweep ended.", registry=registry)
        age.set_function(lambda: self.age_s() if self.alive else 0.0)
        alive = Gauge("tierbook_scheduler_alive", "1 where this process sweeps, and did lately.", registry=registry)
        alive.set_function(lambda: float(self.alive and not self.is_stale()))

    def begin(self) -> None:
        """The scheduler starts in this process: from now on sweeps are expected."""
        self.alive, self._last = True, self._clock.monotonic()

    def end(self) -> None:
        """It stops, as it was told to."""
        self.alive = False

    def swept(self, swept: Swept, seconds: float) -> None:
        """A sweep ended well, also where single handlers failed."""
        self._last = self._clock.monotonic()
        self._waiting = swept.waiting
        self._sweeps.observe(seconds)
        for late_s in swept.late_s:
            self._late.observe(max(0.0, late_s))
        for (kind, outcome), number in swept.rows.items():
            self._steps.labels(kind, outcome).inc(number)
        for kind, number in swept.failed.items():
            self._failed.labels(kind).inc(number)

    def saw(self, waiting: Waiting) -> None:
        """What waits was looked at."""
        self._waiting = waiting

    def skewed(self, seconds: float) -> None:
        """The clocks were compared."""
        self._skew.set(seconds)

    def lag_s(self) -> float:
        """For how many seconds the first step that waits is due; 0 where none is."""
        first = self._waiting.any
        return 0.0 if first is None else max(0.0, (self._clock.now() - first).total_seconds())

    def age_s(self) -> float:
        """Seconds since the last sweep ended, or since sweeps are expected."""
        return 0.0 if self._last is None else self._clock.monotonic() - self._last

    def is_stale(self) -> bool:
        """Whether sweeps are expected of this process, and none ended for too long."""
        return self.alive and self.age_s() > STALE_S
