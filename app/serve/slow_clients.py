"""Bounds on what a client may make us wait for or hold, which uvicorn leaves open.

Stock uvicorn keeps an idle connection, half a head or half a body for ever, and takes a head of any size.
"""

import asyncio
from asyncio import TimerHandle
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.http.strict_request import BATCH_BODY_LIMIT, PIECE_BY_PIECE

RECEIVE_S = 10.0
"""Seconds from a request's first byte, or from connecting, to its last; a large body has more, and one that is read
in pieces has it for each."""

LEAST_RATE = 256 * 1024
"""Bytes of a declared body that a second more is granted for: 16 MiB may take 74 s."""

HEAD_BYTES = 64 * 1024
"""Of request line and headers together."""

_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class BoundedProtocol(HttpToolsProtocol):
    """HTTP/1.1 with a deadline for receiving and a cap on the head. How long an answer takes is not bounded here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take what uvicorn gives."""
        super().__init__(*args, **kwargs)
        self._deadline: TimerHandle | None = None
        self._in_head = True
        self._head = 0
        self._in_pieces = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Start the clock: connecting and saying nothing is slow too."""
        super().connection_made(transport)
        self._start_clock()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadline."""
        self._stop_clock()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what comes before the head is complete: a parser would buffer it without end."""
        if self._in_head:
            self._head += len(data)
        super().data_received(data)
        if self._in_head and self._head > HEAD_BYTES:
            self._refuse(_TOO_LARGE)

    def on_message_begin(self) -> None:
        """Start the clock for the next request on a kept connection."""
        super().on_message_begin()
        self.scope[PIECE_BY_PIECE] = self._go_by_pieces  # type: ignore[typeddict-unknown-key]
        self._in_head = True
        self._in_pieces = False
        if self._deadline is None:
            self._start_clock()

    def on_headers_complete(self) -> None:
        """Let the request begin unless its head, which may have come in one piece, is too large."""
        self._in_head = False
        self._head = 0
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > HEAD_BYTES:
            self._refuse(_TOO_LARGE)
            return
        self._grant_time()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Stop the clock: the rest is our time."""
        self._stop_clock()
        self._in_head = True
        if not self.transport.is_closing():
            super().on_message_complete()

    def on_body(self, body: bytes) -> None:
        """Pass on a piece, but not of a request that was refused."""
        if not self.transport.is_closing():
            super().on_body(body)
            if self._in_pieces:
                self._start_clock_anew()

    def _go_by_pieces(self) -> None:
        """Whoever was admitted and sends what is worked on as it comes may take as long as more of it comes."""
        self._in_pieces = True
        if self._deadline is not None:
            self._start_clock_anew()

    def _grant_time(self) -> None:
        """Give a large body the time that it takes on a slow line."""
        declared = next((value for name, value in self.headers if name == b"content-length"), b"")
        size = int(declared[:18]) if declared.isdigit() else 0
        if LEAST_RATE < size <= BATCH_BODY_LIMIT:
            self._start_clock_anew(RECEIVE_S + size / LEAST_RATE)

    def _start_clock(self, seconds: float = 0.0) -> None:
        self._deadline = self.loop.call_later(seconds or RECEIVE_S, self._time_is_up)

    def _start_clock_anew(self, seconds: float = 0.0) -> None:
        self._stop_clock()
        self._start_clock(seconds)

    def _time_is_up(self) -> None:
        """Refuse, unless it is we who keep the caller from sending more."""
        if self._in_pieces and self.flow.read_paused:
            self._start_clock()
        else:
            self._refuse(_TOO_SLOW)

    def _stop_clock(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, answer: bytes) -> None:
        self._stop_clock()
        if self.transport.is_closing():
            return
        cycle: Any = self.cycle  # None before the first request
        if cycle is None or cycle.response_complete or not cycle.response_started:
            self.transport.write(answer)
        self.transport.close()
