"""The database stops while the service runs: scoring goes on, the rest says when to come back, and all recovers."""

import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from app.clock import SystemClock
from app.db.cluster import postmaster
from app.db.embedded import EmbeddedPostgres, started
from app.db.migrate import migrate
from app.main import create_app
from app.rulebooks.shipped import publish_shipped
from app.settings import Settings
from tests.samples import SAMPLES
from tests.service import NOON, client_of, new_key


@pytest.fixture
def server(tmp_path: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(tmp_path / "stops", durable=False)


@pytest.fixture
def running(server: EmbeddedPostgres, bare_settings: Settings) -> Iterator[Settings]:
    with started(server) as address:
        settings = bare_settings.with_database(address)
        migrate(settings)
        yield settings


@pytest.fixture
async def app(running: Settings) -> AsyncIterator[FastAPI]:
    made = create_app(running)
    yield made
    await made.state.engine.dispose()


async def _installed(app: FastAPI, settings: Settings) -> tuple[str, str]:
    """Two keys, of which the service has seen the first; and the shipped rulebooks, loaded."""
    async with app.state.sessions.begin() as session:
        seen, unseen = new_key(session, settings), new_key(session, settings, name="unseen")
        await publish_shipped(session, NOON, settings.timezone)
    await app.state.rulebooks.refresh()
    await app.state.keys.principal(seen.token)
    return seen.token, unseen.token


async def _score(caller: httpx2.AsyncClient) -> tuple[int, Any]:
    answer = await caller.post("/v1/score", json=SAMPLES["POST /v1/score"])
    return answer.status_code, answer.json()


async def test_scoring_goes_on_and_the_rest_recovers(app: FastAPI, running: Settings, server: EmbeddedPostgres) -> None:
    clock = SystemClock()
    seen, unseen = await _installed(app, running)
    async with client_of(app, seen) as caller, client_of(app, unseen) as newcomer:
        before = await _score(caller)
        assert before[0] == 200

        server.stop()
        await app.state.keys.refresh()
        began = clock.monotonic()
        assert await _score(caller) == before
        for refused in (
            await caller.get("/v1/rulebooks/corporate-classes/versions"),
            await newcomer.post("/v1/score", json=SAMPLES["POST /v1/score"]),
            await caller.get("/readyz"),
        ):
            assert refused.status_code == 503
            assert int(refused.headers["retry-after"]) > 0
        assert (await caller.get("/livez")).status_code == 200
        assert clock.monotonic() - began < 10

        server.start()
        assert (await caller.get("/readyz")).status_code == 200
        assert (await newcomer.get("/v1/rulebooks/corporate-classes/versions")).status_code == 200


@contextmanager
def _frozen(server: Path) -> Iterator[None]:
    """PostgreSQL with all its processes, stopped as by a hypervisor: it refuses nothing and answers nothing."""
    leader = postmaster(server)
    assert leader is not None
    children = Path(f"/proc/{leader.pid}/task/{leader.pid}/children").read_text().split()
    processes = [leader.pid, *map(int, children)]
    try:
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds PostgreSQL's processes as Linux tells them")
async def test_a_database_that_freezes_holds_nobody_up(app: FastAPI, running: Settings, tmp_path: Path) -> None:
    clock = SystemClock()
    seen, unseen = await _installed(app, running)
    async with client_of(app, seen) as caller, client_of(app, unseen) as newcomer:
        assert (await caller.get("/readyz")).status_code == 200
        with _frozen(tmp_path / "stops" / "postgres"):
            began = clock.monotonic()
            assert (await caller.get("/readyz")).status_code == 503
            assert clock.monotonic() - began < 10
            assert (await _score(caller))[0] == 200
            assert (await newcomer.post("/v1/score", json=SAMPLES["POST /v1/score"])).status_code == 503
            assert clock.monotonic() - began < 20
        assert (await newcomer.post("/v1/score", json=SAMPLES["POST /v1/score"])).status_code == 200
