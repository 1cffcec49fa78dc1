"""The same facts from several at once, on a database where each commits: written once all the same."""

import asyncio
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.clients import fact_chunks
from tests.clients.telling import SHORT, govern, line, ndjson, open_client, stored, tell, upload

CLIENTS = tuple(f"C-{number}" for number in range(1, 9))


@pytest.fixture
async def app(lasting_app: FastAPI) -> FastAPI:
    await govern(lasting_app, SHORT)
    return lasting_app


@pytest.fixture
async def client(app: FastAPI, lasting_client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    """A caller of an application that commits, on a small bank with eight clients."""
    for client_id in CLIENTS:
        await open_client(lasting_client, client_id)
    return lasting_client


async def test_the_same_file_from_four_at_once_is_recorded_once(
    app: FastAPI, client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fact_chunks, "CHUNK", 5)
    lines = [line(str(day), client_id=each, as_of=f"2026-11-{day:02}") for day in range(1, 6) for each in CLIENTS]
    orders = (lines, lines[::-1], lines[20:] + lines[:20], lines)
    answers: list[Any] = await asyncio.gather(*(upload(client, ndjson(each)) for each in orders))
    assert [answer[-1]["summary"]["refused"] for answer in answers] == [0, 0, 0, 0]
    assert sum(answer[-1]["summary"]["recorded"] for answer in answers) == len(lines)
    async with app.state.sessions() as session:
        assert len(await stored(session)) == len(lines)
        noted = "SELECT sum((after->>'recorded')::int) FROM audit_entry WHERE object_type = 'fact_load'"
        assert await session.scalar(text(noted)) == len(lines)


async def test_the_same_fact_from_many_at_once_is_recorded_once(app: FastAPI, client: httpx2.AsyncClient) -> None:
    told: list[Any] = await asyncio.gather(*(tell(client, {"balance": "5"}) for _ in range(8)))
    assert sorted(each["balance"]["status"] for each in told) == [200] * 7 + [201]
    async with app.state.sessions() as session:
        assert len(await stored(session)) == 1
