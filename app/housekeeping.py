"""What is cleared away now and then, whoever calls."""

import asyncio
from datetime import timedelta
from typing import Final

from app.clock import Clock
from app.db.engine import Sessions
from app.db.failures import DatabaseMayBeAway
from app.db.patience import answered_within
from app.http.idempotency import FORGOTTEN_AT_ONCE, forget_old
from app.settings import Settings
from app.webhooks.forgetting import FORGOTTEN_AT_ONCE as EVENTS_AT_ONCE
from app.webhooks.forgetting import forget_old_events

EVERY_S: Final = 600.0
_LIMIT_S: Final = 30.0


class Housekeeping:
    """Removes answers and events that were kept long enough. Any number of processes may; lives on the event loop."""

    def __init__(self, sessions: Sessions, clock: Clock, settings: Settings) -> None:
        self._sessions = sessions
        self._clock = clock
        self._events_kept_for = timedelta(days=settings.event_retention_days)

    async def run(self) -> None:
        """Tidy for ever; the application runs it in the background and cancels it."""
        while True:
            await asyncio.sleep(EVERY_S)
            await self.tidy()

    async def tidy(self) -> None:
        """Tidy once; where the database is away, the next time will do."""
        with DatabaseMayBeAway():
            while await answered_within(_LIMIT_S, self._forget()) == FORGOTTEN_AT_ONCE:
                pass
            while await answered_within(_LIMIT_S, self._forget_events()) == EVENTS_AT_ONCE:
                pass

    async def _forget(self) -> int:
        """Forget some, in a transaction of their own: a day of a busy service is too much for one."""
        async with self._sessions.begin() as session:
            return await forget_old(session, self._clock.now())

    async def _forget_events(self) -> int:
        async with self._sessions.begin() as session:
            return await forget_old_events(session, self._clock.now(), self._events_kept_for)
