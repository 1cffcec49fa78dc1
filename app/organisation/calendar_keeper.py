"""What runs beside the requests to keep the bank's calendar: asks the library when its release or the year is new."""

import asyncio
from typing import Final

import structlog

from app.clock import Clock
from app.db.engine import Sessions
from app.db.failures import DatabaseMayBeAway
from app.kernel.coverage.span import Span
from app.organisation.calendar_keeping import is_current, store_told
from app.organisation.calendar_library import CalendarUntoldError, library_days_apart, reach_on, source
from app.settings import Settings
from app.trail.actor import Actor
from app.trail.change import Change

EVERY_S: Final = 600.0
_AGAIN_S: Final = 5.0
_log = structlog.get_logger("tierbook.calendar")


class CalendarKeeper:
    """Stores what the library tells of TIERBOOK_CALENDAR. Any number of processes may; lives on the event loop."""

    def __init__(self, sessions: Sessions, clock: Clock, settings: Settings) -> None:
        self._sessions = sessions
        self._clock = clock
        self._settings = settings
        self._asked: tuple[str, Span] | None = None

    async def run(self) -> None:
        """Keep it for ever, from now on; the application runs it in the background and cancels it."""
        while True:
            reached = await self.keep_if_reachable()
            await asyncio.sleep(EVERY_S if reached else _AGAIN_S)

    async def keep_if_reachable(self) -> bool:
        """Keep it once; False where the database is away."""
        with DatabaseMayBeAway():
            await self.keep()
            return True
        return False

    async def keep(self) -> None:
        """Have the calendar be as the library tells, which is asked once for each release and year."""
        asked = (source(), reach_on(self._clock.today(self._settings.timezone)))
        if asked == self._asked:
            return
        if not await self._is_current(*asked) and not await self._ask(*asked):
            return
        self._asked = asked

    async def _is_current(self, named: str, reach: Span) -> bool:
        async with self._sessions.begin() as session:
            return await is_current(session, self._settings.calendar, named, reach.until)

    async def _ask(self, named: str, reach: Span) -> bool:
        """Ask the library and store what it tells; False where it did not answer, and may the next time."""
        name = self._settings.calendar
        try:
            days = await library_days_apart(name, reach)
        except CalendarUntoldError as error:
            _log.error("calendar_untold", calendar=name, source=named, reason=str(error))
            return True
        except (OSError, TimeoutError) as error:
            _log.error("calendar_not_asked", calendar=name, source=named, error=type(error).__name__)
            return False
        zone, now = self._settings.timezone, self._clock.now()
        async with self._sessions.begin() as session:
            change = Change(Actor("calendar"), now, self._clock.today(zone), zone, session=session)
            await store_told(change, name, days, named)
        return True
