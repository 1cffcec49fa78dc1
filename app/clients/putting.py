"""The upsert of clients, one or many: whole profiles, each stored or refused by itself."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy import select

from app.clients.documents import Document, Known, Put, Verdict
from app.clients.judging import judge_all
from app.clients.reading import columns
from app.clients.stored import Stored, seen_clients, stored_clients
from app.clients.tables import Client
from app.clients.writing import write
from app.organisation.among import among
from app.organisation.faults import refused
from app.organisation.lock import kept_open
from app.organisation.lookup import unit_kinds, units_within
from app.trail.change import Change
from app.trail.entry import Entry


async def put_clients(change: Change, documents: Sequence[Document], later: Collection[str] = ()) -> list[Verdict]:
    """Store each client as its document says, and return what became of each, in order.

    The same document again changes nothing and leaves no trace. A refused one holds its problem, and no other fails
    with it; its denials are the caller's to keep. Every unit and client that a document names must be within the
    caller's; what lies outside it stays. `later` are clients that the caller puts afterwards, in the same transaction,
    or else undoes it.
    """
    stored = await stored_clients(change, {document.client_id for document in documents})
    verdicts = judge_all(documents, stored, await _known(change, documents, stored.values()), later)
    taken = await write(change, [each for each in verdicts if isinstance(each, Put) and not each.changes_nothing])
    # Created by somebody else while we looked: they are there now, and ours alone when we look again.
    late = [
        index
        for index, verdict in enumerate(verdicts)
        if isinstance(verdict, Put) and verdict.document.client_id in taken
    ]
    again = await put_clients(change, [documents[index] for index in late], later) if late else []
    for index, verdict in zip(late, again, strict=True):
        verdicts[index] = verdict
    return verdicts


async def _known(change: Change, documents: Sequence[Document], stored: Iterable[Stored]) -> Known:
    named = {document.profile.unit for document in documents}
    named.update(*(document.profile.assisting_units for document in documents))
    held = {part.unit_id for each in stored for part in each.held}
    others = {relation.client_id for document in documents for relation in document.profile.relations}
    fence = change.actor.unit
    units, closing = await _units(change, named, held)
    clients = await seen_clients(change, others)
    outside = await _outside(change, named - units, others - clients) if fence is not None else {}
    return Known(units, clients, fence is not None, outside, closing)


async def _units(change: Change, named: set[str], held: set[str]) -> tuple[frozenset[str], dict[str, date]]:
    """Those of the units within the caller's, and those that are to close; none of them closes meanwhile."""
    session, fence = change.session, change.actor.unit
    if named <= held:  # what leads or assists a client now stays open for its sake
        return await units_within(session, held, fence, change.today), {}
    found = await kept_open(session, named | held, fence, change.today)
    return frozenset(found), {unit: day for unit, day in found.items() if day is not None}


async def _outside(change: Change, units: Collection[str], clients: Collection[str]) -> dict[tuple[str, str], Entry]:
    """Those of the ids that there are, though not for the caller: what the trail says of each."""
    there = await unit_kinds(change.session, units)
    rows = await change.session.execute(select(*columns(change.today)).where(among(Client.id, clients)))
    return {("unit", unit): refused("unit", unit, unit) for unit in there} | {
        ("client", row.id): refused("client", row.id, row.unit) for row in rows
    }
