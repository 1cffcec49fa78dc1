"""Reading assessments, standings, moves, warnings and plans, as far as the caller sees the client."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.reading import is_visible, visible
from app.clients.refusals import ClientNotFound
from app.errors import NotFound
from app.organisation.among import among
from app.standing.refusals import AssessmentNotFound
from app.standing.tables import AssessmentRecord, ClientWarning, ImprovementPlan, StandingMove, StandingRecord
from app.trail.change import Reading


async def of_review(session: AsyncSession, client_id: str, review: str | None) -> dict[str, AssessmentRecord]:
    """The assessments that decided a client's review, by rulebook; none, where no review is asked for."""
    if review is None:
        return {}
    query = select(AssessmentRecord).where(AssessmentRecord.client_id == client_id, AssessmentRecord.review == review)
    return {found.rulebook: found for found in await session.scalars(query)}


async def assessment(reads: Reading, assessment_id: uuid.UUID) -> AssessmentRecord:
    """One assessment; raises AssessmentNotFound, also for one of a client that the caller does not see."""
    found: AssessmentRecord = await of_visible_client(reads, AssessmentRecord, assessment_id, AssessmentNotFound)
    return found


async def of_visible_client(reads: Reading, table: Any, row_id: uuid.UUID, missing: type[NotFound]) -> Any:
    """A row that belongs to a client; raises `missing` where there is none, or the caller does not see the client."""
    found = await reads.session.get(table, row_id)
    if found is None:
        raise missing
    try:
        await visible(reads, found.client_id)
    except ClientNotFound:
        raise missing from None
    return found


async def assessments(
    reads: Reading, client_id: str, rulebook: str | None, before: tuple[datetime, uuid.UUID] | None, limit: int
) -> Sequence[AssessmentRecord]:
    """A client's assessments, the latest first; `before` is the moment and id of the last one seen."""
    at, row_id = AssessmentRecord.assessed_at, AssessmentRecord.id
    query = select(AssessmentRecord).where(AssessmentRecord.client_id == client_id)
    query = query if rulebook is None else query.where(AssessmentRecord.rulebook == rulebook)
    if before is not None:
        query = query.where((at < before[0]) | ((at == before[0]) & (row_id < before[1])))
    return (await reads.session.scalars(query.order_by(at.desc(), row_id.desc()).limit(limit))).all()


async def standings(session: AsyncSession, client_id: str) -> Sequence[StandingRecord]:
    """Where a client stands, under each rulebook that decided it, by name."""
    query = select(StandingRecord).where(StandingRecord.client_id == client_id).order_by(StandingRecord.rulebook)
    return (await session.scalars(query)).all()


async def last_assessments(session: AsyncSession, client_id: str) -> Sequence[AssessmentRecord]:
    """The assessment that each of a client's standings rests on, by rulebook."""
    query = select(AssessmentRecord).join(StandingRecord, StandingRecord.assessment_id == AssessmentRecord.id)
    query = query.where(StandingRecord.client_id == client_id).order_by(AssessmentRecord.rulebook)
    return (await session.scalars(query)).all()


async def moves(
    session: AsyncSession, client_id: str, rulebook: str | None, before: int | None, limit: int
) -> Sequence[StandingMove]:
    """The steps of a client's movement, the latest first."""
    query = select(StandingMove).where(StandingMove.client_id == client_id)
    query = query if rulebook is None else query.where(StandingMove.rulebook == rulebook)
    query = query if before is None else query.where(StandingMove.id < before)
    return (await session.scalars(query.order_by(StandingMove.id.desc()).limit(limit))).all()


def holds(client_id: ColumnElement[str], rulebook: str, tier: str) -> ColumnElement[bool]:
    """Whether a client, by a column of its id, holds a tier under a rulebook now."""
    row = StandingRecord
    return exists().where(row.client_id == client_id, row.rulebook == rulebook, row.tier == tier)


async def placed(
    session: AsyncSession, rulebook: str, client_ids: Collection[str]
) -> Sequence[tuple[str, str | None, Mapping[str, str]]]:
    """Those clients that a rulebook decided, by its last decision: their tier, and their label in each class."""
    row = StandingRecord
    query = select(row.client_id, row.tier, row.classes).where(row.rulebook == rulebook)
    rows = await session.execute(query.where(among(row.client_id, client_ids)))
    return [(each.client_id, each.tier, each.classes) for each in rows]


def warnings_seen(reads: Reading) -> Select[ClientWarning]:
    """Warnings of the clients that the caller sees."""
    return select(ClientWarning).where(is_visible(ClientWarning.client_id, reads.actor.unit, reads.today))


def plans_seen(reads: Reading) -> Select[ImprovementPlan]:
    """Plans of the clients that the caller sees."""
    return select(ImprovementPlan).where(is_visible(ImprovementPlan.client_id, reads.actor.unit, reads.today))
