"""The ledger adds up, and says so where it does not."""

from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import create_engine, text
from structlog.testing import capture_logs
from typer.testing import CliRunner

from app.cli import app as commands
from app.clock import ManualClock
from app.db.engine import Sessions
from app.events.adding_up import Balance
from app.ledger.keeping import LedgerKeeper
from app.ledger.sides import SIDES
from app.scheduler.adding_up import add_up_steps
from app.webhooks.forgetting import forget_old_events
from tests.scheduler.falling import fall_due, sweeper_of
from tests.service import NOON

DAY = timedelta(days=1)


async def steps(sessions: Sessions) -> Balance:
    async with sessions.begin() as session:
        return await add_up_steps(session)


async def some_fell_due(sessions: Sessions, clock: ManualClock) -> None:
    await fall_due(sessions, NOON, "C-1", "C-2", remind=NOON - 2 * DAY, due=NOON - DAY, overdue=NOON + DAY)
    await fall_due(sessions, NOON + DAY, "C-2", due=NOON + DAY)
    await sweeper_of(sessions, clock).sweep()


async def test_of_nothing_it_adds_up(sessions: Sessions) -> None:
    found = await steps(sessions)
    assert (found.whole, found.off) == (0, 0)


async def test_every_step_that_was_planned_is_accounted_for(sessions: Sessions, clock: ManualClock) -> None:
    await some_fell_due(sessions, clock)
    found = await steps(sessions)
    assert (found.whole, found.off) == (7, 0)
    assert found.parts == {"emitted": 1, "superseded": 1, "cancelled": 3, "waiting": 2}


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM due_ledger WHERE id = (SELECT min(id) FROM due_ledger)",
        "UPDATE due SET planned = planned + 1 WHERE key = 'C-1'",
        "UPDATE due SET planned = planned + CASE key WHEN 'C-1' THEN 1 ELSE -1 END",
        "UPDATE due_ledger SET event_id = gen_random_uuid() WHERE outcome = 'emitted'",
        "UPDATE due SET state = 'done', next_at = NULL WHERE key = 'C-1'",
    ],
)
async def test_what_was_lost_is_seen(sessions: Sessions, clock: ManualClock, harm: str) -> None:
    await some_fell_due(sessions, clock)
    async with sessions.begin() as session:
        await session.execute(text("SET LOCAL ROLE NONE"))
        await session.execute(text(harm))
    assert (await steps(sessions)).off > 0


async def test_an_event_that_was_forgotten_in_its_time_is_not_missed(sessions: Sessions, clock: ManualClock) -> None:
    await some_fell_due(sessions, clock)
    async with sessions.begin() as session:
        await session.execute(text("DELETE FROM event_pending"))
        assert await forget_old_events(session, NOON + 91 * DAY, 90 * DAY) == 1
    assert (await steps(sessions)).off == 0


async def test_prometheus_is_told(sessions: Sessions, clock: ManualClock) -> None:
    registry = CollectorRegistry()
    await some_fell_due(sessions, clock)
    await LedgerKeeper(sessions, registry, SIDES).look_through()
    assert registry.get_sample_value("tierbook_ledger_off", {"side": "scheduled"}) == 0
    waiting = {"side": "scheduled", "part": "waiting"}
    assert registry.get_sample_value("tierbook_ledger_part", waiting) == 2


async def test_what_does_not_add_up_is_an_alarm(sessions: Sessions) -> None:
    async def off(_: object) -> Balance:
        return Balance("scheduled", 5, {"emitted": 4}, 1)

    registry = CollectorRegistry()
    with capture_logs() as logs:
        await LedgerKeeper(sessions, registry, (off,)).look_through()
    assert registry.get_sample_value("tierbook_ledger_off", {"side": "scheduled"}) == 2
    assert [(line["event"], line["log_level"]) for line in logs] == [("ledger_does_not_add_up", "critical")]


def test_the_command_says_so_and_fails_where_it_does_not_add_up(
    fresh_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", fresh_database_url)
    said = CliRunner().invoke(commands, ["ledger"])
    assert (said.exit_code, "adds up" in said.stdout) == (0, True)
    harm = """
    INSERT INTO due (id, kind, key, due_at, steps, planned, taken, state, about, revision, updated_at)
    VALUES (gen_random_uuid(), 'facts', 'C-1', '2026-11-22Z', '[]', 3, 0, 'done', '{}', 1, '2026-11-22Z')
    """
    engine = create_engine(fresh_database_url)
    with engine.begin() as connection:
        connection.execute(text(harm))
    engine.dispose()
    said = CliRunner().invoke(commands, ["ledger", "--json"])
    [found] = orjson.loads(said.stdout)[:1]
    assert said.exit_code == 1
    assert (found["side"], found["whole"], found["off"], found["strays"]) == ("scheduled", 3, 4, 1)
