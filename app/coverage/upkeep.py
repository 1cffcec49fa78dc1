"""What keeps coverage up to date by itself: what is owed, and who falls behind. Looked for, never scheduled.

Any number of processes may: each page is a transaction of its own, which one of them does at a time.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from app.clock import Clock
from app.coverage.attainment.pacing import PAGE, warn, warn_page
from app.coverage.checkpoints import watch_periods
from app.coverage.known_terms import Desk
from app.coverage.obligations.rederiving import START, rederive
from app.coverage.tables import UpkeepDay
from app.db.engine import Sessions
from app.db.failures import DatabaseMayBeAway
from app.kernel.coverage.period import period_named
from app.organisation.refusals import CalendarMissing
from app.rulebooks.refusals import RulebooksNotLoaded
from app.standing.judges import Judges
from app.standing.visit_warnings import warned_clients
from app.trail.actor import Actor
from app.trail.change import Change

EVERY_S: Final = 300.0
SOON_S: Final = 5.0
"""When it is tried again where there are no rulebooks yet, no calendar, or no database."""

_PACE: Final = "pace"
_LOCK: Final = 0x71E2B0C0
_ALONE: Final = text("SELECT pg_try_advisory_xact_lock(:lock)")
_DAY: Final[Any] = UpkeepDay.__table__
_log = structlog.get_logger("tierbook.coverage")


@dataclass(frozen=True, slots=True)
class Means:
    """What the upkeep works with."""

    judges: Judges
    desk: Desk
    zone: ZoneInfo


class Upkeep:
    """Lives on the event loop."""

    def __init__(self, sessions: Sessions, clock: Clock, means: Means) -> None:
        self._sessions = sessions
        self._clock = clock
        self._means = means
        self._asked = asyncio.Event()

    def look(self) -> None:
        """Have everybody's pace looked at soon: the moment has come."""
        self._asked.set()

    async def run(self) -> None:
        """Keep up for ever; the application runs it in the background and cancels it."""
        while True:
            kept = False
            with DatabaseMayBeAway():
                kept = await self.once()
            if not kept:
                await asyncio.sleep(SOON_S)
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY_S):
                    await self._asked.wait()

    async def once(self) -> bool:
        """Compare what is owed with what governs; once a day look at everybody's pace, else at those warned.

        Returns whether it could: what it was asked for meanwhile it does the next time.
        """
        asked, kept = self._asked.is_set(), False
        self._asked.clear()
        try:
            await self.derive_all()
            await self.watch()
            await (self.pace_all() if asked or not await self._is_done_today() else self.recheck())
            kept = True
        except (RulebooksNotLoaded, CalendarMissing):
            _log.info("upkeep_waits")
        finally:
            if asked and not kept:
                self._asked.set()
        return kept

    async def derive_all(self) -> int:
        """Write down what is owed otherwise than it was; of how many."""
        cursor, changed, more = START, 0, True
        while more:
            async with self._turn() as change:
                if change is None:
                    return changed
                found = await rederive(change, self._means.judges, cursor)
            cursor, changed, more = found.cursor, changed + found.changed, found.more
            await asyncio.sleep(0)
        return changed

    async def watch(self) -> None:
        """Have the moments looked after at which the present periods are to be looked at."""
        async with self._turn() as change:
            if change is not None:
                await watch_periods(change, self._means.desk)

    async def pace_all(self) -> None:
        """Look at the pace of every client, and note the day."""
        cursor: str | None = None
        while True:
            async with self._turn() as change:
                if change is None:
                    return
                cursor = await warn_page(change, self._means.desk, cursor)
                if cursor is None:
                    await _note_done(change)
                    return
            await asyncio.sleep(0)

    async def recheck(self) -> None:
        """Look again at the clients against whom a warning stands: visits may have been made."""
        async with self._turn() as change:
            warned = await warned_clients(change) if change else []
        for at in range(0, len(warned), PAGE):
            by_period: defaultdict[str, list[str]] = defaultdict(list)
            for client_id, period in warned[at : at + PAGE]:
                by_period[period].append(client_id)
            async with self._turn() as change:
                if change is None:
                    return
                for period, clients in by_period.items():
                    await warn(change, self._means.desk, clients, period_named(period))

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[Change | None]:
        """A transaction for a page; None while another process is at it."""
        async with self._sessions.begin() as session:
            zone = self._means.zone
            change = Change(Actor("upkeep"), self._clock.now(), self._clock.today(zone), zone, session=session)
            alone = await session.scalar(_ALONE, {"lock": _LOCK})
            yield change if alone else None

    async def _is_done_today(self) -> bool:
        async with self._sessions.begin() as session:
            done: date | None = await session.scalar(select(_DAY.c.done_on).where(_DAY.c.task == _PACE))
        return done is not None and done >= self._clock.today(self._means.zone)


async def _note_done(change: Change) -> None:
    row = {"task": _PACE, "done_on": change.today}
    statement = upsert(_DAY).values(row)
    await change.session.execute(statement.on_conflict_do_update(index_elements=["task"], set_=row))
