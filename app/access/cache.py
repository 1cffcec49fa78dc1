"""Verified keys in memory, so that a request needs no database and scoring goes on while it is away.

Every key that was used is confirmed again in one query each 15 seconds, whoever calls; so a revoked key
stops within 60 seconds in every process that reaches the database. A process that was suspended confirms
before it answers. While the database is away, a key that was confirmed goes on working for a grace
(docs/decisions/0002-keys-while-the-database-is-away.md); an expired key never does.
"""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final
from uuid import UUID

import structlog

from app.access import keys, verifying
from app.access.keys import KeyFormatError, ServerSecret
from app.access.principal import Principal
from app.access.refusals import InvalidKey, KeysUnverifiable
from app.access.tables import ApiKey
from app.clock import Clock
from app.db.engine import Sessions
from app.db.failures import is_database_away
from app.db.patience import answered_within

REFRESH_S: Final = 15.0
"""Seconds between two confirmations of every key in memory."""

STALE_S: Final = 30.0
"""Seconds without even an attempt to confirm, after which a request makes one itself."""

GRACE: Final = timedelta(hours=1)
"""How long a confirmed key works while the database is away, where nothing else is said; at least `STALE_S`."""

PATIENCE_S: Final = 3.0
"""How long the database may take to say what it knows of a key, where nothing else is said."""

_FLUSH_EVERY: Final = 4  # refreshes, so that `last_used_at` is written once a minute
_UNKNOWN_FOR_S: Final = 10.0
_MOST_UNKNOWN: Final = 10_000

_log = structlog.get_logger("tierbook.access")


@dataclass(slots=True)
class _Entry:
    """A key as it was last confirmed; `confirmed` in monotonic seconds."""

    principal: Principal
    digest: str
    expires_at: datetime | None
    confirmed: float


class KeyCache:
    """The keys this process has seen work. One per process; not thread-safe, it lives on the event loop."""

    def __init__(
        self,
        sessions: Sessions,
        secrets: Sequence[ServerSecret],
        clock: Clock,
        grace: timedelta = GRACE,
        *,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """Keep nothing yet. `secrets`: the current one first, then those that older digests were made under."""
        self._sessions = sessions
        self._secrets = secrets
        self._fingerprint_key = os.urandom(32)
        self._clock = clock
        self._patience_s = patience_s
        self._grace_s = max(grace.total_seconds(), STALE_S)
        self._entries: dict[bytes, _Entry] = {}  # by a hash of the key, salted for this process alone
        self._unknown: dict[bytes, float] = {}
        self._used: dict[UUID, datetime] = {}
        self._attempted = clock.monotonic()
        self._refreshing = asyncio.Lock()

    async def principal(self, token: str) -> Principal:
        """Return the caller that holds this key; a few microseconds for a key seen before.

        Raises InvalidKey for one that does not work, KeysUnverifiable where the database would have to say and
        has been away for too long; a database error where it is away and the key was never seen.
        """
        fingerprint = blake2b(token.encode(), key=self._fingerprint_key, digest_size=32).digest()
        if self._clock.monotonic() - self._attempted > STALE_S:
            await self._refresh_once()
        entry = self._entries.get(fingerprint) or await self._look_up(fingerprint, token)
        now = self._clock.now()
        if entry.expires_at is not None and entry.expires_at <= now:
            raise InvalidKey
        if self._clock.monotonic() - entry.confirmed > self._grace_s:
            raise KeysUnverifiable
        self._used[entry.principal.key_id] = now
        return entry.principal

    async def refresh(self) -> None:
        """Confirm every key in memory with the database; where that is away, leave all as it was."""
        held = [entry.digest for entry in self._entries.values()]
        try:
            stored = await answered_within(self._patience_s, self._stored(held))
            self._confirm({key.digest: key for key in stored})
        except Exception as error:
            if not is_database_away(error):
                raise
            _log.warning("keys_not_confirmed", keys=len(held))
        finally:
            self._attempted = self._clock.monotonic()

    async def flush_uses(self) -> None:
        """Write when keys were last used; where the database is away, keep it for the next time."""
        used, self._used = self._used, {}
        try:
            await answered_within(self._patience_s, self._record(used))
        except Exception as error:
            self._used = used | self._used
            if not is_database_away(error):
                raise

    async def _record(self, used: dict[UUID, datetime]) -> None:
        async with self._sessions.begin() as session:
            await verifying.record_use(session, used)

    async def run(self) -> None:
        """Confirm and flush for ever; the application runs it in the background and cancels it."""
        while True:
            for _ in range(_FLUSH_EVERY):
                await asyncio.sleep(REFRESH_S)
                await self.refresh()
            await self.flush_uses()

    async def _refresh_once(self) -> None:
        async with self._refreshing:
            if self._clock.monotonic() - self._attempted > STALE_S:
                await self.refresh()

    async def _look_up(self, fingerprint: bytes, token: str) -> _Entry:
        started = self._clock.monotonic()
        if self._unknown.get(fingerprint, started) > started:
            raise InvalidKey
        _check_format(token)
        found = await answered_within(self._patience_s, self._stored(keys.digests(token, self._secrets)))
        if not found:
            self._remember_unknown(fingerprint, started + _UNKNOWN_FOR_S)
            raise InvalidKey
        entry = _Entry(_principal(found[0]), found[0].digest, found[0].expires_at, started)
        self._entries[fingerprint] = entry
        return entry

    async def _stored(self, digests: Sequence[str]) -> Sequence[ApiKey]:
        async with self._sessions.begin() as session:
            return await verifying.verified(session, digests, self._clock.now())

    def _confirm(self, found: dict[str, ApiKey]) -> None:
        confirmed = self._clock.monotonic()
        for fingerprint, entry in list(self._entries.items()):
            key = found.get(entry.digest)
            if key is None:
                del self._entries[fingerprint]
            else:
                entry.principal, entry.expires_at, entry.confirmed = _principal(key), key.expires_at, confirmed

    def _remember_unknown(self, fingerprint: bytes, until: float) -> None:
        if len(self._unknown) >= _MOST_UNKNOWN:
            del self._unknown[next(iter(self._unknown))]
        self._unknown[fingerprint] = until


def _check_format(token: str) -> None:
    try:
        keys.check(token)
    except KeyFormatError as error:
        raise InvalidKey(f"This cannot be a key: {error}.") from None


def _principal(key: ApiKey) -> Principal:
    return Principal(key.id, key.name, verifying.known_scopes(key), key.unit, key.person)
