"""The worker of runs: takes one at a time by a lease, does it piece by piece, carries on where a dead one stopped.

What a piece writes and the run's cursor are of one transaction, and the cursor moves only from where the worker read
it: so each client is done once, whoever was killed meanwhile, and what a cancelled run was doing is undone.
"""

import asyncio
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import structlog
from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import Clock
from app.collecting import seldom_collected
from app.db.copying import copy_rows
from app.db.engine import Sessions
from app.db.failures import has_collided, is_database_away
from app.errors import Problem
from app.logs import places
from app.portfolio.comparing import Done
from app.portfolio.finishing import LostRunError, failed, finish, keep
from app.portfolio.gathering import Piece
from app.portfolio.job import Job, Shop, Stopwatch, actor_of, version_tried
from app.portfolio.members import Member, count_members
from app.portfolio.pieces import assess, piece_after
from app.portfolio.tables import PortfolioRun, PortfolioRunMove
from app.portfolio.tallies import added
from app.portfolio.trying import read_of, tried
from app.trail.change import Change

PIECE: Final = 2_000
"""Clients that are done at one go: others who decide on a client wait no longer than that takes."""

_TIMES: Final = 5
"""How many times more of them where nothing is stored: nobody waits, and the columns are as quick over more rows.

By so many fewer, the more scenarios there are: a piece must end long before its lease does.
"""

LEASE: Final = timedelta(seconds=60)
"""How long a run is a worker's that says nothing; far longer than a piece takes."""

_MOVE: Final = ("run_id", "scenario", "client_id", "kind", "before", "after", "reasons")
_log = structlog.get_logger("tierbook.portfolio")


class Runner:
    """Does runs, one at a time in this process; lives on the event loop, computes beside it."""

    def __init__(self, sessions: Sessions, clock: Clock, shop: Shop, *, piece: int = PIECE) -> None:
        self._sessions = sessions
        self._clock = clock
        self._shop = shop
        self._piece = piece
        self.worker = uuid.uuid4()

    async def do_waiting(self) -> None:
        """Do every run that waits, until none does or the database is away."""
        try:
            while run := await self._claimed():
                await self._do(run)
        except Exception as error:
            if not _may_do_later(error):
                raise

    async def _claimed(self) -> PortfolioRun | None:
        """The oldest run that waits, that nobody holds any more, or that was this worker's; from now on ours.

        Those that assess go before those that only try: whoever tries waits for nobody's standing.
        """
        now, row = self._clock.now(), PortfolioRun
        ours = or_(row.worker == self.worker, row.lease_until < now)
        free = or_(row.state == "queued", and_(row.state == "running", ours))
        first = ((row.kind == "assess").desc(), row.asked_at, row.id)
        oldest = select(row).where(free).order_by(*first).limit(1).with_for_update(skip_locked=True)
        async with self._sessions.begin() as session:
            run = (await session.scalars(oldest)).one_or_none()
            if run is not None:
                run.state, run.worker, run.lease_until = "running", self.worker, now + LEASE
                run.started_at = run.started_at or now
                run.known_at = run.known_at or now
        return run

    async def _do(self, run: PortfolioRun) -> None:
        """Do a run to its end; what is wrong with it fails it, what is wrong with the database leaves it for later."""
        try:
            job = await self._job(run)
            more = True
            while more:
                with seldom_collected():
                    more = await self._step(job)
        except LostRunError:
            _log.info("run_lost", run=str(run.id))
        except Exception as error:
            if _may_do_later(error):
                raise
            await self._fail(run, error)

    async def _fail(self, run: PortfolioRun, error: Exception) -> None:
        """Say that a run failed, unless it is no longer ours."""
        told = str(error.detail) if isinstance(error, Problem) else type(error).__name__
        try:
            async with self._sessions.begin() as session:
                await failed(self._change(session, run), run, told)
        except LostRunError:
            _log.info("run_lost", run=str(run.id), error=type(error).__name__, at=places(error))
        else:
            _log.error("run_failed", run=str(run.id), error=type(error).__name__, at=places(error))

    async def _job(self, run: PortfolioRun) -> Job:
        shop = self._shop
        async with self._sessions.begin() as session:
            tried = None if run.version is None else await version_tried(session, run.rulebook, run.version)
            job = Job(run, tried, shop.judges, shop.followers, shop.zone, self._clock)
            if run.total is None:
                run.total = await count_members(session, job.membership)
                await keep(session, run, {"total": run.total})
        return job

    async def _step(self, job: Job) -> bool:
        """Do the next piece, or finish; whether there may be more."""
        do = self._assess if job.run.kind == "assess" else self._try
        values = await do(job, Stopwatch(self._clock))
        for name, value in values.items():
            setattr(job.run, name, value)
        await asyncio.sleep(0)
        return job.run.state == "running"

    async def _assess(self, job: Job, watch: Stopwatch) -> dict[str, Any]:
        """Decide and store the next clients, or finish; what the run's row says from then on."""
        async with self._sessions.begin() as session:
            change = self._change(session, job.run)
            piece = await piece_after(session, job, self._piece)
            if not piece.members:
                return await self._finish(change, job)
            done = await assess(change, job, piece, watch)
            return await self._store(session, job.run, piece, done, watch)

    async def _try(self, job: Job, watch: Stopwatch) -> dict[str, Any]:
        """The same where nothing but moves is stored: decided outside any transaction."""
        most = self._piece * max(1, _TIMES // max(1, len(job.run.shocks)))
        async with self._sessions.begin() as session:
            piece = await piece_after(session, job, most)
            if not piece.members:
                return await self._finish(self._change(session, job.run), job)
            read = await read_of(session, job, piece)
        watch.lap("reading")
        done = await tried(job, read)
        watch.lap("scoring")
        async with self._sessions.begin() as session:
            return await self._store(session, job.run, piece, done, watch)

    async def _finish(self, change: Change, job: Job) -> dict[str, Any]:
        values = await finish(change, job)
        await keep(change.session, job.run, values)
        return values

    async def _store(
        self, session: AsyncSession, run: PortfolioRun, piece: Piece, done: Done, watch: Stopwatch
    ) -> dict[str, Any]:
        """Write who moved, and how far the run is; raises LostRunError."""
        await copy_rows(session, PortfolioRunMove, _MOVE, ((run.id, *each) for each in done.moves))
        watch.lap("writing")
        values = self._values(run, piece.members, done, watch)
        await keep(session, run, values)
        return values

    def _values(self, run: PortfolioRun, members: Sequence[Member], done: Done, watch: Stopwatch) -> dict[str, Any]:
        """The run after a piece."""
        spent = {f"{name}_s": getattr(run, f"{name}_s") + seconds for name, seconds in watch.spent.items()}
        so_far = run.done + len(members)
        return {
            "cursor": members[-1].client_id,
            "done": so_far,
            "total": max(so_far, run.total or 0),  # a filter may hold of more by now than when they were counted
            "tally": added(run.tally, done.tally),
            "results": done.results or run.results,
            "lease_until": self._clock.now() + LEASE,
            **spent,
        }

    def _change(self, session: AsyncSession, run: PortfolioRun) -> Change:
        """A change made for whoever asked for the run."""
        zone = self._shop.zone
        return Change(actor_of(run), self._clock.now(), self._clock.today(zone), zone, session=session)


def _may_do_later(error: Exception) -> bool:
    """Whether nothing is wrong with the run: the database was away, or another transaction in the way."""
    return is_database_away(error) or has_collided(error)
