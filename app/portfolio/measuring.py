"""How a measure is spread over a portfolio (domain.md C1, G5): every client's value, and what is selected by it."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.facts import values_of
from app.clients.reading import visible_clients
from app.kernel.concentration import Client, Concentration, Model, NothingCarried, concentration
from app.kernel.fact import Fact
from app.kernel.quantity import RATIO, QuantityError, parse
from app.organisation.queries import unit_path
from app.portfolio.refusals import MeasureUnknown
from app.rulebooks.published import Published
from app.rulebooks.registry import Registry
from app.standing.queries import placed
from app.trail.change import Reading

_AT_ONCE: Final = 10_000
_KINDS: Final = ("money", "number", "count")
Groups = Mapping[str, Mapping[str, str]]
"""Of each classification, or of `tier`, the label of each client that has one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is measured, whose clients', by which rulebook, as of which day."""

    measure: str
    unit: str | None
    rulebook: str | None
    as_of: date


class Selection(NamedTuple):
    """A model of a rulebook by which clients are selected: "5 % of clients bring 50 %"."""

    name: str
    model: Model


@dataclass(frozen=True, slots=True)
class Measured:
    """The measure as a rulebook declares it, and every client's value of it; who has none that can be read has 0."""

    published: Published
    fact: Fact
    values: Sequence[Client]
    unknown: int

    def selections(self) -> Iterator[Selection]:
        """The rulebook's models that rank by this measure."""
        for part in self.published.sound.document.selection:
            if part.rank_by == self.fact.name:
                yield Selection(part.name, Model(parse(part.clients, RATIO), parse(part.carry, RATIO)))


async def measured(reads: Reading, published: Published, asked: Asked, known_at: datetime) -> Measured:
    """Read the measure of every client that the unit sees today, as it was known at a moment."""
    fact = published.sound.rulebook.facts[asked.measure]
    ids = list(await reads.session.scalars(visible_clients(asked.unit, reads.today)))
    told = await values_of(reads.session, ids, asked.as_of, known_at, names=[fact.name], zone=reads.zone)
    values = await asyncio.to_thread(_values, fact, told[fact.name])
    clients = [(client_id, value or 0) for client_id, value in zip(ids, values, strict=True)]
    return Measured(published, fact, clients, values.count(None))


async def declaring(session: AsyncSession, registry: Registry, asked: Asked) -> Published:
    """The rulebook that is asked for, else the first by name that declares the measure; raises MeasureUnknown.

    By the versions that govern in the unit; where none does, by those that govern anybody.
    """
    path = await unit_path(session, asked.unit, asked.as_of)
    if asked.rulebook is not None:
        found = [registry.governing_some(asked.rulebook, path, asked.as_of)]
    else:
        found = [*registry.all_governing(path, asked.as_of), *registry.governing_anywhere(asked.as_of)]
    for published in found:
        fact = published.sound.rulebook.facts.get(asked.measure)
        if fact is not None and fact.kind in _KINDS:
            return published
    where = asked.rulebook or "no rulebook that governs"
    raise MeasureUnknown(f"{where} declares it as money, a number or a count")


async def ranked(values: Sequence[Client]) -> Concentration | NothingCarried:
    """Clients by their values, beside the event loop."""
    return await asyncio.to_thread(concentration, values)


async def groups_of(session: AsyncSession, rulebook: str, client_ids: Sequence[str]) -> Groups:
    """Where clients stand by their last decision under a rulebook: the tier they hold, and every class."""
    found: dict[str, dict[str, str]] = {}
    for start in range(0, len(client_ids), _AT_ONCE):
        some = client_ids[start : start + _AT_ONCE]
        for client_id, tier, classes in await placed(session, rulebook, some):
            for name, label in {**({"tier": tier} if tier else {}), **classes}.items():
                found.setdefault(name, {})[client_id] = label
    return found


def _values(fact: Fact, texts: Iterable[str | None]) -> list[int | None]:
    return [None if text is None else _value(fact, text) for text in texts]


def _value(fact: Fact, text: str) -> int | None:
    try:
        return fact.encode(text)
    except QuantityError:
        return None
