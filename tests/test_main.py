"""What the application starts beside its requests, and what it leaves behind."""

import asyncio

import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs

from app import main
from app.access import service
from tests.service import NOON, new_key


async def test_uses_are_written_at_the_end(lasting_app: FastAPI) -> None:
    state = lasting_app.state
    async with state.sessions.begin() as session:
        key = new_key(session, state.settings)
    async with lasting_app.router.lifespan_context(lasting_app):
        assert not state.draining
        await state.keys.principal(key.token)
    assert state.draining
    async with state.sessions.begin() as session:
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
