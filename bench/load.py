"""The load generator: 16 connections that stay open, each sends its next request when it has its answer.

Bare sockets and no parsing beyond an answer's length, so that one core of Python outruns any of the servers.
"""

import asyncio
import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import cycle, islice
from math import inf
from time import perf_counter
from typing import Final, cast

import uvloop

CONNECTIONS: Final = 16
_LENGTH: Final = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_PATIENCE_S: Final = 120.0


def request(path: str, key: str, content: bytes) -> bytes:
    """A whole POST of JSON, as it goes over the wire."""
    head = (
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {key}",
        "Content-Type: application/json",
        f"Content-Length: {len(content)}",
    )
    return "\r\n".join((*head, "", "")).encode() + content


def rate(port: int, requests: Sequence[bytes], seconds: float = inf, number: float = inf, ok: int = 200) -> float:
    """Answers in a second, for so many seconds or until there are so many; raises where one is not `ok`.

    Where so many are wanted, no more are sent: of as many requests each is sent once.
    """
    return uvloop.run(_rate(port, requests, seconds, _Run(number, ok)))


async def _rate(port: int, requests: Sequence[bytes], seconds: float, run: "_Run") -> float:
    loop = asyncio.get_running_loop()
    run.finished = loop.create_future()
    shared: Iterator[bytes] = cycle(requests)
    if run.number < inf:
        shared = islice(shared, int(run.number))
    for _ in range(CONNECTIONS):
        await loop.create_connection(partial(_Connection, run, shared), "127.0.0.1", port)
    started = perf_counter()
    if seconds < inf:
        loop.call_later(seconds, run.finish)
    for connection in run.connections:
        connection.ask()
    await asyncio.wait_for(run.finished, _PATIENCE_S)
    return run.answers / (perf_counter() - started)


class _Run:
    """What the connections share."""

    def __init__(self, number: float, ok: int) -> None:
        self.finished: asyncio.Future[None]
        self.connections: list[_Connection] = []
        self.answers = 0
        self.ok = b"HTTP/1.1 %d " % ok
        self.number = number

    def count(self) -> None:
        self.answers += 1
        if self.answers >= self.number:
            self.finish()

    def finish(self) -> None:
        if not self.finished.done():
            self.finished.set_result(None)

    def fail(self, reason: str) -> None:
        if not self.finished.done():
            self.finished.set_exception(RuntimeError(reason))


class _Connection(asyncio.Protocol):
    def __init__(self, run: _Run, requests: Iterator[bytes]) -> None:
        self._run = run
        self._requests = requests
        self._received = b""
        self._transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)
        self._run.connections.append(self)

    def ask(self) -> None:
        asked = next(self._requests, None)
        if asked is not None:
            self._transport.write(asked)

    def data_received(self, data: bytes) -> None:
        received = self._received = self._received + data
        head = received.find(b"\r\n\r\n")
        length = _LENGTH.search(received, 0, head) if head > 0 else None
        if length is None or len(received) < head + 4 + int(length[1]):
            return
        self._received = b""
        if not received.startswith(self._run.ok):
            self._run.fail(received[:1000].decode(errors="replace"))
        self._run.count()
        if not self._run.finished.done():
            self.ask()

    def connection_lost(self, exc: Exception | None) -> None:
        self._run.fail(f"the server hung up: {exc}")
