"""An occasion is told of when its day begins, as long as it is open (domain.md G4)."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from app.clock import ManualClock
from app.db.engine import Sessions
from tests.coverage.occasions.test_occasions import acted, led, recorded
from tests.due.swept import swept
from tests.events.told import told
from tests.organisation.bank import open_bank


@pytest.fixture
async def client(client: httpx2.AsyncClient, sessions: Sessions) -> httpx2.AsyncClient:
    async with sessions.begin() as session:
        await open_bank(session)
    await led(client, "C-1", "B1-S1")
    return client


async def days(app: FastAPI, sessions: Sessions, clock: ManualClock, passed: timedelta) -> list[tuple[str, str, int]]:
    """Lets time pass, sweeps, and says which days were told of, to whom, how late."""
    clock.advance(passed)
    await swept(app, sessions, clock)
    async with sessions() as session:
        return [(each["due_on"], each["role"], each["late_by"]) for each in await told(session, "occasion")]


async def test_it_is_due_when_its_day_begins(
    client: httpx2.AsyncClient, app: FastAPI, sessions: Sessions, clock: ManualClock
) -> None:
    await recorded(client, due_by="2026-11-30")
    assert await days(app, sessions, clock, timedelta(days=7)) == []
    assert await days(app, sessions, clock, timedelta(hours=13)) == [("2026-11-30", "relationship_manager", 3600)]


async def test_moved_it_is_due_on_its_new_day(
    client: httpx2.AsyncClient, app: FastAPI, sessions: Sessions, clock: ManualClock
) -> None:
    await acted(client, await recorded(client, due_by="2026-11-30"), "move", to="2026-12-05", reason="away")
    assert [each[0] for each in await days(app, sessions, clock, timedelta(days=30))] == ["2026-12-05"]


@pytest.mark.parametrize(("verb", "body"), [("done", {}), ("cancel", {"reason": "sold"})])
async def test_what_is_done_or_owed_no_more_is_not_due(
    client: httpx2.AsyncClient, app: FastAPI, sessions: Sessions, clock: ManualClock, verb: str, body: dict[str, Any]
) -> None:
    await acted(client, await recorded(client, due_by="2026-11-30"), verb, **body)
    assert await days(app, sessions, clock, timedelta(days=30)) == []
