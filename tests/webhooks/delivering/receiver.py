"""A receiver on a port of its own, that answers as the test says, and keeps what it was sent."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple


class Sent(NamedTuple):
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


class Reply(NamedTuple):
    """What is answered; nothing at all where the status is 0."""

    status: int = 204
    headers: tuple[str, ...] = ()
    body: bytes = b""


class Receiver:
    """`reply` says what each is answered; `gate` holds answers back while it is closed."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.reply: Callable[[Sent], Reply] = lambda _: Reply()
        self.gate = asyncio.Event()
        self.gate.set()
        self.port = 0
        self.open = 0
        self.most_at_once = 0
        self._came = asyncio.Condition()
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def has(self, count: int) -> None:
        """Wait until so many have come."""
        async with self._came:
            await self._came.wait_for(lambda: len(self.sent) >= count)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                await self._answer(await _read(reader), writer)
        writer.close()

    def hang_up(self) -> None:
        """Break every connection."""
        self.gate.set()
        for writer in self._writers:
            writer.close()

    async def _answer(self, sent: Sent, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        self.most_at_once = max(self.most_at_once, self.open)
        try:
            async with self._came:
                self.sent.append(sent)
                self._came.notify_all()
            await self.gate.wait()
        finally:
            self.open -= 1
        reply = self.reply(sent)
        if not reply.status:
            raise ConnectionResetError
        head = [f"HTTP/1.1 {reply.status} Said", *reply.headers, f"Content-Length: {len(reply.body)}"]
        writer.write("\r\n".join([*head, "", ""]).encode() + reply.body)
        await writer.drain()


async def _read(reader: asyncio.StreamReader) -> Sent:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()[1:-1]
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head)}
    return Sent(headers, await reader.readexactly(int(headers["content-length"])))


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        receiver.hang_up()
