"""Writing facts down: rows are only added, and what is known already is not written twice."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import JSON, Date, Integer, Text, and_, cast, column, func, literal, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.reading import is_visible
from app.clients.tables import Client, FactRecord
from app.db.copying import copy_rows
from app.organisation.among import among
from app.trail.change import Change

_COLUMNS: Final = ("client_id", "name", "value", "as_of", "source", "recorded_at", "recorded_by")


class Told(NamedTuple):
    """What somebody says of a client: a fact by its name, its value as text, the day it tells of, and whence it is."""

    name: str
    value: str
    as_of: date
    source: str | None = None


_Key = tuple[str, str, date, str | None]
_ASKED: Final = (
    column("at", Integer),
    column("client_id", Text),
    column("name", Text),
    column("as_of", Date),
    column("source", Text),
)

Of = tuple[str, Told]
"""A client's id, and what is told of that client."""


async def lock_seen(change: Change, client_ids: Collection[str]) -> frozenset[str]:
    """Return those of the clients that the caller sees, and keep others from telling of them until we are done.

    In the order of their ids, so that none wait in a ring.
    """
    if not client_ids:
        return frozenset()
    seen = is_visible(Client.id, change.actor.unit, change.today)
    query = select(Client.id).where(among(Client.id, client_ids), seen).order_by(Client.id)
    return frozenset(await change.session.scalars(query.with_for_update(of=Client, key_share=True)))


async def record(change: Change, told: Sequence[Of]) -> list[bool]:
    """Write down what is told of clients that are locked, and say of each whether it was new.

    What is the latest already of its day and source is not new, be it stored or earlier in `told`. The caller notes it.
    """
    latest = await _latest(change.session, told)
    new = []
    for client_id, fact in told:
        key = _key(client_id, fact)
        new.append(latest.get(key) != fact.value)
        latest[key] = fact.value
    by_whom = (change.now, change.actor.identity)
    rows = [(client_id, *fact, *by_whom) for (client_id, fact), fresh in zip(told, new, strict=True) if fresh]
    if rows:
        await copy_rows(change.session, FactRecord, _COLUMNS, rows)
    return new


def digest_of(told: Iterable[Of]) -> str:
    """SHA-256 over what was recorded, a JSON array a line: client, name, value, day, source. The trail holds it.

    Whoever has the rows of `fact_record` in their order can compute it again, and prove them whole.
    """
    digest = hashlib.sha256()
    for client_id, fact in told:
        digest.update(orjson.dumps([client_id, *fact], option=orjson.OPT_APPEND_NEWLINE))
    return f"sha256:{digest.hexdigest()}"


async def _latest(session: AsyncSession, told: Sequence[Of]) -> dict[_Key, str]:
    """The latest value of each client's fact of the same day and source; one probe of the index for each."""
    if not told:
        return {}
    asked = _asked(told)
    same = and_(
        FactRecord.client_id == asked.c.client_id,
        FactRecord.name == asked.c.name,
        FactRecord.as_of == asked.c.as_of,
        FactRecord.source.is_not_distinct_from(asked.c.source),
    )
    newest = (FactRecord.recorded_at.desc(), FactRecord.id.desc())
    found = select(FactRecord.value).where(same).order_by(*newest).limit(1).lateral()
    rows = await session.execute(select(asked.c.at, found.c.value).select_from(asked.join(found, true())))
    return {_key(*told[at]): value for at, value in rows}


def _key(client_id: str, fact: Told) -> _Key:
    return client_id, fact.name, fact.as_of, fact.source


def _asked(told: Sequence[Of]) -> Any:
    """What is asked for as a table, each row with its place in `told`; as JSON, which is the quickest to send."""
    rows = [
        {"at": at, "client_id": client_id, "name": fact.name, "as_of": fact.as_of, "source": fact.source}
        for at, (client_id, fact) in enumerate(told)
    ]
    sent = cast(literal(orjson.dumps(rows).decode(), Text), JSON)
    return func.json_to_recordset(sent).table_valued(*_ASKED).render_derived(name="asked", with_types=True)
