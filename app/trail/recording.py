"""Writing the trail: in the transaction of what it tells of."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.trail.actor import Actor
from app.trail.entry import Entry
from app.trail.tables import AuditEntry

_FIELDS: Final = tuple(each.name for each in fields(Entry))


async def record(session: AsyncSession, actor: Actor, now: datetime, entries: Sequence[Entry]) -> None:
    """Add entries; they stand once the caller's transaction commits, and never change after."""
    if entries:
        await session.execute(insert(AuditEntry), [_row(actor, now, entry) for entry in entries])


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
