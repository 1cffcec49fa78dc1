"""Bulk uploads of facts: chunk by chunk, each in a transaction of its own with its entry of the trail.

Whoever is cut off sends the same again: what was recorded before is then known already.
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from functools import partial

import orjson
from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from app.clients import fact_chunks
from app.clients.fact_chunks import RECORDED, UNCHANGED
from app.clients.fact_judging import Judge
from app.clients.fact_lines import read_lines
from app.http.lines import LineStream
from app.http.transaction import in_own_transaction


async def load(request: Request, lines: LineStream, judge: Judge) -> AsyncIterator[bytes]:
    """Record every line that can be, and yield a line of result for each as soon as its chunk is committed."""
    counts: Counter[int] = Counter()
    async for chunk in lines.chunks(fact_chunks.CHUNK):
        read = await run_in_threadpool(read_lines, chunk, judge)
        results = await in_own_transaction(request, partial(fact_chunks.record_lines, read=read))
        counts.update(result["status"] for result in results)
        yield b"".join(orjson.dumps(result, option=orjson.OPT_APPEND_NEWLINE) for result in results)
    yield _summary(counts)


def _summary(counts: Mapping[int, int]) -> bytes:
    known = {"recorded": counts[RECORDED], "unchanged": counts[UNCHANGED]}
    lines = sum(counts.values())
    summary = {"lines": lines, **known, "refused": lines - sum(known.values())}
    return orjson.dumps({"summary": summary}, option=orjson.OPT_APPEND_NEWLINE)
