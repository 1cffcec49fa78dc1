"""A file of thousands of clients: in memory that does not grow with it, and left alone by who hangs up."""

import asyncio
import gc
import tracemalloc
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any, Final

import httpx2
import orjson
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.coverage.reports.exporting import PAGE
from app.organisation.calendar_keeping import store_told
from app.rulebooks.reign import Term
from tests.coverage.attainment.conftest import Until, china
from tests.coverage.attainment.november import VISITS, at
from tests.organisation.bank import open_bank
from tests.rulebooks.publishing import published
from tests.service import change_of

FEW, MANY = 2 * PAGE, 8 * PAGE
FILLED: Final = """
INSERT INTO client (id, kind, name, co_managed, revision, created_at, updated_at)
  SELECT 'C' || n, 'company', 'x', false, 1, '2024-01-01', '2024-01-01' FROM generate_series(1, {many}) AS n;
INSERT INTO client_unit (client_id, part, from_day, unit_id)
  SELECT 'C' || n, 'lead', '2024-01-01', CASE WHEN n <= {few} THEN 'B1' ELSE 'B2' END
  FROM generate_series(1, {many}) AS n;
INSERT INTO obligation_terms (id, rulebook, version, digest, classes, grace_days)
  SELECT '00000000-0000-4000-8000-000000000001', name, number, digest, '{{}}', 5 FROM rulebook_version;
INSERT INTO obligation_rule (terms_id, role, per, at_least, counts, each_holder, lead_only)
  VALUES ('00000000-0000-4000-8000-000000000001', 'relationship_manager', 'month', 3, '{{visit}}', false, false);
INSERT INTO client_obligation (client_id, rulebook, from_day, terms_id, why, recorded_at)
  SELECT 'C' || n, 'visits', '2024-01-01', '00000000-0000-4000-8000-000000000001', 'assessed', '2024-01-01'
  FROM generate_series(1, {many}) AS n
"""
Send = Callable[[Any], Awaitable[None]]
Exported = Callable[..., Awaitable[None]]


@pytest.fixture
async def app(lasting_app: FastAPI, until: Until) -> FastAPI:
    """Some clients of one branch, many of the other; each is owed visits by one role."""
    until(at(22))
    async with lasting_app.state.sessions.begin() as session:
        await open_bank(session)
        await store_told(change_of(session, now=at(1, month=1)), "CN", china(), "holidays 0.109")
        await published(session, VISITS, Term((), date(2026, 1, 1)))
        for statement in FILLED.format(few=FEW, many=MANY).split(";\n"):
            await session.execute(text(statement))
    await lasting_app.state.rulebooks.refresh()
    return lasting_app


@pytest.fixture
def exported(app: FastAPI, lasting_client: httpx2.AsyncClient) -> Exported:
    """Asks for the file, and hands each piece to whoever reads it: `await exported(piece, unit="B1")`."""

    async def asked(read: Send, gone: asyncio.Event | None = None, **query: str) -> None:
        told = httpx2.QueryParams({"period": "2026-11", "format": "json", **query})
        path = "/v1/coverage/export"
        place = {"path": path, "raw_path": path.encode(), "query_string": str(told).encode(), "root_path": ""}
        headers = [(b"authorization", lasting_client.headers["authorization"].encode())]
        whole = {"type": "http", "method": "GET", "headers": headers, "scheme": "http", "server": ("test", 80), **place}
        messages: list[Any] = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> Any:
            if messages:
                return messages.pop()
            await (gone or asyncio.Event()).wait()
            return {"type": "http.disconnect"}

        await app({**whole, "asgi": {"version": "3.0", "spec_version": "2.3"}}, receive, read)

    return asked


async def ignored(_: Any) -> None:
    """Nobody reads it."""


async def test_memory_does_not_grow_with_the_file(exported: Exported) -> None:
    async def peak(**query: str) -> tuple[int, int]:
        """The most memory that a file takes, and how long it is."""
        size = 0

        async def read(message: Any) -> None:
            nonlocal size
            size += len(message.get("body", b""))

        gc.collect()
        tracemalloc.start()
        try:
            await exported(read, **query)
            return tracemalloc.get_traced_memory()[1], size
        finally:
            tracemalloc.stop()

    await exported(ignored, unit="B1")  # what is kept for good is there from then on
    (few, short), (many, long) = await peak(unit="B1"), await peak()
    assert long > 3.9 * short
    assert many < 1.3 * few


async def test_between_pieces_nothing_is_held_of_the_database(app: FastAPI, exported: Exported) -> None:
    held: list[int] = []
    body = bytearray()

    async def read(message: Any) -> None:
        held.append(app.state.engine.pool.checkedout())
        body.extend(message.get("body", b""))

    await exported(read)
    assert len(held) > MANY // PAGE
    assert set(held) == {0}
    assert len(orjson.loads(bytes(body))) == MANY


async def test_who_hangs_up_leaves_nothing_open_and_the_rest_is_not_worked_out(
    app: FastAPI, exported: Exported
) -> None:
    gone, rows = asyncio.Event(), 0

    async def read(message: Any) -> None:
        nonlocal rows
        rows += message.get("body", b"").count(b"client_id")
        if rows:
            gone.set()

    await exported(read, gone)
    assert rows < MANY
    assert app.state.engine.pool.checkedout() == 0
    busy = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    async with asyncio.timeout(10), app.state.sessions.begin() as session:  # it hears in its own time that we left
        while await session.scalar(text(busy + " AND state LIKE 'idle in%'")):
            await session.execute(text("SELECT pg_stat_clear_snapshot()"))
