"""Storing the decisions of a run: thousands at once, by COPY.

No change without its trace: each client whose standing became another has its own entry of the trail, as in `storing`.
The rows of the others are held by one entry for all of them, with their number and a digest over their results in the
order of the clients: whoever has the rows of `assessment` can compute it again, and prove them whole.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence

import orjson
from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.copying import copy_rows
from app.standing.settled import COLUMNS, Settled
from app.standing.storing import entry_of, follow
from app.standing.tables import AssessmentRecord
from app.trail.change import Change


async def store_many(change: Change, settled: Sequence[Settled]) -> None:
    """Store decisions with all that follows from them, and note each client whose standing moved.

    The caller holds the lock of all clients (`reading.lock_all`), and notes the rest with `results_digest`.
    """
    if not settled:
        return
    by = change.actor.identity
    rows = (each.cells(change.now, by) for each in settled)
    await copy_rows(change.session, AssessmentRecord, COLUMNS, rows)
    await follow(change, settled)
    await change.note(*(entry_of(each) for each in settled if has_moved(each)))


def has_moved(settled: Settled) -> bool:
    """Whether the client stands otherwise than before; a first place in the lowest tier is no move."""
    before, after = settled.grounds.standing, settled.verdict.standing
    if before is None and after is not None:
        tiers = settled.published.sound.rulebook.tiers
        return tiers is not None and after.tier != tiers.labels[tiers.otherwise]
    return before != after


def results_digest(settled: Iterable[Settled], before: str | None = None) -> str:
    """SHA-256 over client and result of decisions, a JSON array a line; carried on from the digest `before`."""
    digest = hashlib.sha256((before or "").encode())
    for each in settled:
        digest.update(orjson.dumps([each.client_id, each.verdict.result], option=orjson.OPT_APPEND_NEWLINE))
    return f"sha256:{digest.hexdigest()}"


async def decided_of(session: AsyncSession, client_ids: Collection[str], rulebook: str, review: str) -> frozenset[str]:
    """Those of the clients whose review is decided already under a rulebook."""
    query = select(AssessmentRecord.client_id).where(
        AssessmentRecord.client_id == func.any(bindparam("clients")),
        AssessmentRecord.rulebook == rulebook,
        AssessmentRecord.review == review,
    )
    return frozenset(await session.scalars(query, {"clients": list(client_ids)}))
