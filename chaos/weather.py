"""The database is stopped and started again while receivers fail, hang, drip, flood, redirect and lead elsewhere.

First in calm: reviews fall due at a steady rate, in turns with the bad receivers there and with them paused, and of
each turn the time from the due moment until the good receivers had it is taken. Then the storm: PostgreSQL is stopped
at once and restarted, again and again, while events flow to all. Nothing may be lost to the good receivers, no claim
may outlive its lease by two more, no process may grow, nobody may be sent where nobody is allowed to be sent.

The receiver that leads elsewhere was registered at an address that is allowed, and its name has been made to lead to
one that is not: what a name that rebinds does.
"""

import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median, quantiles
from typing import Final, Self

import psycopg

from app.clock import SystemClock
from app.webhooks.claiming import MARGIN
from app.webhooks.desk import LIMIT
from chaos.bank import have_reviews_fall_due
from chaos.promises import Promise, at_most, exactly, none_of
from chaos.reckoning import reckoned, said
from chaos.sizes import Sizes
from chaos.stage import Stage, soon, staged

_WORKERS: Final = 1
_GOOD: Final = 4
_AT_ONCE: Final = 16
"""Enough that good receivers are no bottleneck, whatever else the machine does."""

_BAD: Final = ("fails", "hangs", "drips", "floods", "redirects", "elsewhere")
_BAD_ONES: Final = "bad/"
_DRAINED_S: Final = 300.0
_GROWTH_MIB: Final = 30.0
_SLACK_S: Final = 0.05
_LEASE: Final = LIMIT + MARGIN
_LOOK_S: Final = 1.0
_REBOUND: Final = "UPDATE webhook_endpoint SET url = replace(url, '127.0.0.1', '127.0.0.2') WHERE id = %s"
_STUCK: Final = """
SELECT COALESCE(max(extract(epoch FROM clock_timestamp() - lease_until)), 0)::float
FROM delivery JOIN webhook_endpoint AS endpoint ON endpoint.id = endpoint_id
WHERE claim_id IS NOT NULL AND lease_until < clock_timestamp() AND endpoint.state = 'active'
  AND (resume_at IS NULL OR resume_at < clock_timestamp())
"""


def weather(sizes: Sizes, chance: random.Random) -> list[Promise]:
    """Run the scenario."""
    with staged(_WORKERS) as stage:
        run = _Run(stage, sizes)
        for number in range(_GOOD):
            stage.register(f"good/{number}", concurrency=_AT_ONCE)
        bad = [stage.register(_BAD_ONES + each) for each in _BAD]
        with stage.connect() as connection:
            connection.execute(_REBOUND, (bad[-1],))
        alone, beside = [], []
        for _ in range(sizes.turns):
            _all(stage, bad, "pause")
            alone.append(run.turn())
            _all(stage, bad, "resume")
            beside.append(run.turn())
        before = [each.resident_mib for each in stage.processes]
        with _Watch(stage) as watch:
            run.storm(chance)
            drained = stage.wait_delivered(_DRAINED_S, but=_BAD_ONES)
        after = [each.resident_mib for each in stage.processes]
        grown = max(now - then for now, then in zip(after, before, strict=True))
        return [
            *_calm(alone, beside),
            Promise("PostgreSQL stopped and restarted", f"{run.restarts} times", run.restarts == sizes.restarts),
            Promise("good receivers got everything in the end", "yes" if drained else "no", drained),
            *_arrived(stage, run),
            at_most("a claim outlived its lease by", watch.longest_s, 2 * _LEASE.total_seconds(), " s"),
            at_most("memory grew by", grown, _GROWTH_MIB, " MiB"),
            none_of("requests where nobody may be sent", stage.inbox.trapped),
            *_faults(stage),
            *reckoned(stage, run.reviews),
            said(stage),
        ]


def _all(stage: Stage, webhooks: Sequence[str], what: str) -> None:
    for each in webhooks:
        stage.call("POST", f"/v1/webhooks/{each}/{what}", {"reason": "a turn without"} if what == "pause" else None)


def _calm(alone: Sequence[float], beside: Sequence[float]) -> list[Promise]:
    """The middle of the turns of each kind."""
    without, with_ = median(alone), median(beside)
    most = max(without * 1.1, without + _SLACK_S)
    all_of = ", ".join(f"{each * 1000:.0f}" for each in beside)
    return [
        Promise("due → received p99, bad receivers paused", ", ".join(f"{each * 1000:.0f}" for each in alone) + " ms"),
        Promise("… beside the bad receivers", f"{all_of} ms; at most {most * 1000:.0f}", with_ <= most),
    ]


def _arrived(stage: Stage, run: "_Run") -> list[Promise]:
    tally = stage.inbox.tally()
    return [
        exactly("deliveries that a good receiver took", tally.came, run.reviews * _GOOD),
        Promise("… made again", f"{tally.repeated:,}"),
        none_of("events with two bodies", tally.altered),
        none_of("deliveries that are not genuine", tally.forged),
    ]


def _faults(stage: Stage) -> list[Promise]:
    """How attempts at the bad ones ended: by each what one would expect."""
    with stage.connect() as connection:
        rows = connection.execute(_ENDED).fetchall()
    return [Promise(f"attempts at the one that {path}", ended) for path, ended in rows]


_ENDED: Final = """
SELECT description, string_agg(how || ' ' || number, ', ' ORDER BY number DESC) FROM (
  SELECT description, COALESCE(attempt.error, attempt.status::text) AS how, count(*) AS number
  FROM delivery_attempt AS attempt JOIN delivery ON delivery.id = delivery_id
  JOIN webhook_endpoint AS endpoint ON endpoint.id = endpoint_id
  WHERE description NOT LIKE 'good/%%' GROUP BY 1, 2
) AS ended GROUP BY description ORDER BY description
"""


@dataclass
class _Run:
    """What has been made to fall due so far."""

    stage: Stage
    sizes: Sizes
    reviews: int = 0
    restarts: int = 0
    _turns: int = 0

    def turn(self) -> float:
        """A calm turn: its p99 from due to received at the good receivers, in seconds."""
        seen = len(self.stage.inbox.arrivals)
        self._fall_due(self.sizes.turn_s)
        if not self.stage.wait_delivered(_DRAINED_S, but=_BAD_ONES):
            raise RuntimeError("in calm, good receivers did not get everything")
        p99_s = quantiles([each.late_s for each in self.stage.inbox.arrivals[seen:]], n=100)[-1]
        print(f"  a calm turn: due → received p99 {p99_s * 1000:.0f} ms", flush=True)
        return p99_s

    def storm(self, chance: random.Random) -> None:
        """Stop and restart the database at random moments while reviews fall due."""
        clock, pause = SystemClock(), threading.Event()
        began = self._fall_due(self.sizes.storm_s)
        for at in sorted(chance.uniform(0, self.sizes.storm_s) for _ in range(self.sizes.restarts)):
            pause.wait(max(0.0, (began + timedelta(seconds=at) - clock.now()).total_seconds()))
            self.stage.database.crash()
            pause.wait(chance.uniform(0, 3))
            self.stage.database.start()
            self.restarts += 1
            print(f"  PostgreSQL restarted {self.restarts} times", flush=True)
        for process in self.stage.processes:
            process.wait_ready()

    def _fall_due(self, seconds: float) -> datetime:
        number, self._turns, start = int(self.sizes.rate * seconds), self._turns + 1, soon()
        with self.stage.connect() as connection:
            have_reviews_fall_due(connection, f"W{self._turns}-", number, start, seconds)
        self.reviews += number
        threading.Event().wait((start - SystemClock().now()).total_seconds())
        return start


@dataclass
class _Watch:
    """Looks at claims while the storm goes on."""

    stage: Stage
    longest_s: float = 0.0
    """By which a claim outlived its lease, where its receiver might have been sent to."""
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_LOOK_S):
            try:
                self.longest_s = max(self.longest_s, self.stage.ask(_STUCK))
            except psycopg.OperationalError:
                continue  # it is stopped
