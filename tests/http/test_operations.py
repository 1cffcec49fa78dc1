"""Health, readiness and metrics."""

import socket
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import create_async_engine

from app.clock import ManualClock, SystemClock


async def test_alive_and_ready(app: FastAPI, stranger: httpx2.AsyncClient) -> None:
    await app.state.rulebooks.refresh()
    for path in ("/livez", "/readyz"):
        answer = await stranger.get(path)
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_not_ready_while_draining(app: FastAPI, stranger: httpx2.AsyncClient) -> None:
    app.state.draining = True
    answer = await stranger.get("/readyz")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert answer.json()["type"] == "urn:tierbook:problem:not_ready"
    assert (await stranger.get("/livez")).status_code == 200


async def test_not_ready_once_nothing_looks_at_what_falls_due_any_more(
    app: FastAPI, stranger: httpx2.AsyncClient, clock: ManualClock
) -> None:
    await app.state.rulebooks.refresh()
    app.state.watch.begin()
    clock.advance(timedelta(seconds=90))
    assert (await stranger.get("/readyz")).status_code == 200
    clock.advance(timedelta(seconds=1))
    assert (await stranger.get("/readyz")).status_code == 503
    assert (await stranger.get("/livez")).status_code == 200


async def test_not_ready_on_another_schema(stranger: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.db.migrate.newest_revision", lambda: "9999")
    answer = await stranger.get("/readyz")
    assert answer.status_code == 503
    assert "schema" in answer.json()["detail"]


async def test_not_ready_without_a_database(app: FastAPI, stranger: httpx2.AsyncClient) -> None:
    app.state.engine = create_async_engine("postgresql+psycopg:///x?host=/nonexistent")
    assert (await stranger.get("/readyz")).status_code == 503
    assert (await stranger.get("/livez")).status_code == 200


async def test_readiness_does_not_wait_for_a_database_that_hangs(
    app: FastAPI, stranger: httpx2.AsyncClient, tmp_path: Path
) -> None:
    clock = SystemClock()
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / ".s.PGSQL.5432"))
        silent.listen()
        app.state.engine = create_async_engine(f"postgresql+psycopg:///x?host={tmp_path}")
        started = clock.monotonic()
        assert (await stranger.get("/readyz")).status_code == 503
        assert clock.monotonic() - started < 5


async def test_metrics_need_their_scope(stranger: httpx2.AsyncClient, client: httpx2.AsyncClient) -> None:
    assert (await stranger.get("/metrics")).status_code == 401
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "process_resident_memory_bytes" in answer.text
