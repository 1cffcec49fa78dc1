"""What runs beside the requests: seals every second, and exports a checkpoint now and then."""

import asyncio
from datetime import datetime
from typing import Final

import structlog

from app.audit.checkpoint import signer
from app.audit.checkpoint_folder import CheckpointFolder
from app.audit.note import NoteError
from app.audit.sealing import Backlog, backlog, seal
from app.audit.witness import ContradictionError, export
from app.clock import Clock
from app.db.engine import Sessions
from app.db.failures import is_database_away
from app.db.patience import answered_within
from app.settings import Settings

EVERY_S: Final = 1.0
"""Seconds between two rounds of sealing."""

CHECKPOINT_EVERY_S: Final = 600.0
"""Seconds between two exported checkpoints of a chain that grows."""

BATCH: Final = 500
"""Entries sealed in one transaction: so few that requests are not held up by the hashing."""

_LIMIT_S: Final = 5.0
_log = structlog.get_logger("tierbook.audit")


async def seal_all(sessions: Sessions, clock: Clock) -> None:
    """Seal until nothing waits, in transactions of `BATCH`; raises the database's errors."""

    async def batch() -> int:
        async with sessions.begin() as session:
            return await seal(session, clock.now(), BATCH)

    while await answered_within(_LIMIT_S, batch()) == BATCH:
        pass


class Sealer:
    """Seals what waits, in one process at a time; exports checkpoints from each. Lives on the event loop."""

    def __init__(self, sessions: Sessions, clock: Clock, settings: Settings) -> None:
        """Do nothing yet; the signing key is read when the first checkpoint is due."""
        self._sessions = sessions
        self._clock = clock
        self._settings = settings
        self._exported: float | None = None
        self.backlog: Backlog | None = None
        """What was sealed and what waited at the end of the last round; None where the database was away."""
        self.moved_at: datetime | None = None
        """When the chain was last seen to grow, or nothing to wait."""
        self._reached = 0

    async def run(self) -> None:
        """Seal for ever; the application runs it in the background and cancels it."""
        while True:
            await asyncio.sleep(EVERY_S)
            await self.seal_if_reachable()

    async def seal_if_reachable(self) -> None:
        """Seal all that waits, and export a checkpoint where one is due; nothing, where the database is away."""
        try:
            await seal_all(self._sessions, self._clock)
            self._saw(await answered_within(_LIMIT_S, self._backlog()))
            if self._exported is None or self._clock.monotonic() - self._exported >= CHECKPOINT_EVERY_S:
                await self._export()
        except Exception as error:
            self.backlog = None
            if not is_database_away(error):
                raise

    async def finish(self) -> None:
        """Seal what waits and export a last checkpoint, as far as that takes seconds; for the shutdown."""
        self._exported = None
        try:
            await answered_within(_LIMIT_S, self.seal_if_reachable())
        except TimeoutError:
            _log.warning("audit_left_unsealed")

    def _saw(self, found: Backlog) -> None:
        if not found.pending or self._reached < found.sealed_through:
            self.moved_at, self._reached = self._clock.now(), found.sealed_through
        self.backlog = found

    async def _backlog(self) -> Backlog:
        async with self._sessions.begin() as session:
            return await backlog(session)

    async def _export(self) -> None:
        """Whatever fails but the database is not tried again before its time: the log says it once in a period."""
        try:
            await answered_within(_LIMIT_S, self._exported_now())
        except ContradictionError as error:
            _log.critical("audit_chain_contradicts_checkpoint", size=error.size)
        except (NoteError, OSError) as error:
            if is_database_away(error):
                raise
            _log.error("audit_checkpoint_failed", error=type(error).__name__)
        self._exported = self._clock.monotonic()

    async def _exported_now(self) -> str:
        folder = CheckpointFolder(self._settings.checkpoint_folder)
        async with self._sessions.begin() as session:
            return await export(session, folder, signer(self._settings.audit_seed))
