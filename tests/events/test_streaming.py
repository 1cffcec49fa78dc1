"""The feed as server-sent events: resumed where it was left, ended where it must."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx2
import orjson
import pytest
from fastapi import FastAPI

from app.access.scopes import Scope
from app.clock import ManualClock
from app.db.engine import Sessions
from app.events.emitting import emit
from app.events.feed import Page
from app.events.sequencing import Reached, Sequencer
from app.events.streaming import LIFE_S, Stream
from tests.events.telling import raised
from tests.organisation.bank import open_bank
from tests.service import change_of, new_key

_PATIENCE_S = 20.0


class Reader:
    """Reads a stream off the application itself, as its server would."""

    def __init__(self, app: FastAPI, token: str, query: str = "", last: str | None = None) -> None:
        headers = [(b"authorization", f"Bearer {token}".encode()), (b"host", b"tierbook.test")]
        if last is not None:
            headers.append((b"last-event-id", last.encode()))
        self._scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": "/v1/events/stream",
            "raw_path": b"/v1/events/stream",
            "root_path": "",
            "query_string": query.encode(),
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("tierbook.test", 80),
            "state": {},
        }
        self._app = app
        self._gone = asyncio.Event()
        self._asked = False
        self._pieces: asyncio.Queue[Any] = asyncio.Queue()
        self.status = 0

    @asynccontextmanager
    async def reads(self) -> AsyncIterator["Reader"]:
        serving = asyncio.create_task(self._app(self._scope, self._receive, self._send))
        try:
            yield self
        finally:
            self._gone.set()
            async with asyncio.timeout(_PATIENCE_S):
                await asyncio.gather(serving, return_exceptions=True)

    async def event(self) -> dict[str, str]:
        """The next event by its fields; comments are passed over. None of it is the end."""
        while True:
            async with asyncio.timeout(_PATIENCE_S):
                piece = await self._pieces.get()
            fields = dict(line.split(": ", 1) for line in piece.splitlines() if line and not line.startswith(":"))
            if not piece or "data" in fields:
                return fields

    async def _receive(self) -> Any:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif message.get("body") or not message.get("more_body"):
            self._pieces.put_nowait(message.get("body", b"").decode())


@pytest.fixture
async def token(lasting_app: FastAPI) -> str:
    sessions: Sessions = lasting_app.state.sessions
    lasting_app.state.sequencer = Sequencer(sessions, lasting_app.state.clock)
    async with sessions.begin() as session:
        await open_bank(session)
        return new_key(session, lasting_app.state.settings).token


async def tell(app: FastAPI, *clients: str, unit: str | None = None) -> None:
    async with app.state.sessions.begin() as session:
        await emit(change_of(session), [raised(each, unit) for each in clients])
    await app.state.sequencer.once()


async def test_an_event_arrives_with_its_place_its_type_and_itself(lasting_app: FastAPI, token: str) -> None:
    await tell(lasting_app, "C-0")
    async with Reader(lasting_app, token, "after=0").reads() as reader:
        first = await reader.event()
        await tell(lasting_app, "C-1")
        second = await reader.event()
    assert reader.status == 200
    assert (first["id"], first["event"]) == ("1", "tierbook.warning.raised.v1")
    assert second["id"] == "2"
    assert orjson.loads(second["data"])["subject"] == "C-1"


async def test_it_goes_on_after_the_last_one_received(lasting_app: FastAPI, token: str) -> None:
    await tell(lasting_app, *(f"C-{number}" for number in range(120)))
    async with Reader(lasting_app, token, "after=3", last="60").reads() as reader:
        places = [(await reader.event())["id"] for _ in range(60)]
    assert places == [str(each) for each in range(61, 121)]


async def test_without_a_place_it_begins_now(lasting_app: FastAPI, token: str) -> None:
    await tell(lasting_app, "C-0")
    async with Reader(lasting_app, token).reads() as reader:
        async with asyncio.timeout(_PATIENCE_S):
            assert (await reader._pieces.get()).startswith(": tierbook")
        await tell(lasting_app, "C-1")
        assert (await reader.event())["id"] == "2"


async def test_a_key_of_a_unit_is_told_of_its_own(lasting_app: FastAPI, token: str) -> None:
    async with lasting_app.state.sessions.begin() as session:
        key = new_key(session, lasting_app.state.settings, Scope.EVENTS_READ, name="branch", unit="B1")
    await tell(lasting_app, "C-1", unit="B2")
    await tell(lasting_app, "C-2")
    await tell(lasting_app, "C-3", unit="B1-S1")
    async with Reader(lasting_app, key.token, "after=0").reads() as reader:
        assert (await reader.event())["id"] == "3"


async def test_it_ends_when_the_server_drains(lasting_app: FastAPI, token: str) -> None:
    async with Reader(lasting_app, token, "after=0").reads() as reader:
        await tell(lasting_app, "C-1")
        await reader.event()
        lasting_app.state.draining = True
        assert await reader.event() == {}


async def test_it_ends_in_time_for_the_key_to_be_shown_anew(
    lasting_app: FastAPI, token: str, clock: ManualClock
) -> None:
    async with Reader(lasting_app, token, "after=0").reads() as reader:
        await tell(lasting_app, "C-1")
        await reader.event()
        clock.advance(timedelta(seconds=LIFE_S))
        assert await reader.event() == {}


async def test_whoever_reads_slowly_holds_no_connection(lasting_app: FastAPI, token: str) -> None:
    async with Reader(lasting_app, token, "after=0").reads() as reader:
        await tell(lasting_app, "C-1")
        await reader.event()
        assert lasting_app.state.engine.pool.checkedout() == 0


async def test_what_cannot_be_streamed_is_refused_before_it_begins(
    lasting_client: httpx2.AsyncClient, lasting_app: FastAPI
) -> None:
    assert (await lasting_client.get("/v1/events/stream?types=nothing")).status_code == 422
    assert (await lasting_client.get("/v1/events/stream?after=-1")).status_code == 422


async def test_while_the_database_is_away_a_stream_asks_it_now_and_then(
    lasting_app: FastAPI, clock: ManualClock
) -> None:
    asked = 0

    async def away(after: int, limit: int) -> Page:
        nonlocal asked
        asked += 1
        raise ConnectionError

    sequencer = Sequencer(lasting_app.state.sessions, clock)
    sequencer.reached = Reached(5, 0, None)
    events = Stream(sequencer, clock, away, lambda: False).events(0)
    await anext(events)  # how soon to come again
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await anext(events)
    assert asked == 1
