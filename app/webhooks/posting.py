"""An attempt: the receiver opened, the event signed as of now, sent once."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Protocol
from uuid import UUID

from app.clock import Clock
from app.db.engine import Sessions
from app.events.envelope import public_id
from app.events.tables import Endpoint
from app.settings import Settings
from app.webhooks.addresses import Allowed
from app.webhooks.answer import Answer
from app.webhooks.claiming import Claimed
from app.webhooks.guard import AddressGuard
from app.webhooks.resolving import SystemResolver
from app.webhooks.sealing import SealBrokenError, SealingKeys
from app.webhooks.sender import Sender
from app.webhooks.settling import Outcome
from app.webhooks.targets import Target, signed_headers, target_of

_OPENED_FOR: Final = timedelta(minutes=1)
"""How long a receiver stays opened: secrets of before a rotation end in between."""

_OPENING_AT_ONCE: Final = 4
"""Receivers that are being opened at the same time: others of this process need the pool of connections too."""

OUR_FAULT: Final = Answer(None, "internal", 0)


class Sends(Protocol):
    """What sends: `Sender`."""

    async def send(self, target: Target, body: bytes, headers: Mapping[str, str]) -> Answer:
        """POST a body; whatever goes wrong is in the answer."""
        ...

    async def aclose(self) -> None:
        """Close every connection."""
        ...


def sender_of(settings: Settings, clock: Clock) -> Sends:
    """What sends, as the settings allow it to."""
    return Sender(AddressGuard(Allowed.read(settings.webhook_allow), SystemResolver()), clock)


class _Opened(NamedTuple):
    revision: int
    until: datetime
    target: Target | None


class Posting:
    """Makes attempts; one for each process."""

    def __init__(self, sessions: Sessions, clock: Clock, keys: SealingKeys, sender: Sends) -> None:
        self._sessions = sessions
        self._clock = clock
        self._keys = keys
        self.sender = sender
        self._opened: dict[UUID, _Opened] = {}
        self._opening: dict[UUID, asyncio.Task[_Opened]] = {}
        self._few = asyncio.Semaphore(_OPENING_AT_ONCE)

    async def close(self) -> None:
        """Leave what is being opened."""
        opening = list(self._opening.values())
        for each in opening:
            each.cancel()
        await asyncio.gather(*opening, return_exceptions=True)

    async def post(self, claimed: Claimed) -> Outcome | None:
        """Try once; None, and nothing is sent, where the lease ended before: another may be at it."""
        target = await self._target(claimed)
        at = self._clock.now()
        if at >= claimed.lease_until:
            return None
        if target is None:
            return Outcome(claimed, at, OUR_FAULT)
        body = claimed.body.encode()
        headers = signed_headers(target, public_id(claimed.event_id), body, at)
        return Outcome(claimed, at, await self.sender.send(target, body, headers))

    async def _target(self, claimed: Claimed) -> Target | None:
        """The receiver, as it was when this was claimed or later."""
        now = self._clock.now()
        opened = self._opened.get(claimed.endpoint_id)
        while opened is None or opened.revision < claimed.revision or now >= opened.until:
            opened = self._opened[claimed.endpoint_id] = await self._opened_once(claimed.endpoint_id, now)
        return opened.target

    async def _opened_once(self, endpoint_id: UUID, now: datetime) -> _Opened:
        """Open it, however many attempts wait for it; raises the database's errors for all of them."""
        opening = self._opening.get(endpoint_id)
        if opening is None:
            opening = self._opening[endpoint_id] = asyncio.create_task(self._open(endpoint_id, now))
            opening.add_done_callback(lambda done: self._ended(endpoint_id, done))
        return await asyncio.shield(opening)

    def _ended(self, endpoint_id: UUID, opening: asyncio.Task[_Opened]) -> None:
        del self._opening[endpoint_id]
        if not opening.cancelled():
            opening.exception()  # somebody has seen it, also where nobody waits any more

    async def _open(self, endpoint_id: UUID, now: datetime) -> _Opened:
        async with self._few, self._sessions.begin() as session:
            endpoint = await session.get_one(Endpoint, endpoint_id)
        try:
            target = target_of(endpoint, self._keys, now)
        except SealBrokenError:
            target = None
        return _Opened(endpoint.revision, now + _OPENED_FOR, target)
