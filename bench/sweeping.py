"""What falls due: a sweep among a million that wait, one that finds nothing, and what is due after a day down.

In this process, on a PostgreSQL of its own, with a receiver for every event, whose deliveries are written too. The
handler tells of what it is handed and looks nothing up: what is measured is the mechanism that every kind rides on.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, Final
from zoneinfo import ZoneInfo

import psycopg
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from app.clock import SystemClock
from app.db.embedded import EmbeddedPostgres, started
from app.db.engine import open_engine, open_sessions, require_url
from app.db.migrate import migrate
from app.due.handling import Taken
from app.events.catalogue import FactsStale
from app.events.envelope import Happened
from app.logs import configure_logs
from app.scheduler.sweeping import Sweeper, Swept
from app.scheduler.ticking import Chores, Ticking
from app.scheduler.watching import Watch
from app.settings import Settings
from app.trail.change import Change
from app.trail.waking import DUE, Waking
from bench.report import Row, limit_row
from bench.side_by_side import Rates

SCHEDULED: Final = 1_000_000
DUE_NOW: Final = 100
AFTER_A_DAY: Final = 50_000
_ROUNDS: Final = 15
_IN_TIME: Final = 200
_ZONE: Final = ZoneInfo("Asia/Shanghai")
_CLOCK: Final = SystemClock()
_DUES: Final = """
INSERT INTO due (id, kind, key, due_at, steps, planned, taken, next_at, state, about, revision, updated_at)
SELECT gen_random_uuid(), 'facts', %(name)s || i, at, jsonb_build_array(jsonb_build_array('stale',
  to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '{}'::jsonb)), 1, 0, at, 'scheduled', '{}', 1, now()
FROM generate_series(1, %(number)s) AS i, LATERAL (SELECT %(since)s + i * %(step)s::interval) AS moment (at)
"""
_RECEIVER: Final = """
INSERT INTO webhook_endpoint (id, url, description, types, secrets, public_key, state, concurrency, failures,
  created_at, created_by, revision, updated_at)
VALUES (gen_random_uuid(), 'https://receiver.test/', '', '{}', '', '', 'active', 4, 0, now(), 'bench', 1, now())
"""


async def _tell(_: Change, taken: Sequence[Taken]) -> Sequence[Happened | None]:
    return [
        Happened(
            FactsStale(client_id=each.key, rulebook="r", facts=["deposit_balance"], late_by=each.late_s),
            (each.key, str(each.planned_at)),
            each.planned_at,
            each.key,
        )
        for each in taken
    ]


class _Noting(Sweeper):
    """A sweeper that notes how late each event was committed."""

    told: asyncio.Queue[float]

    async def sweep(self) -> Swept:
        swept = await super().sweep()
        for late_s in swept.late_s:
            self.told.put_nowait(late_s)
        return swept


def measure() -> tuple[list[Row], list[Rates]]:
    """Measure; the rows of the table, and no rates."""
    with TemporaryDirectory(prefix="tierbook-bench-") as folder, _database(Path(folder)) as settings:
        configure_logs(settings)
        with psycopg.connect(require_url(settings).replace("+psycopg", ""), autocommit=True) as connection:
            return asyncio.run(_measured(settings, _Table(connection))), []


@contextmanager
def _database(folder: Path) -> Iterator[Settings]:
    bare = Settings(home=folder, key_secret=SecretStr("a secret for the bench"), log_level="error")
    with started(EmbeddedPostgres(folder)) as address:
        settings = bare.with_database(address)
        migrate(settings)
        yield settings


class _Table:
    """The table of what falls due, filled by its owner."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._made = 0

    def fill(self, number: int, since: datetime, step: timedelta) -> None:
        """Put dues that fall one after the other."""
        self._made += 1
        row = {"name": f"C{self._made}-", "number": number, "since": since, "step": step}
        self._connection.execute(_DUES, row)

    def prepare(self) -> None:
        """A receiver of all events, and a million that wait for their day."""
        self._connection.execute(_RECEIVER)
        self.fill(SCHEDULED, _CLOCK.now() + timedelta(days=1), timedelta(seconds=30))
        self._connection.execute("VACUUM ANALYZE due")


async def _measured(settings: Settings, table: _Table) -> list[Row]:
    engine = open_engine(settings)
    sessions, waking = open_sessions(engine), Waking()
    sweeper = _Noting(sessions, _CLOCK, _ZONE, {"facts": _tell}, waking)
    sweeper.told = asyncio.Queue()
    few = await _some_due(sweeper, table, DUE_NOW)
    table.prepare()
    idle = await _median_ms(sweeper.sweep)
    many = await _some_due(sweeper, table, DUE_NOW)
    more = await _some_due(sweeper, table, 10 * DUE_NOW)
    in_time = await _in_time(sweeper, table, waking)
    flood = await _flood(sweeper, table)
    await engine.dispose()
    return [
        limit_row(f"a sweep of {DUE_NOW} due among {SCHEDULED:,} scheduled", many, "ms", 50),
        limit_row("… of ten times as many due", more, "ms", 500),
        Row("… of as many due among none that wait", "", f"{few:.0f} ms"),
        limit_row("… that finds nothing", idle, "ms", 2),
        limit_row("due moment → event committed, p99", in_time * 1000, "ms", 250),
        limit_row(f"{AFTER_A_DAY:,} due after a day down, all told", flood, "s", 30),
    ]


async def _some_due(sweeper: Sweeper, table: _Table, number: int) -> float:
    """Milliseconds that a sweep of so many takes, in the middle of several."""
    taken = []
    for _ in range(_ROUNDS):
        table.fill(number, _CLOCK.now() - timedelta(hours=1), timedelta(milliseconds=1))
        taken.append(await _ms(sweeper.sweep))
    return median(taken)


async def _in_time(sweeper: _Noting, table: _Table, waking: Waking) -> float:
    """Seconds by which events are late, all but one in a hundred, where some fall due every 50 ms."""

    async def nothing() -> None:
        """No chores."""

    ticking = Ticking(sweeper, _CLOCK, Watch(CollectorRegistry(), _CLOCK), Chores(lambda: None, nothing, nothing))
    ticking.listen(waking)
    running = asyncio.create_task(ticking.run())
    await asyncio.sleep(1)
    sweeper.told = asyncio.Queue()
    since = _CLOCK.now() + timedelta(seconds=0.5)
    table.fill(_IN_TIME, since, timedelta(milliseconds=50))
    waking.wake({DUE: since})
    late_s = [await sweeper.told.get() for _ in range(_IN_TIME)]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return quantiles(late_s, n=100)[98]


async def _flood(sweeper: Sweeper, table: _Table) -> float:
    table.fill(AFTER_A_DAY, _CLOCK.now() - timedelta(days=1), timedelta(seconds=1.5))
    return await _ms(sweeper.sweep) / 1000


async def _median_ms(work: Callable[[], Awaitable[object]]) -> float:
    return median([await _ms(work) for _ in range(_ROUNDS)])


async def _ms(work: Callable[[], Awaitable[object]]) -> float:
    began = perf_counter()
    await work()
    return (perf_counter() - began) * 1000
