"""Published rulebooks in memory, compiled, so that scoring needs no database.

Every process asks once a second for publications it has not seen (one small query), so a publication
reaches every replica within two. While the database is away, what was loaded goes on being used.
"""

import asyncio
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

import structlog

from app.db.engine import Sessions
from app.db.failures import is_database_away
from app.db.patience import answered_within
from app.rulebooks import service
from app.rulebooks.published import Published, Unreadable, read_published
from app.rulebooks.refusals import (
    NotInForce,
    RulebookNotFound,
    RulebooksNotLoaded,
    RulebookUnreadable,
    VersionNotFound,
)
from app.rulebooks.tables import RulebookVersion

POLL_S: Final = 1.0
_LIMIT_S: Final = 3.0
_log = structlog.get_logger("tierbook.rulebooks")


class Registry:
    """What this process knows of published rulebooks. One per process; lives on the event loop."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._by_number: dict[tuple[str, int], Published | Unreadable] = {}
        self._by_day: dict[str, list[Published | Unreadable]] = {}
        self._refreshing = asyncio.Lock()
        self.loaded = False

    def in_force(self, name: str, day: date) -> Published:
        """The version that governs on `day`; raises RulebookNotFound, NotInForce or RulebookUnreadable."""
        versions = self._named(name)
        governing = _governing(versions, day)
        if governing is None:
            raise NotInForce(f"The first version of {name} takes effect on {versions[0].effective_from}.")
        return _readable(governing)

    def pinned(self, name: str, number: int) -> Published:
        """One published version; raises RulebookNotFound, VersionNotFound or RulebookUnreadable."""
        self._named(name)
        found = self._by_number.get((name, number))
        if found is None:
            raise VersionNotFound(f"{name} has no published version {number}.")
        return _readable(found)

    def all_in_force(self, day: date) -> list[Published]:
        """Every rulebook's version that governs on `day` and that this build can read, by name."""
        return [each for each in self._all_governing(day) if isinstance(each, Published)]

    def unreadable_in_force(self, day: date) -> list[str]:
        """The rulebooks that another build's version governs on `day`."""
        return [each.name for each in self._all_governing(day) if isinstance(each, Unreadable)]

    async def refresh(self) -> None:
        """Load publications that are not known yet, one caller at a time; raises the database's errors."""
        async with self._refreshing:
            rows = await answered_within(_LIMIT_S, self._fresh())
            for row in rows:
                await self._add(row)
            self.loaded = True

    async def refresh_if_reachable(self) -> None:
        """Refresh, or leave all as it is where the database is away."""
        try:
            await self.refresh()
        except Exception as error:
            if not is_database_away(error):
                raise

    async def run(self) -> None:
        """Refresh for ever; the application runs it in the background and cancels it."""
        while True:
            await asyncio.sleep(POLL_S)
            await self.refresh_if_reachable()

    async def _fresh(self) -> Sequence[RulebookVersion]:
        async with self._sessions() as session:
            return await service.published_since(session, [*self._by_number])

    async def _add(self, row: RulebookVersion) -> None:
        found = await asyncio.to_thread(read_published, row)
        if isinstance(found, Unreadable):
            _log.error("rulebook_unreadable", rulebook=row.name, version=row.number, error=found.error)
        self._by_number[row.name, row.number] = found
        versions = [*self._by_day.get(row.name, []), found]
        self._by_day[row.name] = sorted(versions, key=lambda each: each.effective_from)

    def _all_governing(self, day: date) -> Iterator[Published | Unreadable]:
        if not self.loaded:
            raise RulebooksNotLoaded
        for name in sorted(self._by_day):
            governing = _governing(self._by_day[name], day)
            if governing is not None:
                yield governing

    def _named(self, name: str) -> list[Published | Unreadable]:
        if not self.loaded:
            raise RulebooksNotLoaded
        if name not in self._by_day:
            raise RulebookNotFound(f"No published rulebook is named {name!r}.")
        return self._by_day[name]


def _governing(versions: list[Published | Unreadable], day: date) -> Published | Unreadable | None:
    at = bisect_right([each.effective_from for each in versions], day)
    return versions[at - 1] if at else None


def _readable(version: Published | Unreadable) -> Published:
    if isinstance(version, Unreadable):
        raise RulebookUnreadable(f"Version {version.number} of {version.name} cannot be read by this build.")
    return version
