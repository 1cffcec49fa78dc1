"""The dispatcher's dealings with the database: what was sent is written down, what is to be sent is claimed."""

from collections.abc import Sequence
from datetime import timedelta
from secrets import SystemRandom
from typing import Final

from app.clock import Clock
from app.db.driver import Driver, as_sqlalchemy, connect
from app.db.engine import Sessions
from app.db.patience import answered_within
from app.settings import Settings
from app.trail.actor import Actor
from app.trail.change import Change
from app.webhooks.claiming import Claimed, begin_claim, claimed, give_back
from app.webhooks.failing import Jitter, fail
from app.webhooks.settling import Outcome, begin_deliver

LIMIT: Final = timedelta(seconds=15)
"""What an attempt may take."""

_PATIENCE_S: Final = 10.0
_CHANCE: Final = SystemRandom()
_ACTOR: Final = Actor("dispatcher")


class Desk:
    """For one caller at a time, on a connection opened when it is needed, and after any failure on a new one."""

    def __init__(
        self, sessions: Sessions, clock: Clock, settings: Settings, *, jitter: Jitter = _CHANCE.random
    ) -> None:
        self._sessions = sessions
        self._clock = clock
        self._settings = settings
        self._jitter = jitter
        self._driver: Driver | None = None

    async def turn(self, taken: Sequence[Outcome], most: int) -> list[Claimed]:
        """Write what receivers took, and claim; in one go, each in a transaction of its own."""
        return await answered_within(_PATIENCE_S, self._turn(taken, most))

    async def fail(self, failed: Sequence[Outcome]) -> list[Outcome]:
        """Write what failed, and what follows for the receivers; what is left, for its receiver is being changed."""
        return await answered_within(_PATIENCE_S, self._fail(failed)) if failed else []

    async def give_back(self, unsent: Sequence[Claimed]) -> None:
        """Let others try what was claimed and not tried."""
        if unsent:
            with as_sqlalchemy("give back"):
                await answered_within(_PATIENCE_S, give_back(await self._connected(), unsent))

    async def close(self) -> None:
        """Close the connection; whoever comes next opens another."""
        driver, self._driver = self._driver, None
        if driver is not None:
            await driver.close()

    async def _turn(self, taken: Sequence[Outcome], most: int) -> list[Claimed]:
        driver, now = await self._connected(), self._clock.now()
        with as_sqlalchemy("deliver and claim"):
            async with driver.pipeline():
                if taken:
                    await begin_deliver(driver, taken, now)
                cursor = await begin_claim(driver, now, LIMIT, most) if most else None
            return [] if cursor is None else await claimed(cursor)

    async def _fail(self, failed: Sequence[Outcome]) -> list[Outcome]:
        zone = self._settings.timezone
        async with self._sessions.begin() as session:
            change = Change(_ACTOR, self._clock.now(), self._clock.today(zone), zone, session=session)
            return await fail(change, failed, self._jitter)

    async def _connected(self) -> Driver:
        if self._driver is None:
            self._driver = await connect(self._settings)
        return self._driver
