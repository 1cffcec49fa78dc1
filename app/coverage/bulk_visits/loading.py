"""Bulk uploads of visits: chunk by chunk, each in a transaction of its own with its entry of the trail.

Whoever is cut off sends the same again: what was recorded before is then known already.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

import orjson
from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import IntegrityError

from app.coverage.bulk_visits import chunks as chunk_by_chunk
from app.coverage.bulk_visits.chunks import RECORDED, UNCHANGED
from app.coverage.bulk_visits.lines import Result, VisitRead, read_lines, uncollected
from app.coverage.known_terms import Desk
from app.http.lines import LineStream
from app.http.transaction import in_own_transaction

_TRIES: Final = 3


async def load(request: Request, lines: LineStream, desk: Desk) -> AsyncIterator[bytes]:
    """Record every visit that can be, and yield a line of result for each as soon as its chunk is committed."""
    counts: Counter[int] = Counter()
    async for read in _read_ahead(lines, request.app.state.settings.timezone):
        results = await _committed(request, desk, read)
        counts.update(result["status"] for result in results)
        yield b"".join(orjson.dumps(result, option=orjson.OPT_APPEND_NEWLINE) for result in results)
    yield _summary(counts)


async def _read_ahead(lines: LineStream, zone: ZoneInfo) -> AsyncIterator[list[VisitRead]]:
    """Yield chunks of lines that were read; while one is recorded, the next is being read."""
    chunks = lines.chunks(chunk_by_chunk.CHUNK)

    async def following() -> list[VisitRead] | None:
        chunk = await anext(chunks, None)
        return None if chunk is None else await run_in_threadpool(read_lines, chunk, zone)

    task = asyncio.create_task(following())
    try:
        while (read := await task) is not None:
            task = asyncio.create_task(following())
            yield read
    finally:
        task.cancel()


async def _committed(request: Request, desk: Desk, read: Sequence[VisitRead]) -> list[Result]:
    """Record a chunk; again, where somebody else recorded one of its visits just then: it is then known already."""
    work = partial(chunk_by_chunk.record_lines, desk=desk, read=read)
    for attempt in range(1, _TRIES + 1):
        try:
            with uncollected():
                return await in_own_transaction(request, work)
        except IntegrityError:
            if attempt == _TRIES:
                raise
    raise AssertionError("unreachable")


def _summary(counts: Mapping[int, int]) -> bytes:
    known = {"recorded": counts[RECORDED], "unchanged": counts[UNCHANGED]}
    lines = sum(counts.values())
    summary = {"lines": lines, **known, "refused": lines - sum(known.values())}
    return orjson.dumps({"summary": summary}, option=orjson.OPT_APPEND_NEWLINE)
