"""Looks for runs that wait, and fetches what does them only then: the columnar engine costs 45 MB and a second."""

import asyncio
from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, exists, false, or_, select

from app.clock import Clock
from app.db.engine import Sessions
from app.db.failures import DatabaseMayBeAway
from app.portfolio.job import Shop
from app.portfolio.tables import PortfolioRun

if TYPE_CHECKING:
    from app.portfolio.runner import Runner

EVERY_S: Final = 1.0
"""Seconds between two looks for a run that waits."""


class Lookout:
    """One for each process; lives on the event loop."""

    def __init__(self, sessions: Sessions, clock: Clock, shop: Shop) -> None:
        self._sessions = sessions
        self._clock = clock
        self._shop = shop
        self._runner: Runner | None = None

    async def run(self) -> None:
        """Look for ever; the application runs it in the background and cancels it."""
        while True:
            if await self._some_wait():
                await (await self._fetched()).do_waiting()
            await asyncio.sleep(EVERY_S)

    async def _some_wait(self) -> bool:
        """Whether a run waits, or was let go of by whoever had it; not, while the database is away."""
        let_go = and_(PortfolioRun.state == "running", PortfolioRun.lease_until < self._clock.now())
        mine = PortfolioRun.worker == self._runner.worker if self._runner else false()
        waits = or_(PortfolioRun.state == "queued", let_go, and_(PortfolioRun.state == "running", mine))
        with DatabaseMayBeAway():
            async with self._sessions.begin() as session:
                return bool(await session.scalar(select(exists().where(waits))))
        return False

    async def _fetched(self) -> "Runner":
        if self._runner is None:
            made = await asyncio.to_thread(_runner_class)  # importing takes a while, and others are being served
            self._runner = made(self._sessions, self._clock, self._shop)
        return self._runner


def _runner_class() -> "type[Runner]":
    from app.portfolio.runner import Runner

    return Runner
