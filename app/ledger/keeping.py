"""The books are looked through every hour, by one process at a time; what does not add up is an alarm."""

from collections.abc import Sequence
from typing import Final

import structlog
from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import Sessions
from app.db.failures import DatabaseMayBeAway
from app.events.adding_up import Balance, Balancing

_LOCK: Final = 0x71E2D0E5
_ALONE: Final = text("SELECT pg_try_advisory_xact_lock(:lock)")
_PATIENTLY: Final = text("SET LOCAL statement_timeout = '300s'")
_log = structlog.get_logger("tierbook.ledger")


async def balances(session: AsyncSession, sides: Sequence[Balancing]) -> list[Balance]:
    """Add up every side; patient, for the books grow."""
    await session.execute(_PATIENTLY)
    return [await add_up(session) for add_up in sides]


class LedgerKeeper:
    """Adds up and tells Prometheus. Lives on the event loop."""

    def __init__(self, sessions: Sessions, registry: CollectorRegistry, sides: Sequence[Balancing]) -> None:
        self._sessions = sessions
        self._sides = sides
        self._off = Gauge(
            "tierbook_ledger_off", "By how much the ledger does not add up: must be 0.", ("side",), registry=registry
        )
        self._whole = Gauge("tierbook_ledger_whole", "What the ledger accounts for.", ("side",), registry=registry)
        self._parts = Gauge(
            "tierbook_ledger_part", "What became of it, and what waits.", ("side", "part"), registry=registry
        )

    async def look_through(self) -> None:
        """Add up, unless another process does; nothing, where the database is away."""
        with DatabaseMayBeAway():
            async with self._sessions.begin() as session:
                if await session.scalar(_ALONE, {"lock": _LOCK}):
                    for each in await balances(session, self._sides):
                        self._tell(each)

    def _tell(self, balance: Balance) -> None:
        self._off.labels(balance.name).set(balance.off)
        self._whole.labels(balance.name).set(balance.whole)
        for part, number in balance.parts.items():
            self._parts.labels(balance.name, part).set(number)
        if balance.off:
            _log.critical("ledger_does_not_add_up", side=balance.name, off=balance.off, strays=balance.strays)
