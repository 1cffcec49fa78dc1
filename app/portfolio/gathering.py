"""A piece of a portfolio, read for a decision: clients, the version that governs each, what is known of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.facts import KnownFact, facts_of
from app.portfolio.members import Member
from app.rulebooks.published import Published
from app.rulebooks.registry import Registry

Known = Mapping[str, Mapping[str, KnownFact]]
"""What is known of each client, by fact."""


@dataclass(frozen=True, slots=True)
class Reached:
    """As of which day facts count, and up to which moment they were recorded; `zone` is the bank's."""

    as_of: date
    known_at: datetime
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Piece:
    """Clients in the order of their ids, those of each version that governs, and those whom none governs."""

    members: Sequence[Member]
    governed: Mapping[Published, Sequence[Member]]
    ungoverned: Sequence[Member]

    @property
    def ids(self) -> list[str]:
        """Every client's."""
        return [each.client_id for each in self.members]

    def names(self, tried: Published | None = None) -> list[str]:
        """The facts that a version which governs one of them declares, or the one that is tried."""
        versions = [*self.governed, *([tried] if tried else [])]
        return list(dict.fromkeys(name for each in versions for name in each.sound.rulebook.facts))


def parted(registry: Registry, rulebook: str, members: Sequence[Member], day: date) -> Piece:
    """Part clients by the version that governs each on a day."""
    governed: defaultdict[Published, list[Member]] = defaultdict(list)
    ungoverned: list[Member] = []
    for member in members:
        published = registry.governs(rulebook, member.path, day)
        (ungoverned if published is None else governed[published]).append(member)
    return Piece(members, dict(governed), ungoverned)


async def known_of(session: AsyncSession, piece: Piece, reached: Reached) -> Known:
    """Read what is known of the clients, by whom and since when."""
    return await facts_of(session, piece.ids, reached.as_of, reached.known_at, names=piece.names(), zone=reached.zone)
