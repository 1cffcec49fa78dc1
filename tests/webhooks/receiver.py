"""A receiver on a real loopback socket that answers as it is told, byte by byte."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Answering = Callable[["Receiver", asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
"""What is done with a connection, again for each request on it, until it raises or closes."""

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass
class Receiver:
    """What a receiver was sent: how many connections, and each request whole."""

    port: int = 0
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)
    sent: int = 0


@asynccontextmanager
async def receiving(answering: Answering, tls: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """A receiver while the block runs."""
    made = Receiver()
    writers = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        made.connections += 1
        writers.add(writer)
        try:
            while not writer.is_closing():
                made.requests.append(await _request(reader))
                await answering(made, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            writers.discard(writer)

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        for writer in [*writers]:
            writer.transport.abort()
        await server.wait_closed()


def answers(raw: bytes, *, close: bool = False) -> Answering:
    """Answer every request with these bytes."""

    async def answering(_: Receiver, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()
        if close:
            writer.close()

    return answering


def status(code: int, *headers: str, body: bytes = b"") -> bytes:
    """An answer with a status."""
    lines = [f"HTTP/1.1 {code} Answer", *headers, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


async def _request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return head + await reader.readexactly(int(lengths[0].partition(b":")[2]))
