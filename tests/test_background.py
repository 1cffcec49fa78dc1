"""What runs beside the requests: it begins again, and it ends."""

import asyncio

import pytest
from structlog.testing import capture_logs

from app import background
from app.background import begin, end

pytestmark = pytest.mark.anyio


async def test_what_fails_runs_again_and_the_log_has_no_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "_RESTART_S", 0)
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
        task = begin("test", fail)
        async with asyncio.timeout(5):
            await enough.wait()
            await end([task])
    assert task.cancelled()
    assert [(line["task"], line["error"]) for line in logs] == [("test", "RuntimeError")] * 2
    assert "a secret" not in repr(logs)


async def test_what_loses_a_cancellation_to_an_error_ends_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "_AGAIN_S", 0.01)
    begun, lost = asyncio.Event(), 0

    async def tidy_badly() -> None:
        nonlocal lost
        try:
            begun.set()
            await asyncio.sleep(60)
        finally:
            if lost < 3:
                lost += 1
                raise ProcessLookupError

    monkeypatch.setattr(background, "_RESTART_S", 0)
    with capture_logs():
        task = begin("tidies badly", tidy_badly)
        await begun.wait()
        async with asyncio.timeout(5):
            await end([task])
    assert task.cancelled()
    assert lost == 3


async def test_what_never_ends_is_named_and_keeps_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "_AGAIN_S", 0.01)
    begun, let_go = asyncio.Event(), asyncio.Event()

    async def deaf() -> None:
        while not let_go.is_set():
            begun.set()
            try:
                await let_go.wait()
            except asyncio.CancelledError:
                continue

    task = asyncio.create_task(deaf(), name="deaf")
    await begun.wait()
    with capture_logs() as logs:
        async with asyncio.timeout(5):
            await end([task])
    assert [(line["event"], line["task"]) for line in logs] == [("background_task_does_not_end", "deaf")]
    let_go.set()
    await task


async def test_ending_nothing_is_no_error() -> None:
    await end([])
