"""Published rulebooks in memory, compiled, with their reigns, so that scoring needs no database.

Every process asks once a second for reigns (one small query), so what is published, widened or ended reaches every
replica within two. While the database is away, what was loaded goes on being used.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

import structlog

from app.db.engine import Sessions
from app.db.failures import DatabaseMayBeAway
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
from app.rulebooks.reign import Reign, Reigns
from app.rulebooks.reigning import as_reign, reigns_of
from app.rulebooks.tables import RulebookReign, RulebookVersion

POLL_S: Final = 1.0
PATIENCE_S: Final = 3.0
_WHOLE_BANK: Final = ()
_log = structlog.get_logger("tierbook.rulebooks")


class Registry:
    """What this process knows of published rulebooks. One per process; lives on the event loop."""

    def __init__(self, sessions: Sessions, *, patience_s: float = PATIENCE_S) -> None:
        """Know nothing yet; the database is given `patience_s` seconds to answer."""
        self._sessions = sessions
        self._patience_s = patience_s
        self._by_number: dict[tuple[str, int], Published | Unreadable] = {}
        self._by_digest: dict[str, Published | Unreadable] = {}
        self._reigns: dict[str, Reigns] = {}
        self._refreshing = asyncio.Lock()
        self.loaded = False

    def governing(self, name: str, path: Sequence[str], day: date) -> Published:
        """The version that governs a client on `day`: a pilot of the nearest unit of its path, else the whole bank's.

        `path` is the unit that leads the client, then the units above. Raises RulebookNotFound, NotInForce or
        RulebookUnreadable.
        """
        return _readable(self._by_number[name, self._reign(name, path, day).number])

    def governs(self, name: str, path: Sequence[str], day: date) -> Published | None:
        """The same, and None where none does; raises RulebookUnreadable."""
        try:
            return self.governing(name, path, day)
        except (NotInForce, RulebookNotFound):
            return None

    def governing_some(self, name: str, path: Sequence[str], day: date) -> Published:
        """The version that governs on a path, else the first that governs anybody: for a rulebook that only pilots.

        Raises as `governing` does.
        """
        try:
            return self.governing(name, path, day)
        except NotInForce:
            some = next((each for each in self.governing_anywhere(day) if each.name == name), None)
            if some is None:
                raise
            return some

    def in_force(self, name: str, day: date) -> Published:
        """The version that governs the whole bank on `day`; raises as `governing` does."""
        return self.governing(name, _WHOLE_BANK, day)

    def in_force_since(self, name: str, day: date) -> date:
        """The first day of the reign of the whole bank that holds on `day`; raises RulebookNotFound or NotInForce."""
        return self._reign(name, _WHOLE_BANK, day).from_day

    def governs_since(self, name: str, path: Sequence[str], day: date) -> date | None:
        """Since when the version that governs on a path on `day` has done so; None where none does."""
        return self._named(name).governs_since(path, day)

    def pinned(self, name: str, number: int) -> Published:
        """One published version; raises RulebookNotFound, VersionNotFound or RulebookUnreadable."""
        self._named(name)
        found = self._by_number.get((name, number))
        if found is None:
            raise VersionNotFound(f"{name} has no published version {number}.")
        return _readable(found)

    def by_digest(self, digest: str) -> Published:
        """The published version of this content, the first where several have it.

        Raises VersionNotFound or RulebookUnreadable.
        """
        if not self.loaded:
            raise RulebooksNotLoaded
        if digest not in self._by_digest:
            raise VersionNotFound(f"No published version has the digest {digest}.")
        return _readable(self._by_digest[digest])

    def known_by_digest(self, digest: str) -> Published | None:
        """The same; None where this process does not know it or cannot read it, for what can be shown without."""
        try:
            return self.by_digest(digest)
        except (VersionNotFound, RulebookUnreadable):
            return None

    def all_governing(self, path: Sequence[str], day: date) -> list[Published]:
        """Of every rulebook the version that governs a client on `day` and that this build can read, by name."""
        return [each for each in self._all_governing(path, day) if isinstance(each, Published)]

    def governing_anywhere(self, day: date) -> list[Published]:
        """Every version that governs somebody on `day` and that this build can read, by rulebook."""
        if not self.loaded:
            raise RulebooksNotLoaded
        numbers = {(name, reign.number) for name in self._reigns for reign in self._reigns[name].anywhere(day)}
        found = (self._by_number[each] for each in sorted(numbers))
        return [each for each in found if isinstance(each, Published)]

    def all_in_force(self, day: date) -> list[Published]:
        """Every rulebook's version that governs the whole bank on `day` and that this build can read, by name."""
        return self.all_governing(_WHOLE_BANK, day)

    def unreadable_governing(self, path: Sequence[str], day: date) -> list[str]:
        """The rulebooks under which another build's version governs a client on `day`."""
        return [each.name for each in self._all_governing(path, day) if isinstance(each, Unreadable)]

    def unreadable_in_force(self, day: date) -> list[str]:
        """The rulebooks of which another build's version governs the whole bank on `day`."""
        return self.unreadable_governing(_WHOLE_BANK, day)

    async def refresh(self) -> None:
        """Load reigns, and versions that are not known yet, one caller at a time; raises the database's errors."""
        async with self._refreshing:
            reigns, rows = await answered_within(self._patience_s, self._stored())
            for row in rows:
                await self._add(row)
            self._reigns = _by_name(reigns)
            self.loaded = True

    async def refresh_if_reachable(self) -> None:
        """Refresh, or leave all as it is where the database is away."""
        with DatabaseMayBeAway():
            await self.refresh()

    async def run(self) -> None:
        """Refresh for ever; the application runs it in the background and cancels it."""
        while True:
            await asyncio.sleep(POLL_S)
            await self.refresh_if_reachable()

    async def _stored(self) -> tuple[Sequence[RulebookReign], list[RulebookVersion]]:
        """Every reign, and the versions that reign and are not known."""
        async with self._sessions.begin() as session:
            reigns = await reigns_of(session)
            fresh = {(each.name, each.number) for each in reigns} - set(self._by_number)
            return reigns, [await service.version(session, name, number) for name, number in sorted(fresh)]

    async def _add(self, row: RulebookVersion) -> None:
        found = await asyncio.to_thread(read_published, row)
        if isinstance(found, Unreadable):
            _log.error("rulebook_unreadable", rulebook=row.name, version=row.number, error=found.error)
        self._by_number[row.name, row.number] = found
        known = self._by_digest.get(row.digest, found)
        self._by_digest[row.digest] = min(found, known, key=lambda each: each.number)

    def _reign(self, name: str, path: Sequence[str], day: date) -> Reign:
        reigns = self._named(name)
        found = reigns.governing(path, day)
        if found is None:
            following = reigns.next_start(day)
            then = f"; the next takes effect on {following}" if following else ""
            raise NotInForce(f"No version of {name} governs on {day}{then}.")
        return found

    def _all_governing(self, path: Sequence[str], day: date) -> Iterator[Published | Unreadable]:
        if not self.loaded:
            raise RulebooksNotLoaded
        for name in sorted(self._reigns):
            reign = self._reigns[name].governing(path, day)
            if reign is not None:
                yield self._by_number[name, reign.number]

    def _named(self, name: str) -> Reigns:
        if not self.loaded:
            raise RulebooksNotLoaded
        if name not in self._reigns:
            raise RulebookNotFound(f"No published rulebook is named {name!r}.")
        return self._reigns[name]


def _by_name(rows: Sequence[RulebookReign]) -> dict[str, Reigns]:
    found: defaultdict[str, list[Reign]] = defaultdict(list)
    for row in rows:
        found[row.name].append(as_reign(row))
    return {name: Reigns(reigns) for name, reigns in sorted(found.items())}


def _readable(version: Published | Unreadable) -> Published:
    if isinstance(version, Unreadable):
        raise RulebookUnreadable(f"Version {version.number} of {version.name} cannot be read by this build.")
    return version
