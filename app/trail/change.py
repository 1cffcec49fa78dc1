"""A piece of work on the database: whose it is, when it is, and the one way to leave its trace."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.db.fetching import InSession, Statements
from app.trail.actor import Actor
from app.trail.entry import Entry
from app.trail.recording import record


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, and when: `now` is the moment (UTC), `today` the bank's business date, in `zone`."""

    actor: Actor
    now: datetime
    today: date
    zone: ZoneInfo
    denials: list[Entry] = field(default_factory=list)

    def deny(self, entry: Entry) -> None:
        """Have a denial written once this work is undone; the caller then raises the refusal."""
        self.denials.append(entry)


@dataclass(frozen=True, slots=True)
class Brief(Asking):
    """Work of a statement or two, each a transaction of its own: one of them at most writes, the trail with it."""

    statements: Statements = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Reading(Asking):
    """A transaction that reads for someone."""

    session: AsyncSession = field(kw_only=True)

    @property
    def statements(self) -> Statements:
        """Where a statement runs in this transaction."""
        return InSession(self.session)


@dataclass(frozen=True, slots=True)
class Change(Reading):
    """A transaction that changes something. Whoever made it commits; what was not noted must not be done.

    `afterwards` is done once it is committed, before the answer leaves. `wakes` names what looks for work and may look
    at once then (`app.trail.waking`), and from which moment on there is some.
    """

    afterwards: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    wakes: dict[str, datetime] = field(default_factory=dict)

    async def note(self, *entries: Entry) -> None:
        """Write entries of the trail into this very transaction: without them there is no change."""
        await record(self.session, self.actor, self.now, entries)

    def wake(self, what: str, at: datetime) -> None:
        """Have `what` woken once this is committed: there is work for it from `at` on, the earliest of those given."""
        self.wakes[what] = min(at, self.wakes.get(what, at))
