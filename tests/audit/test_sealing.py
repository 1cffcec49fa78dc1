"""Entries get their places one after the other, each once, whoever seals and in whatever order they were committed."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import create_async_engine

from app.audit.chain import GENESIS
from app.audit.sealing import Head, backlog, head, seal
from app.db.engine import open_sessions
from app.trail.recording import record
from tests.audit.trail import CRM, Trail, entry
from tests.service import NOON

STRANGE: list[dict[str, Any]] = [
    {"before": {"": None, "z": 1, "a": [True, {"b": "𝄞"}]}, "after": {}},
    {"before": {"n": 2**70, "small": 1e-320, "tenth": 0.1}, "after": {"n": 1.10}},
    {"reason": "\u2028\u0001\x7f'\"\\ 改", "digest": "", "unit": None},
    {"before": None, "after": None, "reason": None, "digest": None, "outcome": "denied"},
]


async def test_what_waits_is_sealed_by_id_and_waits_no_more(trail: Trail) -> None:
    await trail.write(5)
    assert await trail.seal(limit=3) == 3
    assert trail.rows("SELECT position, entry_id FROM audit_chain ORDER BY 1") == [(1, 1), (2, 2), (3, 3)]
    assert trail.rows("SELECT entry_id FROM audit_pending ORDER BY 1") == [(4,), (5,)]
    assert await trail.seal(limit=3) == 2
    assert await trail.seal(limit=3) == 0
    assert (await trail.verify()).clean


async def test_an_empty_chain_begins_with_genesis(trail: Trail) -> None:
    async with trail.sessions() as session:
        assert await head(session) == Head(0, GENESIS)


async def test_an_entry_committed_late_is_sealed_later_and_none_is_lost(trail: Trail) -> None:
    async with trail.sessions.begin() as slow:
        await record(slow, CRM, NOON, [entry(1)])
        await trail.sealed(2)
    assert await trail.seal() == 1
    assert trail.rows("SELECT entry_id FROM audit_chain ORDER BY position") == [(2,), (3,), (1,)]
    assert (await trail.verify()).clean


async def test_what_was_undone_leaves_nothing_to_seal(trail: Trail) -> None:
    async with trail.sessions() as session:
        await record(session, CRM, NOON, [entry(1)])
        await session.rollback()
    assert await trail.seal() == 0
    assert (await trail.verify()).pending == 0


async def test_a_seal_that_is_undone_leaves_all_waiting(trail: Trail) -> None:
    await trail.write(2)
    async with trail.sessions() as session:
        assert await seal(session, NOON, 10) == 2
        await session.rollback()
    assert trail.rows("SELECT count(*) FROM audit_chain") == [(0,)]
    assert await trail.seal() == 2


async def test_while_another_seals_nothing_is_done(trail: Trail) -> None:
    await trail.write(2)
    async with trail.sessions.begin() as first:
        assert await seal(first, NOON, 1) == 1
        assert await trail.seal() == 0
    assert await trail.seal() == 1
    assert (await trail.verify()).clean


async def test_replicas_that_seal_at_once_make_one_chain(trail: Trail) -> None:
    await trail.write(60)

    async def replica() -> int:
        total = 0
        while trail.rows("SELECT 1 FROM audit_pending LIMIT 1"):
            total += await trail.seal(limit=7)
        return total

    assert sum(await asyncio.gather(*(replica() for _ in range(3)))) == 60
    report = await trail.verify()
    assert (report.clean, report.entries) == (True, 60)


@pytest.mark.parametrize("other", STRANGE)
async def test_whatever_an_entry_holds_it_is_proved(trail: Trail, other: dict[str, Any]) -> None:
    await trail.write(1, **other)
    assert await trail.seal() == 1
    assert (await trail.verify()).clean


async def test_what_a_session_is_set_to_does_not_matter(trail: Trail) -> None:
    await trail.sealed(3)
    options = "-c DateStyle=German -c timezone=Asia/Shanghai -c extra_float_digits=-15 -c IntervalStyle=iso_8601"
    engine = create_async_engine(
        trail.url, poolclass=NullPool, connect_args={"options": f"{options} -c role=tierbook_app"}
    )
    trail.sessions = open_sessions(engine)
    assert (await trail.verify()).clean
    await trail.write(1)
    assert await trail.seal() == 1
    assert (await trail.verify()).clean
    await engine.dispose()


async def test_the_backlog_says_what_waits_and_since_when(trail: Trail) -> None:
    await trail.sealed(3)
    async with trail.sessions() as session:
        assert (known := await backlog(session)) == type(known)(3, 0, None)
        assert known.waited(NOON) == 0
    written = trail.now
    await trail.write(1)
    trail.now += timedelta(seconds=5)
    await trail.write(1)
    async with trail.sessions() as session:
        known = await backlog(session)
    assert (known.sealed_through, known.pending, known.waiting_since) == (3, 2, written)
    assert known.waited(trail.now) == 5
