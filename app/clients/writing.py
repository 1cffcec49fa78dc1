"""Writing what was judged: rows, revisions and the trail of many clients, in few statements."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, delete, insert, update
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.documents import Put
from app.clients.parts import Part, changed_parts, parts_of
from app.clients.profile import ATTRIBUTES, changes, recorded
from app.clients.sealing import keep, keys_of, new_key
from app.clients.tables import Client, ClientRelation, ClientRevision, ClientUnit
from app.db.each_row import for_each_row
from app.trail.change import Change
from app.trail.entry import Entry

_Row = dict[str, Any]
_CLIENT: Final[Any] = Client.__table__
_REVISION: Final[Any] = ClientRevision.__table__
_UNIT: Final[Any] = ClientUnit.__table__
_RELATION: Final[Any] = ClientRelation.__table__

_NEW_CLIENT: Final = insert_or(_CLIENT).on_conflict_do_nothing().returning(_CLIENT.c.id)
_CHANGED_CLIENT: Final = (
    update(_CLIENT)
    .where(_CLIENT.c.id == bindparam("client"))
    .values({name: bindparam(f"new_{name}") for name in (*ATTRIBUTES, "revision", "updated_at")})
)
_NEW_REVISION: Final = insert(_REVISION)
_PART: Final = (
    _UNIT.c.client_id == bindparam("client"),
    _UNIT.c.part == bindparam("as_part"),
    _UNIT.c.unit_id == bindparam("unit"),
    _UNIT.c.until_day.is_(None),
)
_REMOVED_PART: Final = delete(_UNIT).where(*_PART)
_ENDED_PART: Final = update(_UNIT).where(*_PART).values(until_day=bindparam("today"))
_BEGUN_PART: Final = insert(_UNIT).values(
    client_id=bindparam("client"),
    part=bindparam("as_part"),
    unit_id=bindparam("unit"),
    from_day=bindparam("today"),
)
_GONE_RELATION: Final = delete(_RELATION).where(
    _RELATION.c.client_id == bindparam("client"),
    _RELATION.c.kind == bindparam("relation"),
    _RELATION.c.other_id == bindparam("other"),
)
_NEW_RELATION: Final = insert(_RELATION).values(
    client_id=bindparam("client"),
    kind=bindparam("relation"),
    other_id=bindparam("other"),
    recorded_at=bindparam("now"),
)


async def write(change: Change, puts: Sequence[Put]) -> set[str]:
    """Store what each changes, with a revision and an entry of the trail.

    Returns the clients that somebody else created meanwhile: of them nothing is stored.
    """
    taken = await _create(change, [put for put in puts if put.before is None])
    ours = [put for put in puts if put.document.client_id not in taken]
    await _update(change, [put for put in ours if put.before is not None])
    keys = await _keys(change.session, ours)
    await for_each_row(change.session, _NEW_REVISION, [_revision(change, put, keys) for put in ours])
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
    created = set(await change.session.scalars(_NEW_CLIENT, rows))
    return {row["id"] for row in rows} - created


async def _update(change: Change, puts: Sequence[Put]) -> None:
    rows = [
        {"client": put.document.client_id, "new_revision": put.revision, "new_updated_at": change.now}
        | {f"new_{name}": value for name, value in put.after.attributes.items()}
        for put in puts
    ]
    await for_each_row(change.session, _CHANGED_CLIENT, rows)


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
            rows.extend(_part(put.document.client_id, each, change.today) for each in some)
    await for_each_row(change.session, _REMOVED_PART, removed)
    await for_each_row(change.session, _ENDED_PART, ended)
    await for_each_row(change.session, _BEGUN_PART, begun)


def _part(client_id: str, part: Part, today: date) -> _Row:
    return {"client": client_id, "as_part": part.part, "unit": part.unit_id, "today": today}


async def _write_relations(change: Change, puts: Sequence[Put]) -> None:
    gone: list[_Row] = []
    new: list[_Row] = []
    for put in puts:
        client_id = put.document.client_id
        before, after = (put.before.relations if put.before else set()), set(put.after.relations)
        for rows, some in ((gone, before - after), (new, after - before)):
            rows.extend(
                {"client": client_id, "relation": each.kind, "other": each.client_id, "now": change.now}
                for each in sorted(some)
            )
    await for_each_row(change.session, _GONE_RELATION, gone)
    await for_each_row(change.session, _NEW_RELATION, new)


def _entry(put: Put, keys: Mapping[str, bytes]) -> Entry:
    client_id, key = put.document.client_id, keys.get(put.document.client_id)
    if put.before is None:
        after = recorded(put.after, client_id, key)
        return Entry("client.created", "client", client_id, put.after.unit, after=after)
    was, is_now = changes(put.before.profile, put.after, client_id, key)
    return Entry("client.updated", "client", client_id, put.after.unit, before=was, after=is_now)
