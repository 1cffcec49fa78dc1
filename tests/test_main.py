"""What the application starts beside its requests, and what it leaves behind."""

import asyncio

import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from app import main
from app.access import service
from app.clock import ManualClock
from app.db.engine import Sessions
from app.settings import Settings
from tests.service import NOON, new_key, under_test


@pytest.fixture
def app(settings: Settings, engine: AsyncEngine, sessions: Sessions) -> FastAPI:
    return under_test(settings, engine, sessions, ManualClock(NOON))


async def test_uses_are_written_at_the_end(app: FastAPI, settings: Settings, sessions: Sessions) -> None:
    async with sessions.begin() as session:
        key = new_key(session, settings)
    async with app.router.lifespan_context(app):
        assert not app.state.draining
        await app.state.keys.principal(key.token)
    assert app.state.draining
    async with sessions() as session:
        assert (await service.find(session, key.key.prefix)).last_used_at == NOON


async def test_a_background_task_that_fails_runs_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(main, "_RESTART_S", 0)
    runs = 0
    enough = asyncio.Event()

    async def fail() -> None:
        nonlocal runs
        runs += 1
        if runs == 3:
            enough.set()
            await asyncio.sleep(60)
        raise RuntimeError("a secret")

    with capture_logs() as logs:
        task = asyncio.create_task(main._supervised("test", fail))
        await asyncio.wait_for(enough.wait(), 5)
        task.cancel()
    assert [line["error"] for line in logs] == ["RuntimeError"] * 2
    assert "a secret" not in repr(logs)
