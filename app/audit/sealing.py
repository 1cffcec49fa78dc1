"""Sealing: committed entries get their place in the chain, one after the other, never in a request.

The order of positions is the order of sealing. It need not be that of the ids, which are given out before their
transactions commit: an entry whose transaction took long is sealed after later ones. Nothing is lost by it, for an
entry becomes visible together with its row in `audit_pending`, and that stays until it is sealed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    Insert,
    LargeBinary,
    any_,
    delete,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.chain import COLUMNS, GENESIS, Values, link
from app.audit.hashed import hashed
from app.db.types import Timestamp
from app.trail.tables import AuditChain, AuditEntry, AuditPending

_LOCK: Final = 0x71E2A0D1
_ID: Final = COLUMNS.index("id")
_IDS: Final = ARRAY(BigInteger)


class Head(NamedTuple):
    """How far the chain reaches: its size, and the hash of its last entry, GENESIS where it has none."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is sealed and what is not: the chain's size, how many entries wait, since when the oldest does."""

    sealed_through: int
    pending: int
    waiting_since: datetime | None

    def waited(self, now: datetime, moved_at: datetime | None = None) -> float:
        """For how many seconds the oldest waits at most; 0 where none does.

        An entry is written before it is committed, and waits from then on: so no longer than since `moved_at`, when the
        chain was last seen to grow, or nothing to wait.
        """
        if self.waiting_since is None:
            return 0.0
        return (now - max(self.waiting_since, moved_at or self.waiting_since)).total_seconds()


async def seal(session: AsyncSession, now: datetime, limit: int) -> int:
    """Seal at most `limit` of the entries that wait, by id; return how many.

    Nobody else seals until the caller's transaction ends; while another does, this does nothing and returns 0.
    """
    if not await session.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))):
        return 0
    reached = await head(session)  # after the lock: only now is what its last holder wrote certain to be seen
    waiting = select(*hashed(now)).join(AuditPending, AuditPending.entry_id == AuditEntry.id)
    entries = (await session.execute(waiting.order_by(AuditPending.entry_id).limit(limit))).all()
    if entries:
        ids = literal([values[_ID] for values in entries], _IDS)
        await session.execute(_appended(reached, entries, ids, now))
        sealed = delete(AuditPending).where(AuditPending.entry_id == any_(ids))
        await session.execute(sealed, execution_options={"synchronize_session": False})
    return len(entries)


async def head(session: AsyncSession) -> Head:
    """Read how far the chain reaches."""
    newest = select(AuditChain.position, AuditChain.hash).order_by(AuditChain.position.desc()).limit(1)
    found = (await session.execute(newest)).one_or_none()
    return Head(0, GENESIS) if found is None else Head(found.position, found.hash)


async def backlog(session: AsyncSession) -> Backlog:
    """Read what is sealed and what waits: for metrics, and for whoever asks."""
    of_it = AuditEntry.id == AuditPending.entry_id
    waiting = select(func.count(), func.min(AuditEntry.at)).join_from(AuditPending, AuditEntry, of_it)
    pending, since = (await session.execute(waiting)).one()
    return Backlog((await head(session)).size, pending, since)


def _appended(reached: Head, entries: Sequence[Values], ids: BindParameter[Sequence[int]], now: datetime) -> Insert:
    """One statement for all, by arrays: a statement for each takes twice as long."""
    positions = literal([*range(reached.size + 1, reached.size + 1 + len(entries))], _IDS)
    hashes = literal([*_hashes(reached, entries)], ARRAY(LargeBinary))
    rows = func.unnest(positions, ids, hashes).table_valued("position", "entry_id", "hash").render_derived()
    columns = (rows.c.position, rows.c.entry_id, rows.c.hash, literal(now, Timestamp))
    return insert(AuditChain).from_select(["position", "entry_id", "hash", "sealed_at"], select(*columns))


def _hashes(reached: Head, entries: Sequence[Values]) -> Iterator[bytes]:
    previous = reached.root
    for position, values in enumerate(entries, reached.size + 1):
        previous = link(previous, position, values)
        yield previous
