"""Writing what was judged: rows, revisions and the trail of many clients, in few statements."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import bindparam, delete, insert, update
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.documents import Put
from app.clients.parts import Part, changed_parts, parts_of
from app.clients.profile import changes, recorded
from app.clients.sealing import keep, keys_of, new_key
from app.clients.tables import Client, ClientRelation, ClientRevision, ClientUnit
from app.trail.change import Change
from app.trail.entry import Entry

_Row = dict[str, Any]
_CLIENT: Final[Any] = Client.__table__
_REVISION: Final[Any] = ClientRevision.__table__
_UNIT: Final[Any] = ClientUnit.__table__
_RELATION: Final[Any] = ClientRelation.__table__


async def write(change: Change, puts: Sequence[Put]) -> set[str]:
    """Store what each changes, with a revision and an entry of the trail.

    Returns the clients that somebody else created meanwhile: of them nothing is stored.
    """
    taken = await _create(change, [put for put in puts if put.before is None])
    ours = [put for put in puts if put.document.client_id not in taken]
    await _update(change, [put for put in ours if put.before is not None])
    keys = await _keys(change.session, ours)
    await _run(change, insert(_REVISION), [_revision(change, put, keys) for put in ours])
    await _write_parts(change, ours)
    await _write_relations(change, ours)
    await change.note(*(_entry(put, keys) for put in ours))
    return taken


async def _create(change: Change, puts: Sequence[Put]) -> set[str]:
    """Insert new clients in the order of their ids; a client that is there by now stays as it is and is returned."""
    if not puts:
        return set()
    stamps = {"revision": 1, "created_at": change.now, "updated_at": change.now}
    rows = [{"id": put.document.client_id, **put.after.attributes, **stamps} for put in puts]
    rows.sort(key=lambda row: row["id"])
    statement = insert_or(_CLIENT).on_conflict_do_nothing().returning(_CLIENT.c.id)
    created = set(await change.session.scalars(statement, rows))
    return {row["id"] for row in rows} - created


async def _update(change: Change, puts: Sequence[Put]) -> None:
    values: _Row = {name: bindparam(f"new_{name}") for name in (*puts[0].after.attributes, "revision")} if puts else {}
    statement = update(_CLIENT).where(_CLIENT.c.id == bindparam("client_id")).values(**values, updated_at=change.now)
    rows = [
        {"client_id": put.document.client_id}
        | {f"new_{name}": value for name, value in put.after.attributes.items()}
        | {"new_revision": put.revision}
        for put in puts
    ]
    await _run(change, statement, rows)


async def _keys(session: AsyncSession, puts: Sequence[Put]) -> dict[str, bytes]:
    """The keys of the natural persons among them, drawn for the new ones."""
    persons = [put.document.client_id for put in puts if put.after.secret_name is not None]
    keys = await keys_of(session, persons)
    drawn = {client_id: new_key() for client_id in persons if client_id not in keys}
    await keep(session, drawn)
    return keys | drawn


def _revision(change: Change, put: Put, keys: Mapping[str, bytes]) -> _Row:
    client_id = put.document.client_id
    return {
        "client_id": client_id,
        "revision": put.revision,
        "recorded_at": change.now,
        "recorded_by": change.actor.identity,
        "profile": recorded(put.after, client_id, keys.get(client_id)),
    }


async def _write_parts(change: Change, puts: Sequence[Put]) -> None:
    removed: list[_Row] = []
    ended: list[_Row] = []
    begun: list[_Row] = []
    for put in puts:
        held = put.before.held if put.before else {}
        wanted = parts_of(put.after.unit, put.after.assisting_units)
        parts = changed_parts(held, wanted, change.today)
        for rows, some in ((removed, parts.removed), (ended, parts.ended), (begun, parts.begun)):
            rows.extend(_part(put.document.client_id, each) for each in some)
    this = (
        _UNIT.c.client_id == bindparam("client"),
        _UNIT.c.part == bindparam("as_part"),
        _UNIT.c.unit_id == bindparam("unit"),
        _UNIT.c.until_day.is_(None),
    )
    await _run(change, delete(_UNIT).where(*this), removed)
    await _run(change, update(_UNIT).where(*this).values(until_day=change.today), ended)
    new: _Row = {"client_id": bindparam("client"), "part": bindparam("as_part"), "unit_id": bindparam("unit")}
    await _run(change, insert(_UNIT).values(**new, from_day=change.today), begun)


def _part(client_id: str, part: Part) -> _Row:
    return {"client": client_id, "as_part": part.part, "unit": part.unit_id}


async def _write_relations(change: Change, puts: Sequence[Put]) -> None:
    gone: list[_Row] = []
    new: list[_Row] = []
    for put in puts:
        client_id = put.document.client_id
        before, after = (put.before.relations if put.before else set()), set(put.after.relations)
        for rows, some in ((gone, before - after), (new, after - before)):
            rows.extend({"client": client_id, "relation": each.kind, "other": each.client_id} for each in sorted(some))
    this = (
        _RELATION.c.client_id == bindparam("client"),
        _RELATION.c.kind == bindparam("relation"),
        _RELATION.c.other_id == bindparam("other"),
    )
    await _run(change, delete(_RELATION).where(*this), gone)
    values: _Row = {"client_id": bindparam("client"), "kind": bindparam("relation"), "other_id": bindparam("other")}
    await _run(change, insert(_RELATION).values(**values, recorded_at=change.now), new)


def _entry(put: Put, keys: Mapping[str, bytes]) -> Entry:
    client_id, key = put.document.client_id, keys.get(put.document.client_id)
    if put.before is None:
        after = recorded(put.after, client_id, key)
        return Entry("client.created", "client", client_id, put.after.unit, after=after)
    was, is_now = changes(put.before.profile, put.after, client_id, key)
    return Entry("client.updated", "client", client_id, put.after.unit, before=was, after=is_now)


async def _run(change: Change, statement: Any, rows: Sequence[_Row]) -> None:
    if rows:
        await change.session.execute(statement, rows)
