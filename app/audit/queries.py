"""The trail read: entries by what they are about, the newest first."""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.wanted import Wanted
from app.trail.tables import AuditChain, AuditEntry

LAST_ID = 2**63 - 1


async def entries(
    session: AsyncSession, wanted: Wanted, seen: ColumnElement[bool], limit: int, before: int | None = None
) -> Sequence[AuditEntry]:
    """Return at most `limit` entries with ids under `before`, the newest first; `seen` is the caller's fence."""
    query = select(AuditEntry).where(seen, *_conditions(wanted))
    if before is not None:
        query = query.where(AuditEntry.id < before)
    return (await session.scalars(query.order_by(AuditEntry.id.desc()).limit(limit))).all()


async def entry(
    session: AsyncSession, entry_id: int, seen: ColumnElement[bool]
) -> tuple[AuditEntry, AuditChain | None] | None:
    """Return one entry with its link, None where it is not sealed yet; None where there is none to be seen."""
    query = select(AuditEntry, AuditChain).outerjoin_from(AuditEntry, AuditChain, AuditChain.entry_id == AuditEntry.id)
    found = (await session.execute(query.where(AuditEntry.id == entry_id, seen))).one_or_none()
    return None if found is None else (found[0], found[1])


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    equal = {name: getattr(wanted, name) for name in ("object_type", "object_id", "unit", "outcome")}
    yield from (getattr(AuditEntry, name) == value for name, value in equal.items() if value is not None)
    if wanted.action is not None:
        yield AuditEntry.action.startswith(wanted.action, autoescape=True)
    if wanted.actor is not None:
        yield or_(AuditEntry.key_name == wanted.actor, AuditEntry.person == wanted.actor)
    if wanted.since is not None:
        yield AuditEntry.at >= wanted.since
    if wanted.until is not None:
        yield AuditEntry.at < wanted.until
