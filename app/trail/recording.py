"""Writing the trail: in the transaction of what it tells of."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import CTE, bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.copying import copy_rows
from app.trail.actor import Actor
from app.trail.entry import Entry
from app.trail.tables import AuditEntry

_FIELDS: Final = tuple(each.name for each in fields(Entry))
_JSON: Final = frozenset({"before", "after"})
_ENTRY: Final[Any] = AuditEntry.__table__
_INSERT: Final = insert(_ENTRY)
_COLUMNS: Final = ("at", "key_id", "key_name", "key_unit", "person", "request_id", *_FIELDS)


async def record(session: AsyncSession, actor: Actor, now: datetime, entries: Sequence[Entry]) -> None:
    """Add entries; they stand once the caller's transaction commits, and never change after."""
    rows = [_row(actor, now, entry) for entry in entries]
    if len(rows) == 1:
        await session.execute(_INSERT, rows)
    elif rows:
        await copy_rows(session, AuditEntry, list(rows[0]), (_cells(row) for row in rows))


def entry_with(made: CTE) -> CTE:
    """A part of a statement: an entry for each row of another part, so for none where that writes nothing.

    Its parameters are what `cells_of` gives.
    """
    cells = [bindparam(f"entry_{name}", type_=_ENTRY.c[name].type) for name in _COLUMNS]
    return insert(_ENTRY).from_select(_COLUMNS, select(*cells).select_from(made)).cte("entry")


def cells_of(actor: Actor, now: datetime, entry: Entry) -> dict[str, Any]:
    """The parameters of the part `entry_with`, of a statement that runs as `app.db.fetching` has it."""
    row = _row(actor, now, entry)
    return {f"entry_{name}": cell for name, cell in zip(row, _cells(row), strict=True)}


def stage(session: AsyncSession, actor: Actor, now: datetime, entry: Entry) -> None:
    """Add an entry to what the session writes when it is flushed, beside the objects that it holds."""
    session.add(AuditEntry(**_row(actor, now, entry)))


def _row(actor: Actor, now: datetime, entry: Entry) -> dict[str, Any]:
    return {
        "at": now,
        "key_id": actor.key_id,
        "key_name": actor.name,
        "key_unit": actor.unit,
        "person": actor.person,
        "request_id": actor.request_id,
        **{name: getattr(entry, name) for name in _FIELDS},
    }


def _cells(row: dict[str, Any]) -> list[Any]:
    """A row for COPY, by which the thousands of an import or a run take a third of the time; JSON as text."""
    return [
        orjson.dumps(value).decode() if name in _JSON and value is not None else value for name, value in row.items()
    ]
