"""What Prometheus may ask about deliveries: attempts by receiver and how they ended, how long they took, what waits."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from math import nan
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from sqlalchemy import text

from app.clock import Clock
from app.db.engine import Sessions
from app.db.failures import DatabaseMayBeAway
from app.db.patience import answered_within
from app.webhooks.answer import Answer
from app.webhooks.settling import Outcome

EVERY_S: Final = 15.0
_LIMIT_S: Final = 10.0
_SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0)
_QUEUE: Final = text("""
SELECT count(*) AS pending, count(*) FILTER (WHERE next_at <= :now) AS ready, min(created_at) AS oldest
FROM delivery WHERE state = 'pending'
""")


class DeliveryMetrics:
    """Counts attempts of this process, and looks now and then at what waits in the database."""

    def __init__(self, registry: CollectorRegistry, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock
        self._queue: Any = None
        self._attempts = Counter(
            "tierbook_delivery_attempts",
            "Attempts by receiver and how they ended.",
            ("webhook", "outcome"),
            registry=registry,
        )
        self._seconds = Histogram(
            "tierbook_delivery_attempt_seconds", "How long attempts took.", registry=registry, buckets=_SECONDS
        )
        self._gauge(registry, "pending", "Deliveries that are to be tried.", lambda: float(self._queue.pending))
        self._gauge(registry, "ready", "Those of them whose moment has come.", lambda: float(self._queue.ready))
        self._gauge(registry, "oldest_seconds", "How long the oldest of them waits.", self._oldest)

    def attempted(self, outcome: Outcome) -> None:
        """Count an attempt."""
        self._attempts.labels(str(outcome.claimed.endpoint_id), in_short(outcome.answer)).inc()
        self._seconds.observe(outcome.answer.took_ms / 1000)

    async def run(self) -> None:
        """Look for ever at what waits; the application runs it in the background and cancels it."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY_S)

    async def look(self) -> None:
        """See what waits; nothing is known while the database is away."""
        self._queue = None
        with DatabaseMayBeAway():
            self._queue = await answered_within(_LIMIT_S, self._waiting(self._clock.now()))

    async def _waiting(self, now: datetime) -> Any:
        async with self._sessions.begin() as session:
            return (await session.execute(_QUEUE, {"now": now})).one()

    def _gauge(self, registry: CollectorRegistry, name: str, meaning: str, read: Callable[[], float]) -> None:
        gauge = Gauge(f"tierbook_delivery_{name}", meaning, registry=registry)
        gauge.set_function(lambda: nan if self._queue is None else read())

    def _oldest(self) -> float:
        oldest: datetime | None = self._queue.oldest
        return 0.0 if oldest is None else max(0.0, (self._clock.now() - oldest).total_seconds())


def in_short(answer: Answer) -> str:
    """How an attempt ended, in one of few words: `delivered`, why it has no answer that counts, or `4xx`."""
    if answer.is_delivered:
        return "delivered"
    return answer.error or f"{(answer.status or 0) // 100}xx"
