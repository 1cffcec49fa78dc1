"""Lines in and lines out at once, over a route of its own."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import psycopg
import pytest
from fastapi import FastAPI, Request, Response
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from app.access.guard import public
from app.clock import SystemClock
from app.errors import PROBLEM_JSON, Conflict
from app.http import ndjson
from app.http.lines import NDJSON, Line, Lines
from app.http.metrics import RequestMetrics
from app.http.ndjson import NdjsonAnswer, Waiting
from app.http.problems import HANDLERS
from app.http.routing import Router
from app.http.shell import Shell

LIMIT = 200_000
router = Router(dependencies=[public()])


@router.post("/echo", max_body_size=LIMIT)
async def echo(lines: Lines, request: Request) -> Response:
    """Tells every line back, three at a time; does as one is told that says so."""
    return NdjsonAnswer(told(lines), 207)


async def told(lines: Lines) -> AsyncIterator[bytes]:
    async for chunk in lines.chunks(3):
        for line in chunk:
            yield back(line)


def back(line: Line) -> bytes:
    if line.content == b"refuse":
        raise Conflict("at this line")
    if line.content == b"lose":
        raise ConnectionError
    if line.content == b"collide":
        raise DBAPIError.instance("UPDATE", {}, psycopg.errors.DeadlockDetected("deadlock detected"), psycopg.Error)
    if line.content == b"fail":
        raise RuntimeError("a fault of ours")
    return json.dumps([line.number, line.content and line.content.decode()]).encode() + b"\n"


@pytest.fixture
def app() -> FastAPI:
    made = FastAPI(exception_handlers=dict(HANDLERS))
    made.router.routes.extend(router.routes)
    made.add_middleware(Shell, metrics=RequestMetrics(), clock=SystemClock())
    return made


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as caller:
        yield caller


async def sent(client: httpx2.AsyncClient, content: Any, media_type: str = NDJSON) -> httpx2.Response:
    return await client.post("/echo", content=content, headers={"Content-Type": media_type})


def lines_of(answer: httpx2.Response) -> list[Any]:
    return [json.loads(line) for line in answer.text.splitlines()]


async def test_each_line_is_answered_by_a_line(client: httpx2.AsyncClient) -> None:
    answer = await sent(client, b"a\n\nb\r\nc\nd")
    assert (answer.status_code, answer.headers["content-type"]) == (207, NDJSON)
    assert lines_of(answer) == [[1, "a"], [3, "b"], [4, "c"], [5, "d"]]


async def test_nothing_is_answered_by_nothing(client: httpx2.AsyncClient) -> None:
    answer = await sent(client, b"")
    assert (answer.status_code, answer.content) == (207, b"")


@pytest.mark.parametrize("media_type", ["application/json", "text/plain", "application/vnd.x+json", ""])
async def test_what_is_not_declared_as_ndjson_is_refused(client: httpx2.AsyncClient, media_type: str) -> None:
    answer = await sent(client, b"a\n", media_type)
    assert (answer.status_code, answer.headers["accept"]) == (415, NDJSON)
    assert answer.json()["title"] == "The body is not in the form that this route takes"
    assert answer.json()["detail"] == f"Send `Content-Type: {NDJSON}`."


async def test_a_charset_does_not_matter(client: httpx2.AsyncClient) -> None:
    assert (await sent(client, b"a\n", f"{NDJSON}; charset=utf-8")).status_code == 207


@pytest.mark.parametrize(("line", "status"), [("refuse", 409), ("lose", 503), ("collide", 503)])
async def test_what_fails_before_the_first_result_is_a_problem(
    client: httpx2.AsyncClient, line: str, status: int
) -> None:
    answer = await sent(client, f"{line}\n".encode())
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM_JSON)


@pytest.mark.parametrize(("line", "code"), [("refuse", "conflict"), ("lose", "database_away"), ("collide", "collided")])
async def test_what_fails_later_is_the_last_line(client: httpx2.AsyncClient, line: str, code: str) -> None:
    answer = await sent(client, f"a\nb\nc\n{line}\ne\n".encode())
    *results, last = lines_of(answer)
    assert (answer.status_code, results) == (207, [[1, "a"], [2, "b"], [3, "c"]])
    assert last["problem"]["type"] == f"urn:tierbook:problem:{code}"
    assert last["problem"]["instance"].endswith(answer.headers["x-request-id"])


async def test_a_failure_of_ours_breaks_the_answer_off(app: FastAPI) -> None:
    messages, sent_back = [{"type": "http.request", "body": b"a\nb\nc\nfail\n"}], []

    async def receive() -> Any:
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent_back.append(message)

    with pytest.raises(RuntimeError, match="a fault of ours"):
        await app(scope_of(), receive, send)
    assert [message.get("more_body") for message in sent_back] == [None, True]


async def test_results_are_there_while_the_request_is_still_being_sent(app: FastAPI) -> None:
    answered = asyncio.Event()
    pieces = [b"a\nb\nc\n", b"d\n"]

    async def receive() -> Any:
        if len(pieces) == 1:
            await answered.wait()
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    async def send(message: Any) -> None:
        if b'"c"' in message.get("body", b""):
            answered.set()

    async with asyncio.timeout(5):
        await app(scope_of(), receive, send)
    assert answered.is_set()


async def test_a_caller_who_takes_no_result_before_all_is_sent_does_not_stop_the_reading(app: FastAPI) -> None:
    all_read = asyncio.Event()
    pieces = [b"a\nb\nc\n"] * 50
    taken: list[bytes] = []

    async def receive() -> Any:
        piece = pieces.pop()
        if not pieces:
            all_read.set()
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    async def send(message: Any) -> None:
        await all_read.wait()
        taken.append(message.get("body", b""))

    async with asyncio.timeout(5):
        await app(scope_of(), receive, send)
    assert b"".join(taken).count(b"\n") == 150


async def test_whoever_hangs_up_ends_the_work(app: FastAPI) -> None:
    messages: list[Any] = [
        {"type": "http.request", "body": b"a\nb\nc\nd\nrefu", "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent_back: list[Any] = []

    async def receive() -> Any:
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent_back.append(message)

    async with asyncio.timeout(5):
        await app(scope_of(), receive, send)
    assert b'"c"' in sent_back[1]["body"]
    assert b"client_gone" in sent_back[-1]["body"]


@pytest.mark.parametrize("headers", [{}, {"Content-Length": str(LIMIT + 1)}])
async def test_a_stream_has_a_limit(client: httpx2.AsyncClient, headers: dict[str, str]) -> None:
    def flood() -> Iterator[bytes]:
        yield from (b"x" * 999 + b"\n" for _ in range(LIMIT // 1000 + 1))

    answer = await client.post("/echo", content=_async(flood()), headers={"Content-Type": NDJSON, **headers})
    if headers:
        assert answer.status_code == 413
    else:
        assert lines_of(answer)[-1]["problem"]["status"] == 413


async def _async(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


def scope_of() -> dict[str, Any]:
    headers = [(b"content-type", NDJSON.encode())]
    place = {"path": "/echo", "raw_path": b"/echo", "query_string": b"", "root_path": ""}
    return {"type": "http", "method": "POST", "headers": headers, "scheme": "http", "server": ("test", 80), **place}


@given(st.lists(st.one_of(st.binary(min_size=1, max_size=300), st.none()), max_size=30))
def test_what_waits_is_taken_whole_and_in_order(steps: list[bytes | None]) -> None:
    """None: take what is there."""

    async def run() -> bytes:
        waiting = Waiting()
        pieces = waiting.pieces()
        taken = b""
        for step in steps:
            if step is not None:
                waiting.put(step)
            elif waiting._read < waiting._written:
                taken += await anext(pieces)
        waiting.end()
        taken += b"".join([piece async for piece in pieces])
        waiting.close()
        return taken

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ndjson, "_PIECE", 100)
        assert asyncio.run(run()) == b"".join(step for step in steps if step)


async def test_what_was_taken_leaves_no_file_behind() -> None:
    waiting = Waiting()
    pieces = waiting.pieces()
    for _ in range(50):
        waiting.put(b"x" * ndjson._PIECE)
        assert len(await anext(pieces)) == ndjson._PIECE
    waiting._file.seek(0, 2)
    assert waiting._file.tell() == 0
    waiting.close()


async def test_results_that_nobody_takes_are_not_kept_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ndjson, "_MOST", 1000)
    waiting = Waiting()
    for _ in range(11):
        waiting.put(b"x" * 100)
    with pytest.raises(ndjson.ResultsNotTaken):
        waiting.put(b"x")
    waiting.end()
    assert len(b"".join([piece async for piece in waiting.pieces()])) == 1100
    waiting.close()
