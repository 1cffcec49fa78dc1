"""Places in the feed: given after the commit, without gaps, by one at a time."""

import asyncio
from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import text

from app.clock import ManualClock
from app.db.engine import Sessions
from app.events.emitting import emit
from app.events.sequencing import Sequencer, place
from app.trail.waking import TOLD, Waking
from tests.events.telling import raised
from tests.service import NOON, change_of


async def tell(sessions: Sessions, *clients: str) -> None:
    async with sessions.begin() as session:
        await emit(change_of(session), [raised(each) for each in clients])


async def places(sessions: Sessions) -> list[tuple[int, str]]:
    async with sessions.begin() as session:
        found = "SELECT sequence, subject FROM event_sequence JOIN event ON event.id = event_id ORDER BY sequence"
        return [(row.sequence, row.subject) for row in await session.execute(text(found))]


async def test_places_begin_at_one_and_have_no_gaps(lasting_sessions: Sessions, clock: ManualClock) -> None:
    sequencer = Sequencer(lasting_sessions, clock)
    await tell(lasting_sessions, "C-1", "C-2")
    await sequencer.once()
    async with lasting_sessions() as undone:
        await emit(change_of(undone), [raised("C-3")])
        await undone.rollback()
    await tell(lasting_sessions, "C-4")
    await sequencer.once()
    assert await places(lasting_sessions) == [(1, "C-1"), (2, "C-2"), (3, "C-4")]
    assert sequencer.reached is not None
    assert sequencer.reached[:2] == (3, 0)


async def test_what_was_written_first_and_committed_last_is_not_passed_over(
    lasting_sessions: Sessions, clock: ManualClock
) -> None:
    sequencer = Sequencer(lasting_sessions, clock)
    async with lasting_sessions() as slow:
        await emit(change_of(slow), [raised("C-1")])
        await tell(lasting_sessions, "C-2")
        await sequencer.once()
        await slow.commit()
    await sequencer.once()
    assert await places(lasting_sessions) == [(1, "C-2"), (2, "C-1")]


async def test_while_one_gives_places_another_gives_none(lasting_sessions: Sessions) -> None:
    await tell(lasting_sessions, "C-1")
    async with lasting_sessions.begin() as one, lasting_sessions.begin() as other:
        assert await place(one, NOON) == 1
        assert await place(other, NOON) == 0
    assert await places(lasting_sessions) == [(1, "C-1")]


async def test_many_that_tell_and_many_that_give_places_leave_no_gap(
    lasting_sessions: Sessions, clock: ManualClock
) -> None:
    async def telling(name: str) -> None:
        for number in range(10):
            await tell(lasting_sessions, f"{name}-{number}")

    async def placing() -> None:
        for _ in range(10):
            await Sequencer(lasting_sessions, clock).once()

    await asyncio.gather(*(telling(name) for name in "ABCDEF"), *(placing() for _ in range(4)))
    await Sequencer(lasting_sessions, clock).once()
    found = await places(lasting_sessions)
    assert [sequence for sequence, _ in found] == list(range(1, 61))
    assert len({subject for _, subject in found}) == 60


async def test_whoever_waits_for_more_is_woken_by_a_commit(lasting_sessions: Sessions, clock: ManualClock) -> None:
    sequencer, waking = Sequencer(lasting_sessions, clock), Waking()
    sequencer.listen(waking)
    await sequencer.once()
    running = asyncio.create_task(sequencer.run())
    waiting = asyncio.create_task(sequencer.wait_beyond(0, 20))
    await tell(lasting_sessions, "C-1")
    waking.wake({TOLD: NOON})
    assert await waiting
    assert not await sequencer.wait_beyond(1, 0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_what_has_no_place_yet_is_measured(lasting_sessions: Sessions, clock: ManualClock) -> None:
    registry, sequencer = CollectorRegistry(), Sequencer(lasting_sessions, clock)
    sequencer.measure(registry)
    async with lasting_sessions.begin() as another:
        await tell(lasting_sessions, "C-1")
        await another.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": 0x71E2E5E9})
        await sequencer.once()
        clock.advance(timedelta(seconds=7))
        assert registry.get_sample_value("tierbook_feed_pending") == 1
        assert registry.get_sample_value("tierbook_feed_lag_seconds") == 7
    await sequencer.once()
    assert registry.get_sample_value("tierbook_feed_pending") == 0
    assert registry.get_sample_value("tierbook_feed_sequence") == 1


@pytest.mark.parametrize("turns", range(5))
async def test_a_stop_is_heard_in_the_moment_of_being_told(
    turns: int, lasting_sessions: Sessions, clock: ManualClock
) -> None:
    sequencer, waking = Sequencer(lasting_sessions, clock), Waking()
    sequencer.listen(waking)
    running = asyncio.create_task(sequencer.run())
    assert await sequencer.wait_beyond(-1, 5)
    waking.wake({TOLD: NOON})
    for _ in range(turns):
        await asyncio.sleep(0)
    running.cancel()
    await asyncio.wait([running], timeout=5)
    assert running.cancelled()
