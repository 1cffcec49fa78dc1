"""Bulk uploads of visits: chunk by chunk, each in a transaction of its own with its entry of the trail.

While one chunk is recorded, the next is judged and the one after it is read: the database and the process work at once.

Whoever is cut off sends the same again: what was recorded before is then known already.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

import orjson
from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import IntegrityError

from app.collecting import seldom_collected
from app.coverage.bulk_visits import chunks as chunk_by_chunk
from app.coverage.bulk_visits.chunks import RECORDED, UNCHANGED, Judged
from app.coverage.bulk_visits.lines import Result, VisitRead, read_lines
from app.coverage.known_terms import Desk
from app.http.lines import LineStream
from app.http.transaction import in_own_transaction

_TRIES: Final = 4
_Step = TypeVar("_Step")


async def load(request: Request, lines: LineStream, desk: Desk) -> AsyncIterator[bytes]:
    """Record every visit that can be, and yield a line of result for each as soon as its chunk is committed."""
    counts: Counter[int] = Counter()
    look = False
    read = _ahead(_read(lines, request.app.state.settings.timezone))
    with seldom_collected():
        async for judged in _ahead(_judged(request, desk, read)):
            results = await _committed(request, desk, judged, look=look)
            found = Counter([result["status"] for result in results])
            look = bool(found[UNCHANGED])
            counts += found
            yield b"".join(orjson.dumps(result, option=orjson.OPT_APPEND_NEWLINE) for result in results)
    yield _summary(counts)


async def _read(lines: LineStream, zone: ZoneInfo) -> AsyncIterator[list[VisitRead]]:
    """Yield chunks of lines that were read."""
    async for chunk in lines.chunks(chunk_by_chunk.CHUNK):
        yield await run_in_threadpool(read_lines, chunk, zone)


async def _judged(request: Request, desk: Desk, chunks: AsyncIterator[list[VisitRead]]) -> AsyncIterator[Judged]:
    """Yield chunks that were judged, each in a transaction that writes nothing."""
    async for read in chunks:
        yield await in_own_transaction(request, partial(chunk_by_chunk.judge_lines, desk=desk, read=read))


async def _ahead(steps: AsyncIterator[_Step]) -> AsyncIterator[_Step]:
    """Yield what comes; while one is worked on, the next is being made."""
    task = asyncio.create_task(_next(steps))
    try:
        while (step := await task) is not None:
            task = asyncio.create_task(_next(steps))
            yield step
    finally:
        task.cancel()


async def _next(steps: AsyncIterator[_Step]) -> _Step | None:
    return await anext(steps, None)


async def _committed(request: Request, desk: Desk, judged: Judged, *, look: bool) -> list[Result]:
    """Record a chunk; again, where one of its visits is known already, and `look` for those then.

    Mostly all are new: they are looked for where some were known in the chunk before, or in this one.
    """
    for attempt in range(1, _TRIES + 1):
        work = partial(chunk_by_chunk.record_lines, desk=desk, judged=judged, look=look)
        try:
            return await in_own_transaction(request, work)
        except IntegrityError:
            if attempt == _TRIES:
                raise
            look = True
    raise AssertionError("unreachable")


def _summary(counts: Mapping[int, int]) -> bytes:
    known = {"recorded": counts[RECORDED], "unchanged": counts[UNCHANGED]}
    lines = sum(counts.values())
    summary = {"lines": lines, **known, "refused": lines - sum(known.values())}
    return orjson.dumps({"summary": summary}, option=orjson.OPT_APPEND_NEWLINE)
