"""Publications are told of where they govern, and the ends of pilots when they come (domain.md A17)."""

from datetime import date, timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from app.clock import ManualClock
from app.db.engine import Sessions
from app.rulebooks.governance import end
from app.rulebooks.reign import Term
from app.rulebooks.service import version
from tests.due.swept import swept
from tests.events.told import told
from tests.organisation.bank import open_bank
from tests.rulebooks.publishing import SECOND, published
from tests.service import change_of
from tests.standing.watched import WATCHED

TODAY, END = date(2026, 11, 22), date(2026, 12, 1)
PILOT = Term(("B1", "B2"), TODAY, END)


@pytest.fixture
async def bank(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await open_bank(session)


async def events(sessions: Sessions, noun: str) -> list[tuple[Any, ...]]:
    async with sessions() as session:
        found = await told(session, noun)
    return [(each["rulebook"], each["version"], each["unit"], each["units"]) for each in found]


async def test_a_version_of_the_whole_bank_is_told_of_to_the_whole_bank(bank: None, sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await published(session, WATCHED, Term((), TODAY))
    assert await events(sessions, "rulebook.published") == [("watched-clients", 1, None, [])]


async def test_a_pilot_is_told_of_in_each_of_its_units_and_so_is_its_end_on_the_first_day_without_it(
    bank: None, app: FastAPI, sessions: Sessions, clock: ManualClock
) -> None:
    async with sessions.begin() as session:
        await published(session, WATCHED, PILOT)
    pilots = [("watched-clients", 1, "B1", ["B1"]), ("watched-clients", 1, "B2", ["B2"])]
    assert await events(sessions, "rulebook.published") == pilots
    clock.advance(timedelta(days=8))
    await swept(app, sessions, clock)
    assert await events(sessions, "rulebook.pilot_ended") == []
    clock.advance(timedelta(hours=12))
    await swept(app, sessions, clock)
    assert sorted(await events(sessions, "rulebook.pilot_ended")) == pilots


async def test_a_pilot_that_is_ended_early_is_over_at_once_and_only_once(
    bank: None, app: FastAPI, sessions: Sessions, clock: ManualClock
) -> None:
    async with sessions.begin() as session:
        await published(session, WATCHED, PILOT)
        change = change_of(session, person=SECOND)
        await end(change, await version(session, "watched-clients", 1), ["B1"], TODAY)
    await swept(app, sessions, clock)
    assert await events(sessions, "rulebook.pilot_ended") == [("watched-clients", 1, "B1", ["B1"])]
    clock.advance(timedelta(days=30))
    await swept(app, sessions, clock)
    assert [each[2] for each in await events(sessions, "rulebook.pilot_ended")] == ["B1", "B2"]
