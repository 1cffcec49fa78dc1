"""On a real loopback connection: what a patient attacker does to stock uvicorn."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from app.http.strict_request import StrictRequest
from app.serve import slow_clients
from app.serve.slow_clients import HEAD_BYTES, BoundedProtocol

pytestmark = pytest.mark.enable_socket

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _echo(scope: Scope, receive: Receive, send: Send) -> None:
    body = await (_in_pieces if "pieces" in scope["path"] else _whole)(scope, receive)
    if scope["path"] == "/slow":
        await asyncio.sleep(0.5)
    await PlainTextResponse(f"{len(body)} bytes")(scope, receive, send)


async def _whole(scope: Scope, receive: Receive) -> bytes:
    return await Request(scope, receive).body()


async def _in_pieces(scope: Scope, receive: Receive) -> bytes:
    body = b""
    async for piece in StrictRequest(scope, receive).pieces():
        body += piece
        await asyncio.sleep(0.5 if scope["path"] == "/pieces/slowly" else 0)
    return body


HURRIED = pytest.mark.parametrize("receive_s", [0.3])
"""For what is to be too slow; whatever else the machine does, the others have time."""


@pytest.fixture
def receive_s() -> float:
    return 5.0


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch, receive_s: float) -> AsyncIterator[int]:
    monkeypatch.setattr(slow_clients, "RECEIVE_S", receive_s)
    config = uvicorn.Config(_echo, http=BoundedProtocol, ws="none", lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    listening = await asyncio.get_running_loop().create_server(
        lambda: BoundedProtocol(config=config, server_state=server.server_state, app_state={}), "127.0.0.1", 0
    )
    yield listening.sockets[0].getsockname()[1]
    listening.close()


@pytest.fixture
async def connection(port: int) -> AsyncIterator[Connection]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    yield reader, writer
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


async def _answer(connection: Connection, *pieces: bytes, pause: float = 0.0) -> bytes:
    reader, writer = connection
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)
        async with asyncio.timeout(30):
            return await reader.read()
    except ConnectionError:
        return b""


async def test_an_ordinary_request_is_answered(connection: Connection) -> None:
    answer = await _answer(connection, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")


@HURRIED
async def test_saying_nothing_is_ended(connection: Connection) -> None:
    assert (await _answer(connection)).startswith(b"HTTP/1.1 408")


@HURRIED
async def test_half_a_head_is_ended(connection: Connection) -> None:
    assert (await _answer(connection, b"GET / HTTP/1.1\r\nHost: ")).startswith(b"HTTP/1.1 408")


@HURRIED
async def test_half_a_body_is_ended(connection: Connection) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"
    assert (await _answer(connection, head, b"half")).startswith(b"HTTP/1.1 408")


@HURRIED
async def test_a_drip_is_ended(connection: Connection) -> None:
    answer = await _answer(connection, *[bytes([byte]) for byte in b"GET / HTTP/1.1\r\n"], pause=0.05)
    assert not answer or answer.startswith(b"HTTP/1.1 408")


@HURRIED
async def test_the_second_request_on_a_connection_has_a_deadline_too(connection: Connection) -> None:
    answer = await _answer(connection, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HT", pause=0.1)
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"HTTP/1.1 408" in answer


@HURRIED
async def test_a_slow_answer_is_not_the_clients_fault(connection: Connection) -> None:
    answer = await _answer(connection, b"GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("ending", [b"", b"\r\n\r\n"], ids=["unfinished", "whole"])
async def test_a_huge_head_is_refused(connection: Connection, ending: bytes) -> None:
    answer = await _answer(connection, b"GET / HTTP/1.1\r\nX: " + b"a" * (HEAD_BYTES + 1) + ending)
    assert not answer or answer.startswith(b"HTTP/1.1 431")


async def test_a_huge_path_is_refused(connection: Connection) -> None:
    answer = await _answer(connection, b"GET /" + b"a" * (HEAD_BYTES + 1) + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    assert not answer or answer.startswith((b"HTTP/1.1 431", b"HTTP/1.1 400"))


async def test_a_large_body_is_not_a_head(connection: Connection) -> None:
    body = b"a" * (HEAD_BYTES * 4)
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
    assert (await _answer(connection, head + body)).endswith(b"%d bytes" % len(body))


@HURRIED
async def test_a_large_body_has_the_time_that_it_takes(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_clients, "LEAST_RATE", 4)
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 8\r\n\r\n"
    answer = await _answer(connection, head, b"1234", b"5678", pause=0.2)
    assert answer.endswith(b"8 bytes")


_STREAM = b"POST /pieces HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
_PIECE = b"4\r\n1234\r\n"


@pytest.mark.parametrize("receive_s", [1.0])
async def test_a_body_that_is_read_in_pieces_may_take_as_long_as_more_of_it_comes(connection: Connection) -> None:
    answer = await _answer(connection, _STREAM, *[_PIECE] * 10, b"0\r\n\r\n", pause=0.125)
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"40 bytes" in answer


@HURRIED
async def test_a_stream_that_stops_is_ended(connection: Connection) -> None:
    assert (await _answer(connection, _STREAM, _PIECE)).startswith(b"HTTP/1.1 408")


@HURRIED
async def test_whoever_is_kept_from_sending_more_is_not_too_slow(connection: Connection) -> None:
    body = b"a" * 600_000
    head = b"POST /pieces/slowly HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
    assert (await _answer(connection, head + body)).endswith(b"%d bytes" % len(body))


@HURRIED
async def test_the_request_after_a_stream_has_a_deadline_for_the_whole(connection: Connection) -> None:
    stream = _STREAM.replace(b"Connection: close\r\n", b"") + _PIECE + b"0\r\n\r\n"
    drip = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"
    answer = await _answer(connection, stream, drip, *[b"1"] * 5, pause=0.15)
    assert not answer or b"HTTP/1.1 408" in answer
