"""Reading runs and their moves, as far as the caller's unit reaches; cancelling one."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.reading import is_visible
from app.organisation.faults import refused
from app.organisation.fence import belongs
from app.organisation.unit_reading import seen_units
from app.portfolio.refusals import AskedAbove, RunEnded, RunNotFound
from app.portfolio.tables import PortfolioRun, PortfolioRunMove
from app.trail.change import Change, Reading
from app.trail.entry import Entry

_OPEN: Final = ("queued", "running")
_UNIT: Final[Any] = PortfolioRun.unit


async def run_of(reads: Reading, run_id: uuid.UUID) -> PortfolioRun:
    """A run; raises RunNotFound, and notes a denial where it is of clients outside the caller's unit."""
    seen = belongs(_UNIT, reads.actor.unit, reads.today).label("seen")
    query = select(PortfolioRun, seen).where(PortfolioRun.id == run_id).execution_options(populate_existing=True)
    found = (await reads.session.execute(query)).one_or_none()
    if found is None:
        raise RunNotFound
    run: PortfolioRun = found[0]
    if not found.seen:
        reads.deny(refused("run", str(run_id), run.unit))
        raise RunNotFound
    return run


async def open_runs(session: AsyncSession, key_name: str) -> int:
    """How many runs of a key wait or go on; by its name, which rotation keeps."""
    row = PortfolioRun
    query = select(func.count()).where(row.key_name == key_name, row.state.in_(_OPEN))
    return await session.scalar(query) or 0


async def runs_before(
    reads: Reading, kind: str | None, before: tuple[datetime, uuid.UUID] | None, limit: int
) -> Sequence[PortfolioRun]:
    """Runs that the caller sees, the latest first; `before` is the moment and id of the last one seen."""
    row = PortfolioRun
    query = select(row).where(belongs(_UNIT, reads.actor.unit, reads.today))
    query = query if kind is None else query.where(row.kind == kind)
    if before is not None:
        query = query.where(tuple_(row.asked_at, row.id) < before)
    return (await reads.session.scalars(query.order_by(row.asked_at.desc(), row.id.desc()).limit(limit))).all()


async def moves_after(
    reads: Reading, run_id: uuid.UUID, scenario: str | None, after: tuple[str, str, str] | None, limit: int
) -> Sequence[PortfolioRunMove]:
    """Moves of a run by scenario, client and kind, of clients that the caller sees today."""
    row = PortfolioRunMove
    key = (row.scenario, row.client_id, row.kind)
    query = select(row).where(row.run_id == run_id, is_visible(row.client_id, reads.actor.unit, reads.today))
    query = query if scenario is None else query.where(row.scenario == scenario)
    query = query if after is None else query.where(tuple_(*key) > after)
    return (await reads.session.scalars(query.order_by(*key).limit(limit))).all()


async def cancel(change: Change, run_id: uuid.UUID) -> PortfolioRun:
    """End a run before its time; what it has stored stays. Raises RunNotFound, AskedAbove or RunEnded."""
    await _check_asked_here(change, await run_of(change, run_id))
    row = PortfolioRun
    values = {"state": "cancelled", "finished_at": change.now, "lease_until": None}
    ended = update(row).where(row.id == run_id, row.state.in_(_OPEN)).values(values).returning(row.id)
    if (await change.session.execute(ended)).one_or_none() is None:
        raise RunEnded
    run = await run_of(change, run_id)
    told = {"done": run.done, "results": run.results}
    await change.note(Entry("run.cancelled", "run", str(run_id), run.unit, after=told, digest=run.digest))
    return run


async def _check_asked_here(change: Change, run: PortfolioRun) -> None:
    """Raise AskedAbove for a caller of a unit, where no key within it asked for the run."""
    if change.actor.unit is None or (run.key_unit and await seen_units(change, [run.key_unit])):
        return
    change.deny(refused("run", str(run.id), run.unit, "asked for by a unit above"))
    raise AskedAbove("It is for who asked for it, or a unit above.")
