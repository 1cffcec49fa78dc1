"""An answer that is written while its request is still being read: NDJSON, a line of result for each line.

Most callers send all before they read the first byte of an answer. Were results held back until such a caller takes
them, both would wait for ever: so what is not taken yet waits in a file, and reading goes on.
"""

import asyncio
from collections.abc import AsyncIterator
from tempfile import SpooledTemporaryFile
from typing import Final

import orjson
from fastapi import Response
from starlette.types import Receive, Scope, Send

from app.errors import ContentTooLarge
from app.http import problems
from app.http.lines import NDJSON
from app.http.strict_request import MIB

_PIECE: Final = 64 * 1024
_MOST: Final = 1024 * MIB


class ResultsNotTaken(ContentTooLarge):
    """The caller sends on without ever reading what came of it."""

    code = "results_not_taken"
    title = "Too many results wait to be read"


class Waiting:
    """Bytes on their way from a writer that never waits to a reader that may be slow; beyond 1 MiB on disk.

    Results of sound lines are shorter than the lines, so that even those of the longest body may all wait.
    """

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=MIB)  # noqa: SIM115  closed by `close`
        self._read = self._written = 0
        self._moved = asyncio.Event()
        self._ended = False

    def put(self, piece: bytes) -> None:
        """Add bytes; raises ResultsNotTaken."""
        if self._written > _MOST:
            raise ResultsNotTaken
        self._file.seek(self._written)
        self._written += self._file.write(piece)
        self._moved.set()

    def end(self) -> None:
        """Say that nothing follows."""
        self._ended = True
        self._moved.set()

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield what was put, as soon as it is there, to the end."""
        while self._read < self._written or not self._ended:
            self._moved.clear()
            if self._read < self._written:
                yield self._next()
            else:
                await self._moved.wait()

    def close(self) -> None:
        """Drop what was not read."""
        self._file.close()

    def _next(self) -> bytes:
        self._file.seek(self._read)
        piece = self._file.read(_PIECE)
        self._read += len(piece)
        if self._read == self._written:  # all taken: the file begins anew
            self._file.seek(0)
            self._file.truncate()
            self._read = self._written = 0
        return piece


class NdjsonAnswer(Response):
    """Answers with results as they come. What fails before the first of them is answered as a problem, as ever.

    What fails later is the last line, `{"problem": …}`: an answer without its last line was broken off.
    """

    media_type = NDJSON

    def __init__(self, results: AsyncIterator[bytes], status_code: int = 200) -> None:
        self.results = results
        self.status_code = status_code
        self.background = None
        self.init_headers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  ASGI's signature
        """Work and answer at once."""
        waiting = Waiting()
        working = asyncio.create_task(self._work(waiting))
        try:
            start = {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
            started = False
            async for piece in waiting.pieces():
                if not started:
                    await send(start)
                    started = True
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            last = await _last_words(scope, working, started=started)
            if not started:
                await send(start)
            await send({"type": "http.response.body", "body": last, "more_body": False})
        finally:
            working.cancel()
            await asyncio.wait([working])
            waiting.close()

    async def _work(self, waiting: Waiting) -> None:
        try:
            async for result in self.results:
                waiting.put(result)
        finally:
            waiting.end()


async def _last_words(scope: Scope, working: asyncio.Task[None], *, started: bool) -> bytes:
    """What is left to say once all results are sent: why there are no more of them, if there should have been."""
    try:
        await working
    except Exception as error:
        problem = problems.foreseen(error) if started else None
        if problem is None:
            raise
        details = problems.details(scope, problem).model_dump(mode="json")
        return orjson.dumps({"problem": details}, option=orjson.OPT_APPEND_NEWLINE)
    return b""
