"""What runs beside the requests: it seals all that waits, exports checkpoints in time, and survives what fails."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from math import isnan
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import create_async_engine
from structlog.testing import capture_logs

from app.audit import sealer
from app.audit.chain import ORIGIN
from app.audit.checkpoint import signer
from app.audit.metrics import measure
from app.audit.sealer import CHECKPOINT_EVERY_S, Sealer
from app.audit.sealing import seal
from app.audit.witness import read_checkpoint
from app.clock import ManualClock
from app.db.engine import open_sessions
from app.settings import Settings
from tests.audit.trail import Trail
from tests.service import NOON

PERIOD = timedelta(seconds=CHECKPOINT_EVERY_S)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def running(trail: Trail, clock: ManualClock, bare_settings: Settings) -> Sealer:
    return Sealer(trail.sessions, clock, bare_settings)


@pytest.fixture
def logs() -> Iterator[list[Any]]:
    with capture_logs() as captured:
        yield captured


def _sizes(settings: Settings) -> list[int]:
    known = [signer(settings.audit_seed).verifier]
    return sorted(read_checkpoint(file, known).size for file in settings.checkpoint_folder.glob("*"))


async def test_it_seals_until_nothing_waits(trail: Trail, running: Sealer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealer, "BATCH", 5)
    await trail.write(23)
    await running.seal_if_reachable()
    assert running.backlog is not None
    assert (running.backlog.sealed_through, running.backlog.pending) == (23, 0)
    assert (await trail.verify()).clean


async def test_the_first_checkpoint_comes_at_once_the_next_after_its_period(
    trail: Trail, running: Sealer, clock: ManualClock, bare_settings: Settings
) -> None:
    sizes = []
    for passed in (timedelta(0), PERIOD - timedelta(seconds=1), timedelta(seconds=1)):
        clock.advance(passed)
        await trail.write(2)
        await running.seal_if_reachable()
        sizes.append(_sizes(bare_settings))
    assert sizes == [[2], [2], [2, 6]]
    report = await trail.verify(await trail.checkpoint())
    assert report.clean


async def test_a_chain_that_does_not_grow_gets_no_checkpoint(
    trail: Trail, running: Sealer, clock: ManualClock, bare_settings: Settings, logs: list[Any]
) -> None:
    await running.seal_if_reachable()
    assert not bare_settings.checkpoint_folder.exists()
    await trail.write(2)
    for _ in range(3):
        clock.advance(PERIOD)
        await running.seal_if_reachable()
    assert _sizes(bare_settings) == [2]
    assert [line["event"] for line in logs] == ["audit_checkpoint"]


async def test_a_checkpoint_is_logged_by_size_and_root_alone(trail: Trail, running: Sealer, logs: list[Any]) -> None:
    await trail.write(2, reason="a reason that no log may hold")
    await running.seal_if_reachable()
    root = (await trail.checkpoint()).text.split("\n")[2]
    assert logs == [{"event": "audit_checkpoint", "size": 2, "root": root, "log_level": "info"}]


async def test_the_end_is_sealed_and_witnessed(trail: Trail, running: Sealer, bare_settings: Settings) -> None:
    await trail.write(1)
    await running.seal_if_reachable()
    await trail.write(2)
    await running.finish()
    assert _sizes(bare_settings) == [1, 3]


async def test_a_chain_that_was_cut_gets_no_new_signature(
    trail: Trail, running: Sealer, clock: ManualClock, bare_settings: Settings, logs: list[Any]
) -> None:
    await trail.write(3)
    await running.seal_if_reachable()
    trail.tamper("DELETE FROM audit_chain WHERE position > 1", "DELETE FROM audit_entry WHERE id > 1")
    for _ in range(2):
        await trail.write(1)
        clock.advance(PERIOD)
        await running.seal_if_reachable()
    assert _sizes(bare_settings) == [3]
    said = [(line["event"], line["log_level"], line["size"]) for line in logs]
    assert said[1:] == [("audit_chain_contradicts_checkpoint", "critical", 3)] * 2
    assert running.backlog is not None
    assert running.backlog.pending == 0


async def test_after_the_key_was_replaced_checkpoints_go_on(
    trail: Trail, running: Sealer, clock: ManualClock, bare_settings: Settings
) -> None:
    await trail.write(1)
    await running.seal_if_reachable()
    (bare_settings.home / "audit_key").unlink()
    other = Settings(home=bare_settings.home)
    await trail.write(1)
    await Sealer(trail.sessions, clock, other).seal_if_reachable()
    assert len([*other.checkpoint_folder.iterdir()]) == 2


async def test_where_checkpoints_cannot_be_written_sealing_goes_on(
    trail: Trail, clock: ManualClock, bare_settings: Settings, tmp_path: Path, logs: list[Any]
) -> None:
    (tmp_path / "file").write_text("")
    running = Sealer(trail.sessions, clock, bare_settings.model_copy(update={"audit_checkpoints": tmp_path / "file"}))
    for _ in range(3):
        await trail.write(1)
        await running.seal_if_reachable()
    assert [line["event"] for line in logs] == ["audit_checkpoint_failed"]
    assert (await trail.verify()).pending == 0


async def test_it_waits_for_a_database_that_is_away(clock: ManualClock, bare_settings: Settings) -> None:
    nowhere = create_async_engine("postgresql+psycopg:///x?host=/nonexistent", poolclass=NullPool)
    running = Sealer(open_sessions(nowhere), clock, bare_settings)
    registry = CollectorRegistry()
    measure(registry, running, clock)
    await running.seal_if_reachable()
    await running.finish()
    assert running.backlog is None
    pending = registry.get_sample_value("tierbook_audit_pending")
    assert pending is not None
    assert isnan(pending)


async def test_metrics_say_how_far_it_is(trail: Trail, running: Sealer, clock: ManualClock) -> None:
    registry = CollectorRegistry()
    measure(registry, running, clock)
    await trail.sealed(2)
    await running.seal_if_reachable()
    trail.now = NOON
    async with trail.sessions.begin() as other:
        await trail.write(3)
        assert await seal(other, NOON, 1) == 1
        clock.advance(timedelta(seconds=90))
        await running.seal_if_reachable()
    names = ("tierbook_audit_sealed_through", "tierbook_audit_pending", "tierbook_audit_waiting_seconds")
    assert [registry.get_sample_value(name) for name in names] == [2, 3, 90]


async def test_what_was_written_long_before_it_was_committed_waits_since_it_can_have_been_seen(
    trail: Trail, running: Sealer, clock: ManualClock
) -> None:
    registry = CollectorRegistry()
    measure(registry, running, clock)
    trail.now = NOON - timedelta(minutes=10)
    await running.seal_if_reachable()
    async with trail.sessions.begin() as other:
        await trail.write(2)
        assert await seal(other, NOON, 1) == 1
        clock.advance(timedelta(seconds=1))
        await running.seal_if_reachable()
    assert registry.get_sample_value("tierbook_audit_waiting_seconds") == 1


async def test_it_runs_round_after_round(running: Sealer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealer, "EVERY_S", 0)
    rounds = 0
    enough = asyncio.Event()

    async def counted() -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 3:
            enough.set()

    monkeypatch.setattr(running, "seal_if_reachable", counted)
    task = asyncio.create_task(running.run())
    async with asyncio.timeout(5):
        await enough.wait()
    task.cancel()


def test_the_origin_names_the_way_of_hashing() -> None:
    assert signer(bytes(32)).verifier.name == ORIGIN == "tierbook-audit-v1"
