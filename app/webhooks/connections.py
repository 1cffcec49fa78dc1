"""Connections that are kept open to each receiver, so that the next event costs no handshake.

Each receiver has its own: nothing of one can reach another. They are closed when nothing was sent for a while, when
the address has changed, and after some minutes of use, so that a name that has moved is followed.
"""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import httpcore2

from app.clock import Clock
from app.webhooks.destination import Destination
from app.webhooks.dialling import Dialling
from app.webhooks.guard import AddressGuard

KEEP_ALIVE_S: Final = 4.0
"""Less than what servers keep an idle connection for, so that none closes just as we send."""

_LONGEST_S: Final = 300.0
_LOOK_EVERY_S: Final = 1.0


@dataclass(slots=True)
class _Line:
    destination: Destination
    pool: httpcore2.AsyncConnectionPool
    opened_at: float
    used_at: float
    users: int = 0


class Connections:
    """The open connections by receiver, of one process."""

    def __init__(
        self, guard: AddressGuard, clock: Clock, trust: ssl.SSLContext, dial: httpcore2.AsyncNetworkBackend
    ) -> None:
        self._guard = guard
        self._clock = clock
        self._trust = trust
        self._dial = dial
        self._lines: dict[UUID, _Line] = {}
        self._replaced: list[_Line] = []
        self._look_at = 0.0

    @asynccontextmanager
    async def to(self, endpoint_id: UUID, destination: Destination) -> AsyncIterator[httpcore2.AsyncConnectionPool]:
        """The connections to a receiver, kept while the block runs."""
        line, unused = self._line(endpoint_id, destination), self._unused()
        line.users += 1
        try:
            await _close(unused)
            yield line.pool
        finally:
            line.users -= 1
            line.used_at = self._clock.monotonic()
            if self._lines.get(endpoint_id) is not line and not line.users:
                await line.pool.aclose()

    async def aclose(self) -> None:
        """Close all."""
        lines = [*self._lines.values(), *self._replaced]
        self._lines.clear()
        self._replaced.clear()
        await _close(lines)

    def _line(self, endpoint_id: UUID, destination: Destination) -> _Line:
        now = self._clock.monotonic()
        line = self._lines.get(endpoint_id)
        if line is not None and line.destination == destination and now - line.opened_at < _LONGEST_S:
            return line
        if line is not None and not line.users:
            self._replaced.append(line)
        self._lines[endpoint_id] = made = _Line(destination, self._pool(destination), now, now)
        return made

    def _pool(self, destination: Destination) -> httpcore2.AsyncConnectionPool:
        return httpcore2.AsyncConnectionPool(
            ssl_context=self._trust,
            max_connections=None,  # how many at once is the dispatcher's to say
            keepalive_expiry=KEEP_ALIVE_S,
            network_backend=Dialling(self._guard, destination, self._dial),
        )

    def _unused(self) -> list[_Line]:
        """Take out what has been replaced, and now and then what nobody has used for a while."""
        now = self._clock.monotonic()
        taken, self._replaced = self._replaced, []
        if now >= self._look_at:
            self._look_at = now + _LOOK_EVERY_S
            idle = [key for key, each in self._lines.items() if not each.users and now - each.used_at > KEEP_ALIVE_S]
            taken += [self._lines.pop(key) for key in idle]
        return taken


async def _close(lines: list[_Line]) -> None:
    for line in lines:
        await line.pool.aclose()
