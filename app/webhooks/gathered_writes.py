"""A connection whose writes leave together, and which is asked quickly whether its receiver has hung up.

The library writes the head of a request, then the body, each by itself; that costs a sender of many small events a
tenth of its time, and a receiver two wake-ups. Of every idle connection it asks before and after each request whether
something can be read there, that is whether it was closed, and looks up its socket each time: another tenth.
"""

import select
import ssl
from contextlib import suppress
from socket import socket
from typing import Any, Final

import httpcore2

_MOST: Final = 64 * 1024
"""Bytes that are held back."""


class GatheredWrites(httpcore2.AsyncNetworkStream):
    """Holds back what is written until something is read: every answer is read after its request was written."""

    def __init__(self, stream: httpcore2.AsyncNetworkStream) -> None:
        self._stream = stream
        self._held = b""
        self._socket: socket | None = stream.get_extra_info("socket")
        self._poll = _poll_of(self._socket)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109  the library's
        """Send what is held, then read; who hung up in between may have answered before, so that is read all the same.

        Raises what the library's own stream raises.
        """
        with suppress(httpcore2.WriteError):
            await self._send(timeout)
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109  the library's
        """Hold it back, unless it is much."""
        self._held += buffer
        if len(self._held) > _MOST:
            await self._send(timeout)

    async def aclose(self) -> None:
        """Close the connection; what is held back was never to be sent."""
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  the library's
    ) -> httpcore2.AsyncNetworkStream:
        """The same over TLS."""
        return GatheredWrites(await self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        """What the library asks of its own stream; one that is closed counts as readable, as there."""
        if info == "is_readable" and self._poll is not None and self._socket is not None:
            return self._socket.fileno() < 0 or bool(self._poll.poll(0))
        return self._stream.get_extra_info(info)

    async def _send(self, limit: float | None) -> None:
        held, self._held = self._held, b""
        if held:
            await self._stream.write(held, limit)


def _poll_of(connected: socket | None) -> "select.poll | None":
    """What tells whether there is something to read; None where the system has no `poll`, or there is no socket."""
    if connected is None or not hasattr(select, "poll"):
        return None
    poll = select.poll()
    poll.register(connected, select.POLLIN)
    return poll
