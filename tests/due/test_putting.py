"""What falls due is put on one table, planned anew, and taken off; the ledger adds up all along."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.due.putting import Due, Step, cancel, put
from tests.service import NOON, change_of

SOON = NOON + timedelta(days=14)


def due(*steps: tuple[str, datetime], key: str = "C-1/1", at: datetime = SOON) -> Due:
    return Due("review", key, at, [Step(*each) for each in steps])


async def stands(session: AsyncSession, key: str = "C-1/1") -> Any:
    found = (
        "SELECT due_at, state, next_at, planned, taken, jsonb_array_length(steps) AS steps FROM due WHERE key = :key"
    )
    return (await session.execute(text(found), {"key": key})).one()


async def ledger(session: AsyncSession) -> list[tuple[str, datetime, str]]:
    rows = await session.execute(text("SELECT action, planned_at, outcome FROM due_ledger ORDER BY id"))
    return [(row.action, row.planned_at, row.outcome) for row in rows]


async def test_the_first_step_is_the_next_however_they_were_told(session: AsyncSession) -> None:
    before = SOON - timedelta(days=3)
    await put(change_of(session), [due(("due", SOON), ("remind", before))])
    found = await stands(session)
    assert (found.state, found.next_at, found.planned, found.steps) == ("scheduled", before, 2, 2)


async def test_planned_anew_what_stays_is_kept_and_what_is_gone_is_cancelled(session: AsyncSession) -> None:
    before, later = SOON - timedelta(days=3), SOON + timedelta(days=5)
    await put(change_of(session), [due(("remind", before), ("due", SOON))])
    await put(change_of(session), [due(("due", SOON), ("overdue", later))])
    found = await stands(session)
    assert (found.next_at, found.planned, found.steps) == (SOON, 3, 2)
    assert await ledger(session) == [("remind", before, "cancelled")]


async def test_the_same_again_changes_nothing(session: AsyncSession) -> None:
    for _ in range(2):
        await put(change_of(session), [due(("due", SOON))])
    assert (await stands(session)).planned == 1
    assert await ledger(session) == []


async def test_a_step_that_was_taken_is_not_put_again(session: AsyncSession) -> None:
    later = SOON + timedelta(days=5)
    await put(change_of(session), [due(("due", SOON), ("overdue", later))])
    taken = """
    WITH one AS (UPDATE due SET taken = 1, next_at = :later RETURNING id)
    INSERT INTO due_ledger (due_id, action, planned_at, taken_at, outcome, late_s)
    SELECT id, 'due', :soon, :soon, 'emitted', 0 FROM one
    """
    await session.execute(text(taken), {"later": later, "soon": SOON})
    await put(change_of(session), [due(("due", SOON), ("overdue", later))])
    found = await stands(session)
    assert (found.next_at, found.planned, found.steps - found.taken) == (later, 2, 1)


async def test_what_is_taken_off_leaves_its_steps_in_the_ledger(session: AsyncSession) -> None:
    await put(change_of(session), [due(("due", SOON)), due(("due", SOON), key="C-2/1")])
    await cancel(change_of(session), "review", ["C-1/1", "C-9/9"])
    assert (await stands(session)).state == "cancelled"
    assert (await stands(session, "C-2/1")).state == "scheduled"
    assert await ledger(session) == [("due", SOON, "cancelled")]


async def test_what_was_taken_off_can_be_put_again(session: AsyncSession) -> None:
    await put(change_of(session), [due(("due", SOON))])
    await cancel(change_of(session), "review", ["C-1/1"])
    await put(change_of(session), [due(("due", SOON))])
    found = await stands(session)
    assert (found.state, found.next_at, found.planned) == ("scheduled", SOON, 2)


_STEPS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 5)), max_size=4, unique=True)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plans=st.lists(st.one_of(st.none(), _STEPS), min_size=1, max_size=6))
async def test_every_step_ever_put_waits_or_stands_in_the_ledger(session: AsyncSession, plans: list[Any]) -> None:
    savepoint = await session.begin_nested()
    change = change_of(session)
    for plan in plans:
        if plan is None:
            await cancel(change, "review", ["C-1/1"])
        else:
            await put(change, [due(*((action, NOON + timedelta(days=days)) for action, days in plan))])
    uneven = """
    SELECT count(*) FROM due WHERE planned <> (SELECT count(*) FROM due_ledger WHERE due_id = due.id)
      + CASE state WHEN 'scheduled' THEN jsonb_array_length(steps) - taken ELSE 0 END
    """
    assert await session.scalar(text(uneven)) == 0
    await savepoint.rollback()
