"""Verification: the whole trail against its chain, and the chain against what left the database before.

It reads one snapshot of the database, in order and in constant memory. What it proves: every entry that was ever sealed
stands as it was sealed, none is gone, none was slipped in, and the chain is the one that the checkpoints were signed
over. What it cannot prove: an entry that was removed before it was sealed, which is a second or two; and without a
checkpoint kept elsewhere, that the chain was not cut at its end or written anew as a whole.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit.claims import Agreement, Claim, held_against
from app.audit.findings import Fault, Finding, Findings
from app.audit.hashed import hashed
from app.audit.walk import Row, Walk
from app.db.engine import Sessions
from app.trail.tables import AuditChain, AuditEntry, AuditPending

PATIENCE: Final = timedelta(minutes=1)
"""For how long an entry may wait to be sealed: it is sealed within two seconds of its commit where all is well."""

GRACE_S: Final = 5.0
"""Seconds after which we look again where entries seem to wait too long: a long import commits them minutes old."""

_BATCH: Final = 2_000
_LISTED: Final = 100
_SNAPSHOT: Final[dict[str, Any]] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
_WITHOUT_LIMIT: Final = text("SET LOCAL statement_timeout = 0")  # one statement reads all ids there are
_BY_INDEX: Final = text(  # a chain that has just grown looks short to the planner, which would sort it for every batch
    "SELECT set_config(way, 'off', true) "
    "FROM unnest(ARRAY['enable_seqscan', 'enable_sort', 'enable_hashjoin', 'enable_mergejoin']) way"
)

Advanced = Callable[[int, int], None]
"""Told how many links are checked, of how many."""

Wait = Callable[[float], Awaitable[None]]
"""Lets so many seconds pass."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was proved. `first_at` and `last_at`, of the entries, in seconds since 1970; None where there is none."""

    entries: int
    first_at: str | None
    last_at: str | None
    agreement: Agreement
    pending: int
    findings: Findings

    @property
    def clean(self) -> bool:
        """Whether nothing was found wrong."""
        return self.findings.count == 0


async def verify(
    sessions: Sessions, claims: Sequence[Claim], now: datetime, advanced: Advanced, wait: Wait = asyncio.sleep
) -> Report:
    """Check everything; raises the database's errors. Where entries seem late it waits, and looks once more."""
    walk = Walk({claim.checkpoint.size for claim in claims})
    async with sessions() as session:
        connection = await session.connection(execution_options=_SNAPSHOT)
        await connection.execute(_WITHOUT_LIMIT)
        unchained = await _unchained(connection)
        pending, late, removed = await _pending(connection, now)
        await connection.execute(_BY_INDEX)
        await _go(connection, walk, advanced)
    found = walk.findings()
    agreement, contradictions = held_against(walk, claims)
    stopped = [late] if late is not None and await _has_stopped(sessions, walk.size, wait) else []
    found.add(*unchained, *stopped, *removed, *contradictions)
    first, last = (None if at is None else str(at) for at in (walk.first_at, walk.last_at))
    return Report(walk.entries, first, last, agreement, pending, found)


async def _go(connection: AsyncConnection, walk: Walk, advanced: Advanced) -> None:
    """Hash some links while the server looks for the next."""
    total = await connection.scalar(select(func.max(AuditChain.position)))
    rows = await _links(connection, None)
    while rows:
        _, following = await asyncio.gather(asyncio.to_thread(walk.follow, rows), _links(connection, rows[-1][0]))
        rows = following
        advanced(walk.size, total or walk.size)


async def _links(connection: AsyncConnection, after: int | None) -> Sequence[Row]:
    columns = (AuditChain.position, AuditChain.hash, AuditChain.entry_id, *hashed())
    joined = select(*columns).outerjoin_from(AuditChain, AuditEntry, AuditEntry.id == AuditChain.entry_id)
    query = joined if after is None else joined.where(AuditChain.position > after)
    return (await connection.execute(query.order_by(AuditChain.position).limit(_BATCH))).all()


async def _unchained(connection: AsyncConnection) -> list[Finding]:
    """Entries that are neither sealed nor wait for it."""
    sealed = select(AuditChain).where(AuditChain.entry_id == AuditEntry.id).exists()
    waits = select(AuditPending).where(AuditPending.entry_id == AuditEntry.id).exists()
    query = select(AuditEntry.id).where(~sealed, ~waits).order_by(AuditEntry.id).limit(_LISTED)
    said = "is neither sealed nor waiting: it was slipped in, or its seal was removed"
    return [Finding(Fault.ENTRY_UNCHAINED, said, entry_id=found) for found in await connection.scalars(query)]


async def _has_stopped(sessions: Sessions, reached: int, wait: Wait) -> bool:
    """Whether the chain has grown no further though entries wait: they were not merely committed late."""
    await wait(GRACE_S)
    async with sessions() as session:
        return (await session.scalar(select(func.max(AuditChain.position))) or 0) <= reached


async def _pending(connection: AsyncConnection, now: datetime) -> tuple[int, Finding | None, list[Finding]]:
    """How many wait, those that were written too long ago, and those that are gone."""
    late = func.count().filter(AuditEntry.at < now - PATIENCE)
    gone = func.count().filter(AuditEntry.id.is_(None))
    query = select(func.count(), late, gone, func.min(AuditPending.entry_id))
    joined = query.outerjoin_from(AuditPending, AuditEntry, AuditEntry.id == AuditPending.entry_id)
    pending, too_long, removed, first = (await connection.execute(joined)).one()
    said = f"{too_long} waiting for more than a minute to be sealed, the oldest by its id: is the service running?"
    waits = Finding(Fault.SEALING_STOPPED, said, entry_id=first) if too_long else None
    gone_too = [Finding(Fault.ENTRY_DELETED, f"{removed} gone that were waiting to be sealed")] if removed else []
    return pending, waits, gone_too
