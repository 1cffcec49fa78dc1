"""Published rulebooks in memory, compiled, so that scoring needs no database.

Every process asks once a second for publications it has not seen (one small query), so a publication
reaches every replica within two. While the database is away, what was loaded goes on being used.
"""

import asyncio
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import structlog

from app.db.engine import Sessions
from app.db.failures import is_database_away
from app.kernel.score import Scorer
from app.rulebooks import service
from app.rulebooks.check import SoundRulebook, load_sound
from app.rulebooks.refusals import NotInForce, RulebookNotFound, RulebooksNotLoaded, VersionNotFound
from app.rulebooks.tables import RulebookVersion

POLL_S: Final = 1.0
_LIMIT_S: Final = 3.0
_log = structlog.get_logger("tierbook.rulebooks")


@dataclass(frozen=True, slots=True, eq=False)
class Published:
    """A published version, ready to decide."""

    name: str
    number: int
    effective_from: date
    sound: SoundRulebook
    scorer: Scorer

    @classmethod
    def of(cls, row: RulebookVersion) -> "Published":
        """Compile a stored version; raises ValueError where this build can no longer read it."""
        sound = load_sound(row.document)
        assert row.effective_from is not None  # noqa: S101  the table's own constraint
        return cls(row.name, row.number, row.effective_from, sound, Scorer(sound.rulebook))


class Registry:
    """What this process knows of published rulebooks. One per process; lives on the event loop."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._by_number: dict[tuple[str, int], Published] = {}
        self._by_day: dict[str, list[Published]] = {}
        self._unreadable: set[tuple[str, int]] = set()
        self.loaded = False

    def in_force(self, name: str, day: date) -> Published:
        """The version that governs on `day`; raises RulebookNotFound or NotInForce."""
        versions = self._named(name)
        at = bisect_right([each.effective_from for each in versions], day)
        if at == 0:
            raise NotInForce(f"The first version of {name} takes effect on {versions[0].effective_from}.")
        return versions[at - 1]

    def pinned(self, name: str, number: int) -> Published:
        """One published version; raises RulebookNotFound or VersionNotFound."""
        self._named(name)
        found = self._by_number.get((name, number))
        if found is None:
            raise VersionNotFound(f"{name} has no published version {number}.")
        return found

    def all_in_force(self, day: date) -> Iterator[Published]:
        """Every rulebook's version that governs on `day`, by name."""
        if not self.loaded:
            raise RulebooksNotLoaded
        for name in sorted(self._by_day):
            if self._by_day[name][0].effective_from <= day:
                yield self.in_force(name, day)

    async def refresh(self) -> None:
        """Load publications that are not known yet; raises the database's errors."""
        known = [*self._by_number, *self._unreadable]
        async with asyncio.timeout(_LIMIT_S), self._sessions() as session:
            rows = await service.published_since(session, known)
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

    async def _add(self, row: RulebookVersion) -> None:
        try:
            published = await asyncio.to_thread(Published.of, row)
        except ValueError:
            # A version that another build published and this one cannot read must not stop the others.
            self._unreadable.add((row.name, row.number))
            _log.error("rulebook_unreadable", rulebook=row.name, version=row.number)
            return
        self._by_number[row.name, row.number] = published
        versions = [*self._by_day.get(row.name, []), published]
        self._by_day[row.name] = sorted(versions, key=lambda each: each.effective_from)

    def _named(self, name: str) -> list[Published]:
        if not self.loaded:
            raise RulebooksNotLoaded
        if name not in self._by_day:
            raise RulebookNotFound(f"No published rulebook is named {name!r}.")
        return self._by_day[name]
