"""How far a run is, written by the worker that has it alone; and its end.

To the end belong its summary, its entry of the trail, and a simulation that a publication can rest on.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.organisation.queries import unit_path
from app.portfolio.comparing import ranks_of
from app.portfolio.job import Job
from app.portfolio.tables import PortfolioRun
from app.portfolio.tallies import summarised
from app.rulebooks.refusals import NotInForce, RulebookNotFound
from app.rulebooks.simulations import Simulation, attach_simulation
from app.trail.change import Change
from app.trail.entry import Entry


class LostRunError(Exception):
    """The run is cancelled, or another worker's by now: what was being done must be undone."""


async def keep(session: AsyncSession, run: PortfolioRun, values: Mapping[str, Any]) -> None:
    """Write how far a run is, where it is still its worker's, and where that one left it; raises LostRunError."""
    row = PortfolioRun
    ours = (row.id == run.id, row.worker == run.worker, row.state == "running")
    left = row.cursor.is_not_distinct_from(run.cursor)
    statement = update(row).where(*ours, left).values(values).execution_options(synchronize_session=False)
    if await session.scalar(statement.returning(row.id)) is None:
        raise LostRunError


async def finish(change: Change, job: Job) -> dict[str, Any]:
    """What a run's row says at its end; notes it.

    A dry run over the whole bank's book is attached as the simulation of exactly the digest that was tried.
    """
    run = job.run
    summary = summarised(run.tally, await _labels(change.session, job), run.done)
    told = {"clients": run.done, "results": run.results, "scenarios": _counts(summary)}
    await change.note(Entry("run.finished", "run", str(run.id), run.unit, after=told, digest=run.digest))
    if run.kind == "dry_run" and is_of_the_whole_bank(run) and job.tried is not None:
        tried = Simulation(run.rulebook, job.tried.number, job.tried.sound.digest, run.done, summary, run.id)
        await attach_simulation(change, tried)
    ended = {"finished_at": change.now, "lease_until": None}
    return {"state": "done", "total": run.done, "summary": summary, **ended}


async def failed(change: Change, run: PortfolioRun, error: str) -> None:
    """Say that a run failed, and why; what it had stored stays. Raises LostRunError."""
    values = {"state": "failed", "error": error, "finished_at": change.now, "lease_until": None}
    await keep(change.session, run, values)
    await change.note(Entry("run.failed", "run", str(run.id), run.unit, reason=error, digest=run.digest))


def is_of_the_whole_bank(run: PortfolioRun) -> bool:
    """Whether it covers every client there is."""
    return run.unit is None and not run.filter


async def _labels(session: AsyncSession, job: Job) -> list[str]:
    """What the matrix runs by, lowest first: of the version that is tried, else of one that governs in the run's unit.

    None where the reign has ended since the run was asked for.
    """
    run = job.run
    path = await unit_path(session, run.unit, run.as_of)
    try:
        published = job.tried or job.judges.registry.governing_some(run.rulebook, path, run.as_of)
    except (NotInForce, RulebookNotFound):
        return []
    return list(ranks_of(published.sound.rulebook, run.measured_by))


def _counts(summary: dict[str, Any]) -> list[dict[str, Any]]:
    return [{name: each[name] for name in ("name", "moved", "decided")} for each in summary["scenarios"]]
