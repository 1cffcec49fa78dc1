"""What ticks looks in time, at what is there; it may miss any tick."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from app.clock import Clock, ManualClock, SystemClock
from app.db.engine import Sessions
from app.due.handling import Taken
from app.due.putting import Due, Step, put
from app.events.envelope import Happened
from app.scheduler import ticking
from app.scheduler.sweeping import Sweeper
from app.scheduler.ticking import Chores, Ticking
from app.scheduler.watching import STALE_S, Watch
from app.trail.change import Change
from app.trail.waking import DUE, Waking
from tests.scheduler.falling import column, fall_due, tell
from tests.service import NOON, SHANGHAI, change_of

_PATIENCE_S = 20.0


class Rig:
    """A ticking process: what it told, and what it was asked to do besides."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self.sessions, self.clock, self.waking = sessions, clock, Waking()
        self.told: asyncio.Queue[Taken] = asyncio.Queue()
        self.done: asyncio.Queue[str] = asyncio.Queue()
        self.registry = CollectorRegistry()
        self.watch = Watch(self.registry, clock)
        sweeper = Sweeper(sessions, clock, SHANGHAI, {"facts": self._tell}, self.waking)
        chores = Chores(lambda: self.done.put_nowait("wake"), self._fail, self._compare)
        self.ticking = Ticking(sweeper, clock, self.watch, chores)
        self.ticking.listen(self.waking)

    async def _tell(self, change: Change, taken: Sequence[Taken]) -> Sequence[Happened | None]:
        for each in taken:
            self.told.put_nowait(each)
        return await tell(change, taken)

    async def _compare(self) -> None:
        self.done.put_nowait("compare")

    async def _fail(self) -> None:
        raise LookupError

    @asynccontextmanager
    async def ticks(self) -> AsyncIterator[None]:
        """Tick, from when the first sweep is over."""
        running = asyncio.create_task(self.ticking.run())
        await self.next(self.done)
        async with self.ticking._alone:
            pass
        yield
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    async def next(self, queue: asyncio.Queue[Any]) -> Any:
        async with asyncio.timeout(_PATIENCE_S):
            return await queue.get()

    def set_for(self) -> datetime:
        at: datetime = self.ticking._scheduler.get_job("due").next_run_time
        return at


@pytest.fixture
def rig(lasting_sessions: Sessions, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> Rig:
    """Wakes where a test says so, and else never."""
    monkeypatch.setattr(ticking, "WAKE_EVERY_S", 3600.0)
    return Rig(lasting_sessions, clock)


async def test_the_first_tick_takes_what_fell_due_while_nothing_ticked(rig: Rig) -> None:
    await fall_due(rig.sessions, NOON - timedelta(days=1), "C-1")
    async with rig.ticks():
        assert (await rig.next(rig.told)).key == "C-1"


async def test_a_sweep_sets_the_next_for_what_waits_and_never_sooner(rig: Rig) -> None:
    hour = timedelta(hours=1)
    await fall_due(rig.sessions, NOON + hour, "C-1")
    timer = SystemClock()
    async with rig.ticks():
        began = timer.now()
        await rig.ticking.sweep()
        assert rig.ticking.armed == NOON + hour
        assert began + hour <= rig.set_for() <= timer.now() + hour + timedelta(seconds=0.1)


async def test_a_commit_sets_the_next_sweep_earlier_and_never_later(rig: Rig) -> None:
    async with rig.ticks():
        for hours, armed in ((3, 3), (1, 1), (2, 1)):
            rig.waking.wake({DUE: NOON + timedelta(hours=hours)})
            assert rig.ticking.armed == NOON + timedelta(hours=armed)


async def test_what_is_put_says_when_its_first_step_is(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        change = change_of(session)
        steps = [Step("due", NOON + timedelta(days=9)), Step("remind", NOON + timedelta(days=2))]
        await put(change, [Due("facts", "C-1", NOON, steps)])
    assert change.wakes == {DUE: NOON + timedelta(days=2)}


async def test_what_falls_due_soon_is_told_in_time_and_not_before(lasting_sessions: Sessions) -> None:
    clock = SystemClock()
    rig = Rig(lasting_sessions, clock)
    async with rig.ticks():
        soon = clock.now() + timedelta(seconds=0.3)
        await fall_due(lasting_sessions, soon, "C-1")
        rig.waking.wake({DUE: soon})
        taken = await rig.next(rig.told)
        assert clock.now() >= taken.planned_at == soon


async def test_a_chore_that_fails_ends_nothing(rig: Rig) -> None:
    async with rig.ticks():
        for job in rig.ticking._scheduler.get_jobs():
            if job.func.__qualname__.startswith("_said"):
                await job.func()
        await fall_due(rig.sessions, NOON, "C-1")
        rig.waking.wake({DUE: NOON})
        assert (await rig.next(rig.told)).key == "C-1"


async def test_another_process_puts_something_on_the_table_and_this_one_sees_it(rig: Rig) -> None:
    async with rig.ticks():
        await fall_due(rig.sessions, NOON + timedelta(hours=1), "C-1")
        assert rig.ticking.armed is None
        await rig.ticking.wake()
        assert rig.ticking.armed == NOON + timedelta(hours=1)


async def test_a_clock_that_is_set_ahead_is_noticed_without_waiting_for_the_next_sweep(
    rig: Rig, clock: ManualClock
) -> None:
    await fall_due(rig.sessions, NOON + timedelta(days=1), "C-1")
    async with rig.ticks():
        assert rig.ticking.armed == NOON + timedelta(days=1)
        clock.advance(timedelta(days=2))
        await rig.ticking.wake()
        assert (await rig.next(rig.told)).key == "C-1"


async def test_without_a_sweep_for_three_intervals_the_watch_says_so(rig: Rig, clock: ManualClock) -> None:
    assert not rig.watch.is_stale()
    clock.advance(timedelta(seconds=STALE_S + 1))
    assert not rig.watch.is_stale(), "nothing sweeps in this process, and nothing is expected to"
    async with rig.ticks():
        clock.advance(timedelta(seconds=STALE_S + 1))
        assert rig.watch.is_stale()
        assert rig.registry.get_sample_value("tierbook_scheduler_alive") == 0
        await rig.ticking.sweep()
        assert not rig.watch.is_stale()
        assert rig.registry.get_sample_value("tierbook_scheduler_alive") == 1


async def test_metrics_tell_how_late_and_how_many(rig: Rig, clock: ManualClock) -> None:
    await fall_due(rig.sessions, NOON - timedelta(seconds=2), "C-1", remind=NOON - timedelta(hours=1), due=NOON)
    await fall_due(rig.sessions, NOON - timedelta(hours=1), "C-9", kind="of a later build")
    await rig.ticking.sweep()

    def value(name: str, **labels: str) -> float | None:
        return rig.registry.get_sample_value(f"tierbook_{name}", labels)

    assert value("due_steps_total", kind="facts", outcome="emitted") == 1
    assert value("due_steps_total", kind="facts", outcome="superseded") == 1
    assert (value("due_late_seconds_count"), value("due_late_seconds_sum")) == (1, 0)
    assert value("sweep_seconds_count") == 1
    assert value("due_lag_seconds") == 3600, "what no process takes is late all the same"
    assert await column(rig.sessions, "SELECT count(*) FROM event") == [1]
