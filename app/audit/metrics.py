"""What Prometheus may ask about sealing. Alert where entries wait for a minute: then nothing is sealed any more."""

from collections.abc import Callable
from math import nan

from prometheus_client import CollectorRegistry, Gauge

from app.audit.sealer import Sealer
from app.audit.sealing import Backlog
from app.clock import Clock


def measure(registry: CollectorRegistry, sealer: Sealer, clock: Clock) -> None:
    """Register the gauges of a sealer; not a number while the database is away."""

    def gauge(name: str, meaning: str, read: Callable[[Backlog], float]) -> None:
        made = Gauge(name, meaning, registry=registry)
        made.set_function(lambda: nan if sealer.backlog is None else read(sealer.backlog))

    def waited(at: Backlog) -> float:
        return at.waited(clock.now(), sealer.moved_at)

    gauge("tierbook_audit_sealed_through", "Entries of the audit trail that are sealed.", lambda at: at.sealed_through)
    gauge("tierbook_audit_pending", "Entries that are not sealed yet.", lambda at: at.pending)
    gauge("tierbook_audit_waiting_seconds", "How long the oldest of them waits.", waited)
