"""FastAPI's default scope for `yield` dependencies answers 200 and fails to commit afterwards; ours must not."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.db.engine import open_engine, open_sessions
from app.db.unit_of_work import UnitOfWork
from app.settings import Settings

_DEFERRED = "CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE child (id int REFERENCES parent INITIALLY DEFERRED)"


@pytest.fixture
async def app(bare_settings: Settings, fresh_database_url: str) -> AsyncIterator[FastAPI]:
    engine = open_engine(bare_settings.with_database(fresh_database_url))
    app = FastAPI()
    app.state.sessions = open_sessions(engine)
    async with engine.begin() as connection:
        for statement in _DEFERRED.split(";"):
            await connection.execute(text(statement))

    @app.post("/children/{number}")
    async def add(number: int, session: UnitOfWork) -> str:
        await session.execute(text("INSERT INTO child VALUES (:number)"), {"number": number})
        return "added"

    @app.post("/parents/{number}")
    async def add_parent(number: int, session: UnitOfWork, *, fail: bool = False) -> str:
        await session.execute(text("INSERT INTO parent VALUES (:number)"), {"number": number})
        if fail:
            raise RuntimeError("after the insert")
        return "added"

    yield app
    await engine.dispose()


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def _count(app: FastAPI, table: str) -> int:
    async with app.state.sessions() as session:
        found: int = await session.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608 - ours
        return found


async def test_what_was_answered_is_committed(client: httpx2.AsyncClient, app: FastAPI) -> None:
    assert (await client.post("/parents/1")).status_code == 200
    assert await _count(app, "parent") == 1


async def test_a_commit_that_fails_is_not_answered_with_success(client: httpx2.AsyncClient, app: FastAPI) -> None:
    assert (await client.post("/children/99")).status_code == 500
    assert await _count(app, "child") == 0


async def test_a_route_that_raises_leaves_nothing(client: httpx2.AsyncClient, app: FastAPI) -> None:
    assert (await client.post("/parents/2?fail=true")).status_code == 500
    assert await _count(app, "parent") == 0
