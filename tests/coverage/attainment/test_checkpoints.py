"""The moments at which November is looked at come by themselves: half of its days over, and its close."""

from collections.abc import Awaitable, Callable

import pytest
from fastapi import FastAPI

from app.clock import ManualClock
from app.coverage.checkpoints import COVERAGE, Checkpoints
from app.coverage.known_terms import Desk, KnownTerms
from app.coverage.upkeep import Means, Upkeep
from app.db.engine import Sessions
from app.scheduler.sweeping import Sweeper
from app.trail.waking import Waking
from tests.coverage.attainment.conftest import Until, Visited
from tests.coverage.attainment.november import at
from tests.events.told import told
from tests.service import SHANGHAI

Came = Callable[[], Awaitable[list[tuple[str, str]]]]


@pytest.fixture
async def upkeep(app: FastAPI, client: object, sessions: Sessions, clock: ManualClock, until: Until) -> Upkeep:
    """It looked after November once, on the 2nd."""
    until(at(2))
    desk = Desk(KnownTerms(), app.state.rulebooks, "CN")
    made = Upkeep(sessions, clock, Means(app.state.judges, desk, SHANGHAI))
    await made.once()
    return made


@pytest.fixture
def came(upkeep: Upkeep, sessions: Sessions, clock: ManualClock) -> Came:
    """Sweeps, has the upkeep do what it was asked, and reads which moments came."""

    async def checkpoints() -> list[tuple[str, str]]:
        handlers = {COVERAGE: Checkpoints(upkeep.look)}
        assert not (await Sweeper(sessions, clock, SHANGHAI, handlers, Waking()).sweep()).failed
        await upkeep.once()
        async with sessions() as session:
            return [(e["period"], e["checkpoint"]) for e in await told(session, "coverage.checkpoint")]

    return checkpoints


async def test_a_checkpoint_comes_with_the_first_day_after_more_than_its_share_of_working_days(
    came: Came, until: Until
) -> None:
    until(at(16))  # 10 of 21 working days are over
    assert await came() == []
    until(at(17))  # 11 of 21
    assert await came() == [("2026-11", "50%")]


async def test_who_is_behind_then_is_told_of(came: Came, until: Until, sessions: Sessions, visited: Visited) -> None:
    until(at(17))
    await visited(at(3), "relationship_manager", "corporate_director")
    await came()
    async with sessions() as session:
        found = await told(session, "coverage.at_risk")
    behind = sorted(each["role"] for each in found if each["period"] == "2026-11")
    assert behind == ["branch_president", "relationship_manager"]


async def test_a_period_closes_when_its_grace_is_over_and_what_was_missed_is_told_of(
    came: Came, until: Until, sessions: Sessions
) -> None:
    until(at(5, month=12))
    assert ("2026-11", "close") not in await came()
    until(at(6, month=12))
    assert ("2026-11", "close") in await came()
    async with sessions() as session:
        missed = {each["role"] for each in await told(session, "coverage.missed") if each["period"] == "2026-11"}
    assert missed == {"branch_president", "corporate_director", "relationship_manager"}


async def test_what_it_was_asked_for_without_a_calendar_it_does_once_there_is_one(
    app: FastAPI, client: object, sessions: Sessions, clock: ManualClock, until: Until
) -> None:
    until(at(17))
    upkeeps = [
        Upkeep(sessions, clock, Means(app.state.judges, Desk(KnownTerms(), app.state.rulebooks, calendar), SHANGHAI))
        for calendar in ("XX", "CN")
    ]
    for each in upkeeps:
        each.look()
    assert [await each.once() for each in upkeeps] == [False, True]
    assert [each._asked.is_set() for each in upkeeps] == [True, False]
