"""The request every route of ours gets: its body counted while it is read, its JSON read strictly."""

from collections.abc import AsyncIterator
from typing import Any, Final

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from app.errors import BadRequest, ContentTooLarge
from app.http.json_body import read_json

MIB: Final = 1024 * 1024

BODY_LIMIT: Final = MIB
"""Bytes of a body that are read where the route says nothing else."""

BATCH_BODY_LIMIT: Final = 16 * MIB
"""Bytes of a body that a batch route reads: `@router.post(…, max_body_size=BATCH_BODY_LIMIT)`."""

STREAM_BODY_LIMIT: Final = 1024 * MIB
"""Bytes of a body that is never held: a route that takes `Lines` (app.http.lines)."""

PIECE_BY_PIECE: Final = "tierbook.piece_by_piece"
"""Where an ASGI scope may hold what to call before a body is read in pieces: each then has its own time to arrive."""

_LARGE: Final = 64 * 1024
"""Bytes from which on reading JSON takes a millisecond, which others need not wait for."""


class ClientGone(BadRequest):
    """The caller hung up before the end of its body. Nobody reads this answer; the log does."""

    code = "client_gone"
    title = "The body was not sent to its end"


class StrictRequest(Request):
    """A request whose body has a limit, and whose JSON is read by `read_json`."""

    limit: int = BODY_LIMIT

    async def body(self) -> bytes:
        """Return the whole body; raises ContentTooLarge without reading on once it is too long."""
        if not hasattr(self, "_body"):
            self._body = await self._read()
        return self._body

    async def json(self) -> Any:
        """Return the body's value; raises MalformedJson."""
        if not hasattr(self, "_json"):
            body = await self.body()
            large = len(body) > _LARGE
            self._json = await run_in_threadpool(read_json, body) if large else read_json(body)
        return self._json

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the body as it arrives, and keep nothing of it; raises ContentTooLarge once it is too long."""
        self._check_declared()
        self.scope.get(PIECE_BY_PIECE, _nothing)()
        size, more = 0, True
        while more:
            message = await self._receive_part()
            piece: bytes = message.get("body", b"")
            size += len(piece)
            if size > self.limit:
                raise self._too_large()
            yield piece
            more = message.get("more_body", False)

    async def _read(self) -> bytes:
        self._check_declared()
        message = await self._receive_part()
        body: bytes = message.get("body", b"")
        parts = [body]
        size = len(body)
        while size <= self.limit and message.get("more_body"):
            message = await self._receive_part()
            parts.append(message.get("body", b""))
            size += len(parts[-1])
        if size > self.limit:
            raise self._too_large()
        return body if len(parts) == 1 else b"".join(parts)

    def _check_declared(self) -> None:
        declared = self.headers.get("content-length", "")
        if declared.isdecimal() and (len(declared) > len(str(self.limit)) or int(declared) > self.limit):
            raise self._too_large()

    async def _receive_part(self) -> Any:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        return message

    def _too_large(self) -> ContentTooLarge:
        return ContentTooLarge(f"The limit here is {self.limit} bytes.", headers={"Connection": "close"})


def _nothing() -> None:
    """What is to be done where the server does not watch the time."""
