"""Rich reads of clients: one whole, and lists by what the CRM says of them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, select

from app.clients.asked import ClientFilter
from app.clients.profile import Relation
from app.clients.reading import ClientRow, as_row, columns, is_visible
from app.clients.tables import Assignment, Client, ClientRelation, ClientUnit
from app.db.half_open import stands_on
from app.trail.change import Reading


class Company(NamedTuple):
    """What a client is to units and to other clients."""

    assisting: list[str]
    relations: list[Relation]


async def company_of(reads: Reading, client_id: str) -> Company:
    """Return the units that assist a client today, and those of its relations whose client the caller sees."""
    units = select(ClientUnit.unit_id).where(
        ClientUnit.client_id == client_id, ClientUnit.part == "assisting", stands_on(ClientUnit, reads.today)
    )
    relations = select(ClientRelation.kind, ClientRelation.other_id).where(
        ClientRelation.client_id == client_id, is_visible(ClientRelation.other_id, reads.actor.unit, reads.today)
    )
    return Company(
        list(await reads.session.scalars(units.order_by(ClientUnit.unit_id))),
        sorted(Relation(*row) for row in await reads.session.execute(relations)),
    )


def meant(attributes: Mapping[str, str], officer: str | None, day: date) -> Iterator[ColumnElement[bool]]:
    """Conditions on clients: these attributes as they are now, and an officer in their team on a day."""
    for name, value in attributes.items():
        yield Client.__table__.c[name] == value
    if officer is not None:
        theirs = Assignment.officer_id == officer
        yield exists().where(Assignment.client_id == Client.id, theirs, stands_on(Assignment, day))


async def clients_after(reads: Reading, asked: ClientFilter, cursor: str | None, limit: int) -> Sequence[ClientRow]:
    """Return clients that the caller sees, by id, after the one that the last page ended with."""
    conditions = [is_visible(Client.id, reads.actor.unit, reads.today), *_conditions(reads, asked)]
    if cursor is not None:
        conditions.append(Client.id > cursor)
    query = select(*columns(reads.today)).where(*conditions).order_by(Client.id).limit(limit)
    return [as_row(each) for each in await reads.session.execute(query)]


def _conditions(reads: Reading, asked: ClientFilter) -> Iterator[ColumnElement[bool]]:
    yield from meant(asked.attributes, asked.officer, reads.today)
    if asked.unit is not None:
        yield is_visible(Client.id, asked.unit, reads.today)
    if asked.q is not None:
        yield Client.id.startswith(asked.q, autoescape=True)
