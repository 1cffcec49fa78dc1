"""What is stored of many clients at once, locked until the transaction ends, for whoever is to change them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Text, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.parts import Part
from app.clients.profile import ATTRIBUTES, Profile, Relation
from app.clients.reading import is_visible
from app.clients.tables import Client, ClientRelation, ClientUnit
from app.organisation.among import among
from app.organisation.closing import keeps_open
from app.trail.change import Change, Reading

_CLIENT: Final[Any] = Client.__table__.c
_ARE_ASKED: Final = _CLIENT.id == any_(bindparam("clients", type_=ARRAY(Text)))
_LOCK: Final = select(_CLIENT.id).where(_ARE_ASKED).order_by(_CLIENT.id).with_for_update(key_share=True)


@dataclass(slots=True)
class Stored:
    """A client as it stands, and whether the caller sees it.

    `held` are the parts that units have now, by the day they began. `hidden` are relations to clients that the caller
    does not see: it cannot name them, so it does not change them either.
    """

    attributes: dict[str, Any]
    revision: int
    created_at: datetime
    updated_at: datetime
    erased_at: datetime | None
    seen: bool
    held: dict[Part, date] = field(default_factory=dict)
    relations: set[Relation] = field(default_factory=set)
    hidden: set[Relation] = field(default_factory=set)

    @property
    def lead(self) -> str:
        """The unit that leads it."""
        return next(each.unit_id for each in self.held if each.part == "lead")

    @property
    def assisting(self) -> frozenset[str]:
        """The units that assist."""
        return frozenset(each.unit_id for each in self.held if each.part == "assisting")

    @property
    def profile(self) -> Profile:
        """It as one value."""
        as_it_is = Profile(**self.attributes, unit=self.lead, assisting_units=(), relations=())
        return as_it_is.in_order(self.assisting, self.relations)


async def stored_clients(change: Change, client_ids: Collection[str]) -> dict[str, Stored]:
    """Return those of the clients that exist, and lock them; in the order of their ids, so that none wait in a ring."""
    session = change.session
    there = list(await session.scalars(_LOCK, {"clients": list(client_ids)}))
    if not there:
        return {}
    found = {row.id: _stored(row) for row in await session.execute(_clients(change).where(among(Client.id, there)))}
    parts = select(ClientUnit.client_id, ClientUnit.part, ClientUnit.unit_id, ClientUnit.from_day)
    open_parts = parts.where(among(ClientUnit.client_id, found), ClientUnit.until_day.is_(None))
    for row in await session.execute(open_parts):
        found[row.client_id].held[Part(row.part, row.unit_id)] = row.from_day
    for row in await session.execute(_relations(change).where(among(ClientRelation.client_id, found))):
        one, relation = found[row.client_id], Relation(row.kind, row.other_id)
        one.relations.add(relation)
        if not row.seen:
            one.hidden.add(relation)
    return found


async def seen_clients(reads: Reading, client_ids: Collection[str]) -> frozenset[str]:
    """Return those of the ids whose clients the caller sees."""
    if not client_ids:
        return frozenset()
    seen = is_visible(Client.id, reads.actor.unit, reads.today)
    return frozenset(await reads.session.scalars(select(Client.id).where(among(Client.id, client_ids), seen)))


@keeps_open("clients")
async def clients_of(session: AsyncSession, closing: Mapping[str, date]) -> Mapping[str, int]:
    """How many clients each of the units leads or assists: whoever closes it moves them first."""
    query = select(ClientUnit.unit_id, func.count().label("number")).where(
        among(ClientUnit.unit_id, list(closing)), ClientUnit.until_day.is_(None)
    )
    rows = await session.execute(query.group_by(ClientUnit.unit_id))
    return {found.unit_id: found.number for found in rows}


def _clients(change: Change) -> Any:
    seen = is_visible(Client.id, change.actor.unit, change.today).label("seen")
    attributes = [Client.__table__.c[name] for name in ATTRIBUTES]
    stamps = (Client.created_at, Client.updated_at, Client.erased_at)
    return select(Client.id, Client.revision, *stamps, seen, *attributes)


def _relations(change: Change) -> Any:
    seen = is_visible(ClientRelation.other_id, change.actor.unit, change.today).label("seen")
    return select(ClientRelation.client_id, ClientRelation.kind, ClientRelation.other_id, seen)


def _stored(row: Any) -> Stored:
    attributes = {name: getattr(row, name) for name in ATTRIBUTES}
    return Stored(attributes, row.revision, row.created_at, row.updated_at, row.erased_at, row.seen)
