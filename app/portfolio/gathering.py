"""A piece of a portfolio, read for a decision: clients, the version that governs each, what is known of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.facts import KnownFact, facts_of
from app.portfolio.members import Member
from app.rulebooks.published import Published
from app.rulebooks.refusals import NotInForce, RulebookNotFound
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
    """Clients in the order of their ids, those of each version that governs, and what is known of them.

    `ungoverned` are the clients whom no version governs.
    """

    members: Sequence[Member]
    governed: Mapping[Published, Sequence[Member]]
    ungoverned: Sequence[Member]
    known: Known

    @property
    def ids(self) -> list[str]:
        """Every client's."""
        return [each.client_id for each in self.members]


async def gathered(
    session: AsyncSession,
    registry: Registry,
    rulebook: str,
    members: Sequence[Member],
    reached: Reached,
    tried: Published | None = None,
) -> Piece:
    """Read what governs the clients, and the facts that it and the version `tried` declare."""
    governed: defaultdict[Published, list[Member]] = defaultdict(list)
    ungoverned: list[Member] = []
    for member in members:
        published = governing(registry, rulebook, member.path, reached.as_of)
        (ungoverned if published is None else governed[published]).append(member)
    names = facts_named([*governed, *([tried] if tried else [])])
    ids = [each.client_id for each in members]
    known = await facts_of(session, ids, reached.as_of, reached.known_at, names=names, zone=reached.zone)
    return Piece(members, dict(governed), ungoverned, known)


def governing(registry: Registry, rulebook: str, path: Sequence[str], day: date) -> Published | None:
    """The version that governs on a path; None where none does. Raises RulebookUnreadable."""
    try:
        return registry.governing(rulebook, path, day)
    except (NotInForce, RulebookNotFound):
        return None


def facts_named(versions: Iterable[Published]) -> list[str]:
    """The facts that any of the versions declares."""
    return list(dict.fromkeys(name for each in versions for name in each.sound.rulebook.facts))
