"""What is owed follows from decisions: written down whenever it becomes something else, from that day on (D1, D2, A8).

The past stays as it was: a change holds from its own day, and what was known before is never rewritten.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage.obligations.terms import Terms, terms_of
from app.coverage.tables import ClientObligation, ObligationRow, ObligationTerms
from app.db.copying import copy_rows
from app.standing.judges import Judges
from app.standing.reading import Key
from app.standing.settled import Settled
from app.trail.change import Change

Why = Literal["assessed", "version", "standing"]
_OWED: Final[Any] = ClientObligation.__table__
_COLUMNS: Final = ("client_id", "rulebook", "from_day", "terms_id", "why", "assessment_id", "recorded_at")
_LATEST: Final = (
    select(_OWED.c.client_id, _OWED.c.rulebook, _OWED.c.terms_id, _OWED.c.from_day)
    .ext(distinct_on(_OWED.c.client_id, _OWED.c.rulebook))
    .where(_OWED.c.client_id == func.any(bindparam("clients")))
    .order_by(_OWED.c.client_id, _OWED.c.rulebook, _OWED.c.id.desc())
)


@dataclass(frozen=True, slots=True)
class Derived:
    """What a client is owed from a day on, under one rulebook; by no terms where nothing governs any more."""

    client_id: str
    rulebook: str
    terms: Terms | None
    from_day: date
    why: Why
    assessment_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Latest:
    """What was written down last."""

    terms_id: UUID | None
    from_day: date


async def derive(change: Change, judges: Judges, settled: Sequence[Settled]) -> None:
    """Follow assessments, in their transaction: from today on the clients are owed what their decisions say."""
    derived = [
        Derived(
            each.client_id,
            each.published.name,
            terms_of(judges.of(each.published), each.grounds, each.verdict),
            change.today,
            "assessed",
            each.id,
        )
        for each in settled
        if each.published.sound.rulebook.coverage is not None
    ]
    await write(change, derived)


async def write(change: Change, derived: Sequence[Derived]) -> int:
    """Write down what became different; return of how many. The caller holds the clients' standing locked."""
    if not derived:
        return 0
    latest = await latest_of(change.session, {each.client_id for each in derived})
    new = [each for each in derived if _differs(each, latest.get((each.client_id, each.rulebook)))]
    if not new:
        return 0
    await _store_terms(change.session, {each.terms.id: each.terms for each in new if each.terms})
    await _store(change, new, latest)
    return len(new)


async def latest_of(session: AsyncSession, client_ids: Collection[str]) -> dict[Key, Latest]:
    """What each client is owed by what was written last, under each rulebook."""
    rows = await session.execute(_LATEST, {"clients": list(client_ids)})
    return {(row.client_id, row.rulebook): Latest(row.terms_id, row.from_day) for row in rows}


async def ever_derived(session: AsyncSession, client_ids: Collection[str], as_of: datetime) -> set[str]:
    """Those of the clients of whom it was known at a moment what they are owed, be it nothing."""
    row = _OWED.c
    query = (
        select(row.client_id).distinct().where(row.client_id == func.any(list(client_ids)), row.recorded_at <= as_of)
    )
    return set(await session.scalars(query))


def _differs(derived: Derived, last: Latest | None) -> bool:
    terms_id = derived.terms.id if derived.terms else None
    return terms_id != (last.terms_id if last else None)


async def _store_terms(session: AsyncSession, terms: Mapping[UUID, Terms]) -> None:
    """Terms and their rules, where they are not there yet; whoever adds the same meanwhile adds the very same."""
    if not terms:
        return
    rows = [{"id": terms_id, **each.row} for terms_id, each in sorted(terms.items())]
    await session.execute(upsert(ObligationTerms).values(rows).on_conflict_do_nothing())
    rules = [{"terms_id": terms_id, **row} for terms_id, each in sorted(terms.items()) for row in each.rule_rows]
    if rules:
        await session.execute(upsert(ObligationRow).values(rules).on_conflict_do_nothing())


async def _store(change: Change, new: Sequence[Derived], latest: Mapping[Key, Latest]) -> None:
    rows = [_cells(change, each, latest.get((each.client_id, each.rulebook))) for each in new]
    if len(rows) == 1:
        await change.session.execute(insert(_OWED), [dict(zip(_COLUMNS, rows[0], strict=True))])
    else:
        await copy_rows(change.session, ClientObligation, _COLUMNS, rows)


def _cells(change: Change, derived: Derived, last: Latest | None) -> Sequence[Any]:
    """A row; no change begins before the last one did."""
    day = max(derived.from_day, last.from_day) if last else derived.from_day
    terms_id = derived.terms.id if derived.terms else None
    return (derived.client_id, derived.rulebook, day, terms_id, derived.why, derived.assessment_id, change.now)
