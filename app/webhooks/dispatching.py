"""The dispatcher: claims what waits, sends it outside any transaction, writes down what came of it.

Any number of processes may run one. Each turn at the database writes whatever was sent meanwhile and claims for the
room that it left; the next begins when something was sent, when there is word of new events, and every second.
"""

import asyncio
from contextlib import suppress
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError

from app.background import end
from app.clock import Clock
from app.db.engine import Sessions
from app.db.failures import (
    DatabaseMayBeAway,
    has_collided,
    has_taken_too_long,
    has_waited_for_others,
    is_database_away,
)
from app.db.hinting import listen
from app.settings import Settings
from app.trail.waking import TOLD
from app.webhooks.claiming import Claimed
from app.webhooks.desk import Desk
from app.webhooks.metrics import DeliveryMetrics
from app.webhooks.posting import OUR_FAULT, Posting, Sends, sender_of
from app.webhooks.sealing import SealingKeys
from app.webhooks.settling import Outcome

POLL_S: Final = 1.0
"""Seconds between two looks for what waits, where nobody says anything."""

MOST_AT_ONCE: Final = 512
"""Attempts under way in one process."""

GRACE_S: Final = 5.0
"""Seconds that a stop waits for attempts under way; then they are left, and others may try."""

_GATHER_S: Final = 0.001
_AGAIN_S: Final = 0.5
_log = structlog.get_logger("tierbook.webhooks")


class Dispatcher:
    """Lives on the event loop."""

    def __init__(
        self,
        sessions: Sessions,
        clock: Clock,
        settings: Settings,
        *,
        sender: Sends | None = None,
        metrics: DeliveryMetrics | None = None,
    ) -> None:
        """Do nothing yet; `sender` is what sends, else one is made when the first round begins."""
        self._metrics = metrics
        self._sessions = sessions
        self._clock = clock
        self._settings = settings
        self._sender = sender
        self._posting: Posting | None = None
        self._desk = Desk(sessions, clock, settings)
        self._flying: dict[asyncio.Task[Outcome | None], Claimed] = {}
        self._landed: list[Outcome] = []
        self._unsent: list[Claimed] = []
        self._woken = asyncio.Event()
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()
        self._ended.set()

    def wake(self) -> None:
        """Have a look at once; returns at once."""
        self._woken.set()

    async def run(self) -> None:
        """Dispatch for ever, until `stop`; the application runs it in the background."""
        if self._stopping.is_set():
            return
        self._ended.clear()
        listening = asyncio.create_task(listen(self._settings, TOLD, self.wake))
        try:
            while not self._stopping.is_set():
                await self._turn()
                await self._pause()
            await self._finish()
        finally:
            await end([listening])
            await self.close()
            self._ended.set()

    async def do_waiting(self) -> None:
        """Dispatch until nothing is left that may be tried now; for whoever does not `run`, and calls `close` then."""
        while True:
            await self._turn()
            if self._flying and not self._landed:
                await asyncio.wait(self._flying, return_when=asyncio.FIRST_COMPLETED)
            elif not self._flying and not self._landed and not self._unsent:
                return
            await self._gather()

    async def stop(self) -> None:
        """Claim no more; write down what is answered within `GRACE_S`, and give back the rest."""
        self._stopping.set()
        self._woken.set()
        await self._ended.wait()

    async def close(self) -> None:
        """Leave what is under way, and close every connection."""
        await self._ground()
        self._unsent.clear()
        await self._desk.close()
        posting, self._posting = self._posting, None
        if posting is None:
            return
        await posting.close()
        if self._sender is None:
            await posting.sender.aclose()

    async def _turn(self) -> None:
        """Write and claim; where the database is away, what landed is kept for the next turn."""
        posting = self._ready()
        try:
            for claimed in await self._written_and_claimed(MOST_AT_ONCE - len(self._flying)):
                task = asyncio.create_task(posting.post(claimed))
                self._flying[task] = claimed
                task.add_done_callback(self._land)
        except Exception as error:
            await self._desk.close()
            if not (is_database_away(error) or has_collided(error)):
                raise
            await asyncio.sleep(_AGAIN_S)
            self._woken.set()

    async def _written_and_claimed(self, most: int) -> list[Claimed]:
        """Write what landed, and claim; what a database that is away did not take is kept."""
        unsent, self._unsent = self._unsent, []
        landed, self._landed = self._landed, []
        failed = [each for each in landed if not each.answer.is_delivered]
        taken = [each for each in landed if each.answer.is_delivered]
        try:
            await self._desk.give_back(unsent)
            unsent = []
            failed = await self._unwritten(failed)
            claimed = await self._desk.turn(taken, most)
        except Exception as error:
            if is_database_away(error) or has_collided(error):
                self._unsent += unsent
                self._landed += failed + taken
            raise
        self._landed += failed
        return claimed

    async def _unwritten(self, failed: list[Outcome]) -> list[Outcome]:
        """Write what failed; what is left for the next turn: others are changing its receiver, or the deliveries."""
        try:
            return await self._desk.fail(failed)
        except DBAPIError as error:
            if has_waited_for_others(error) or has_taken_too_long(error) or has_collided(error):
                _log.warning("failures_not_written", number=len(failed), error=type(error).__name__)
                return failed
            raise

    async def _pause(self) -> None:
        """Until something was sent or told, or a second has passed; what lands shortly after is written with it.

        Where something could not be tried, half a second besides: else it would be claimed again and again.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL_S):
                await self._woken.wait()
        if self._unsent:
            await asyncio.sleep(_AGAIN_S)
        else:
            await self._gather()
        self._woken.clear()

    async def _gather(self) -> None:
        if self._landed and self._flying:
            await asyncio.sleep(_GATHER_S)

    def _land(self, task: asyncio.Task[Outcome | None]) -> None:
        claimed = self._flying.pop(task)
        if task.cancelled():
            self._unsent.append(claimed)
        elif (error := task.exception()) is not None:
            self._stumbled(claimed, error)
        elif (outcome := task.result()) is not None:
            self._came(outcome)
        self._woken.set()

    def _stumbled(self, claimed: Claimed, error: BaseException) -> None:
        """Without the database it is given back, as soon as that is there; what else fails of ours is an attempt."""
        _log.error("attempt_stumbled", delivery_id=str(claimed.id), error=type(error).__name__)
        if is_database_away(error):
            self._unsent.append(claimed)
        else:
            self._came(Outcome(claimed, self._clock.now(), OUR_FAULT))

    def _came(self, outcome: Outcome) -> None:
        self._landed.append(outcome)
        if self._metrics is not None:
            self._metrics.attempted(outcome)

    async def _finish(self) -> None:
        """Write what lands in time, and give back the rest."""
        if self._flying:
            await asyncio.wait(self._flying, timeout=GRACE_S)
        await self._ground()
        with DatabaseMayBeAway():
            await self._written_and_claimed(0)

    async def _ground(self) -> None:
        flying = list(self._flying)
        for task in flying:
            task.cancel()
        await asyncio.gather(*flying, return_exceptions=True)

    def _ready(self) -> Posting:
        """What makes attempts: made when it is needed, for reading whose certificates count takes a while."""
        if self._posting is None:
            sender = self._sender or sender_of(self._settings, self._clock)
            keys = SealingKeys(*self._settings.webhook_seeds)
            self._posting = Posting(self._sessions, self._clock, keys, sender)
        return self._posting
