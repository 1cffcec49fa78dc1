"""What is due is told once, whoever sweeps, however often, and whatever fails meanwhile."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import orjson
from sqlalchemy import text

from app.clock import ManualClock
from app.db.engine import Sessions
from app.due.handling import Taken
from app.due.putting import Due, Step, cancel, put
from app.events.envelope import Happened
from app.scheduler.sweeping import BATCH
from app.trail.change import Change
from tests.scheduler.falling import UNEVEN, column, fail, fall_due, ledger, sweeper_of, tell, told_of
from tests.service import NOON, change_of

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
WAITING = "SELECT pid FROM pg_locks WHERE NOT granted"


async def test_what_is_due_is_told_with_its_own_moment(sessions: Sessions, clock: ManualClock) -> None:
    await fall_due(sessions, NOON - HOUR, "C-1")
    swept = await sweeper_of(sessions, clock).sweep()
    assert swept.rows == Counter({("facts", "emitted"): 1})
    [body] = await column(sessions, "SELECT body FROM event")
    told = orjson.loads(body)
    assert (told["time"], told["recordedtime"]) == ("2026-11-22T03:00:00Z", "2026-11-22T04:00:00Z")
    assert told["data"]["late_by"] == 3600
    assert await column(sessions, "SELECT state FROM due") == ["done"]
    [(_, outcome, late_s, event)] = await ledger(sessions)
    assert (outcome, late_s, [event]) == ("emitted", 3600, await column(sessions, "SELECT id FROM event"))


async def test_nothing_is_taken_before_its_moment(sessions: Sessions, clock: ManualClock) -> None:
    soon = timedelta(microseconds=1)
    await fall_due(sessions, NOON + soon, "C-1")
    sweeper = sweeper_of(sessions, clock)
    swept = await sweeper.sweep()
    assert (swept.rows.total(), swept.waiting.ours) == (0, NOON + soon)
    clock.advance(soon)
    assert (await sweeper.sweep()).rows.total() == 1


async def test_after_a_time_away_the_last_step_is_told_and_those_before_are_superseded(
    sessions: Sessions, clock: ManualClock
) -> None:
    await fall_due(sessions, NOON, "C-1", remind=NOON - 3 * DAY, due=NOON - DAY, overdue=NOON + DAY)
    swept = await sweeper_of(sessions, clock).sweep()
    assert swept.waiting.ours == NOON + DAY
    assert [each[:3] for each in await ledger(sessions)] == [
        ("remind", "superseded", 3 * 86400),
        ("due", "emitted", 86400),
    ]
    assert await column(sessions, "SELECT next_at FROM due WHERE state = 'scheduled' AND taken = 2") == [NOON + DAY]


async def test_after_a_time_away_the_oldest_is_told_first(sessions: Sessions, clock: ManualClock) -> None:
    for days in (2, 9, 5, 7):
        await fall_due(sessions, NOON - days * DAY, f"C-{days}")
    await sweeper_of(sessions, clock).sweep()
    bodies = await column(sessions, "SELECT body FROM event ORDER BY written")
    assert [orjson.loads(each)["data"]["client_id"] for each in bodies] == ["C-9", "C-7", "C-5", "C-2"]


async def test_all_that_is_due_is_taken_however_much_it_is(sessions: Sessions, clock: ManualClock) -> None:
    await fall_due(sessions, NOON, *(f"C-{number}" for number in range(BATCH * 2 + 1)))
    swept = await sweeper_of(sessions, clock).sweep()
    assert (swept.rows["facts", "emitted"], swept.waiting.ours) == (BATCH * 2 + 1, None)


async def test_what_nobody_would_be_told_of_any_more_is_cancelled_in_the_ledger(
    sessions: Sessions, clock: ManualClock
) -> None:
    async def nothing(change: Change, taken: Sequence[Taken]) -> Sequence[Happened | None]:
        return [None for _ in taken]

    await fall_due(sessions, NOON, "C-1")
    await sweeper_of(sessions, clock, facts=nothing).sweep()
    assert [each[:2] for each in await ledger(sessions)] == [("stale", "cancelled")]
    assert await column(sessions, "SELECT count(*) FROM event") == [0]


async def test_swept_again_nothing_is_told_again(sessions: Sessions, clock: ManualClock) -> None:
    await fall_due(sessions, NOON, "C-1")
    sweeper = sweeper_of(sessions, clock)
    await sweeper.sweep()
    assert (await sweeper.sweep()).rows.total() == 0
    assert await column(sessions, "SELECT count(*) FROM event") == [1]


async def test_a_kind_that_fails_does_not_hold_up_the_others_and_is_tried_again(
    sessions: Sessions, clock: ManualClock
) -> None:
    await fall_due(sessions, NOON - DAY, *(f"C-{number}" for number in range(BATCH + 100)), kind="broken")
    await fall_due(sessions, NOON, "C-1")
    swept = await sweeper_of(sessions, clock, broken=fail, facts=tell).sweep()
    assert swept.rows == Counter({("facts", "emitted"): 1})
    assert swept.kinds_aside == {"broken"}
    mended = await sweeper_of(sessions, clock, broken=tell, facts=tell).sweep()
    assert mended.rows["broken", "emitted"] == BATCH + 100
    assert await column(sessions, UNEVEN) == [0]


async def test_one_that_fails_does_not_hold_up_the_others_of_its_kind(sessions: Sessions, clock: ManualClock) -> None:
    async def not_the_third(change: Change, taken: Sequence[Taken]) -> Sequence[Happened | None]:
        if any(each.key == "C-3" for each in taken):
            await change.session.execute(text("SELECT 1 / 0"))
        return await tell(change, taken)

    await fall_due(sessions, NOON, *(f"C-{number}" for number in range(6)))
    swept = await sweeper_of(sessions, clock, facts=not_the_third).sweep()
    assert (swept.rows["facts", "emitted"], swept.failed["facts"], swept.waiting.ours) == (5, 1, None)
    assert await column(sessions, "SELECT key FROM due WHERE state = 'scheduled'") == ["C-3"]
    assert await column(sessions, UNEVEN) == [0]


async def test_a_handler_that_does_not_answer_for_each_is_taken_for_failed(
    sessions: Sessions, clock: ManualClock
) -> None:
    async def for_one(change: Change, taken: Sequence[Taken]) -> Sequence[Happened | None]:
        return [told_of(taken[0]), None]

    await fall_due(sessions, NOON, "C-1")
    swept = await sweeper_of(sessions, clock, facts=for_one).sweep()
    assert (swept.rows.total(), swept.failed["facts"]) == (0, 1)
    assert await ledger(sessions) == []


async def test_what_has_no_handler_waits_for_a_process_that_has(sessions: Sessions, clock: ManualClock) -> None:
    await fall_due(sessions, NOON, "C-1", kind="of a later build")
    swept = await sweeper_of(sessions, clock).sweep()
    assert (swept.rows.total(), swept.waiting.ours) == (0, None)
    assert await column(sessions, "SELECT state FROM due") == ["scheduled"]


async def test_a_handler_may_plan_the_very_one_that_it_was_handed(sessions: Sessions, clock: ManualClock) -> None:
    async def again(change: Change, taken: Sequence[Taken]) -> Sequence[Happened | None]:
        next_at = [each.planned_at + 30 * DAY for each in taken]
        await put(
            change, [Due("facts", each.key, at, [Step("stale", at)]) for each, at in zip(taken, next_at, strict=True)]
        )
        return await tell(change, taken)

    await fall_due(sessions, NOON, "C-1")
    swept = await sweeper_of(sessions, clock, facts=again).sweep()
    assert swept.waiting.ours == NOON + 30 * DAY
    assert await column(sessions, "SELECT planned FROM due WHERE state = 'scheduled'") == [2]
    assert await column(sessions, UNEVEN) == [0]


async def test_a_handler_may_take_off_the_very_one_that_it_was_handed(sessions: Sessions, clock: ManualClock) -> None:
    async def off(change: Change, taken: Sequence[Taken]) -> Sequence[Happened | None]:
        await cancel(change, "facts", [each.key for each in taken])
        return await tell(change, taken)

    await fall_due(sessions, NOON, "C-1", stale=NOON, again=NOON + DAY)
    await sweeper_of(sessions, clock, facts=off).sweep()
    assert sorted(each[:2] for each in await ledger(sessions)) == [("again", "cancelled"), ("stale", "emitted")]
    assert await column(sessions, UNEVEN) == [0]


async def test_a_clock_that_is_set_back_and_forth_tells_each_once(sessions: Sessions, clock: ManualClock) -> None:
    for minutes in range(-90, 91, 10):
        await fall_due(sessions, NOON + timedelta(minutes=minutes), f"C-{minutes}")
    sweeper, told = sweeper_of(sessions, clock), Counter[str]()
    for step in (HOUR, -HOUR, -HOUR, *(HOUR,) * 4):
        swept = await sweeper.sweep()
        told += Counter({outcome: number for (_, outcome), number in swept.rows.items()})
        late = "SELECT count(*) FROM due_ledger WHERE taken_at < planned_at"
        assert await column(sessions, late) == [0]
        clock.advance(step)
    assert told == Counter(emitted=19)
    assert await column(sessions, "SELECT count(*) FROM event") == [19]


async def test_eight_that_sweep_at_once_tell_of_each_once(lasting_sessions: Sessions, clock: ManualClock) -> None:
    await fall_due(lasting_sessions, NOON, *(f"C-{number}" for number in range(2000)))
    at_work: set[int] = set()
    together = asyncio.Event()

    async def tell_together(change: Change, taken: Sequence[Taken]) -> Sequence[Happened | None]:
        """Once two have taken something."""
        at_work.add(id(change.session))
        if len(at_work) > 1:
            together.set()
        async with asyncio.timeout(20):
            await together.wait()
        return await tell(change, taken)

    sweepers = [sweeper_of(lasting_sessions, clock, facts=tell_together) for _ in range(8)]
    swept = await asyncio.gather(*(each.sweep() for each in sweepers))
    assert sum(each.rows["facts", "emitted"] for each in swept) == 2000
    assert sum(each.rows.total() > 0 for each in swept) > 1
    assert await column(lasting_sessions, "SELECT count(*) FROM event") == [2000]
    assert await column(lasting_sessions, "SELECT count(DISTINCT due_id) FROM due_ledger") == [2000]
    assert await column(lasting_sessions, UNEVEN) == [0]


async def test_what_another_holds_is_left_to_it(lasting_sessions: Sessions, clock: ManualClock) -> None:
    await fall_due(lasting_sessions, NOON, "C-1", "C-2")
    async with lasting_sessions() as other:
        await other.execute(text("SELECT FROM due WHERE key = 'C-1' FOR UPDATE"))
        swept = await sweeper_of(lasting_sessions, clock).sweep()
        assert (swept.rows.total(), swept.waiting.ours) == (1, NOON)
    assert (await sweeper_of(lasting_sessions, clock).sweep()).rows.total() == 1


async def test_one_that_is_killed_in_the_middle_leaves_all_to_the_next(
    lasting_sessions: Sessions, clock: ManualClock
) -> None:
    in_the_middle = asyncio.Event()

    async def never_done(change: Change, taken: Sequence[Taken]) -> Sequence[Happened | None]:
        in_the_middle.set()
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    await fall_due(lasting_sessions, NOON, "C-1", "C-2")
    killed = asyncio.create_task(sweeper_of(lasting_sessions, clock, facts=never_done).sweep())
    await in_the_middle.wait()
    killed.cancel()
    await asyncio.gather(killed, return_exceptions=True)
    assert await ledger(lasting_sessions) == []
    assert (await sweeper_of(lasting_sessions, clock).sweep()).rows["facts", "emitted"] == 2
    assert await column(lasting_sessions, UNEVEN) == [0]


async def test_what_is_put_anew_while_it_is_being_told_is_not_told_again(
    lasting_sessions: Sessions, clock: ManualClock
) -> None:
    await fall_due(lasting_sessions, NOON - HOUR, "C-1", stale=NOON - HOUR, later=NOON + HOUR)
    anew: list[asyncio.Future[None]] = []

    async def tell_while_put_anew(change: Change, taken: Sequence[Taken]) -> Sequence[Happened | None]:
        ours = await change.session.scalar(text("SELECT pg_backend_pid()"))
        put_anew = fall_due(lasting_sessions, NOON - HOUR, "C-1", stale=NOON - HOUR, later=NOON + HOUR)
        anew.append(asyncio.ensure_future(put_anew))
        while not await column(lasting_sessions, f"{WAITING} AND {ours} = ANY (pg_blocking_pids(pid))"):
            assert not anew[0].done()
        return await tell(change, taken)

    await sweeper_of(lasting_sessions, clock, facts=tell_while_put_anew).sweep()
    await anew[0]
    assert (await sweeper_of(lasting_sessions, clock).sweep()).rows.total() == 0
    assert [outcome for _, outcome, *_ in await ledger(lasting_sessions)] == ["emitted"]
    assert await column(lasting_sessions, UNEVEN) == [0]
    clock.advance(HOUR)
    assert (await sweeper_of(lasting_sessions, clock).sweep()).rows == Counter(
        {("facts", "emitted"): 1, ("facts", "superseded"): 0}
    )


async def test_who_is_handed_the_last_of_several_steps_knows_what_those_before_it_said(
    sessions: Sessions, clock: ManualClock
) -> None:
    steps = [Step("stale", NOON - hours * HOUR, {"facts": name}) for hours, name in ((3, "a"), (2, "b"), (1, "c"))]
    async with sessions.begin() as session:
        await put(change_of(session), [Due("facts", "C-1", NOON - HOUR, steps)])
    handed: list[Taken] = []

    async def take(_: Change, taken: Sequence[Taken]) -> Sequence[Happened | None]:
        handed.extend(taken)
        return [None for _ in taken]

    await sweeper_of(sessions, clock, facts=take).sweep()
    [last] = handed
    assert (last.more, last.passed) == ({"facts": "c"}, ({"facts": "a"}, {"facts": "b"}))
