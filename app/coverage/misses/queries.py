"""Reading reasons for a miss: one, lists, and what stands beside figures."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.reading import is_visible, visible
from app.clients.schemas import ClientId
from app.coverage.misses.key import ReasonKey
from app.coverage.misses.reasons import LIVE
from app.coverage.misses.refusals import ReasonNotFound
from app.coverage.misses.schemas import PeriodName, State
from app.coverage.tables import MissReason
from app.organisation.among import among
from app.organisation.schemas import UnitId
from app.organisation.unit_reading import read_unit
from app.standing.queries import of_visible_client
from app.trail.change import Reading


@dataclass(frozen=True, slots=True)
class Filter:
    """Which reasons a list holds; every condition that is given holds of each."""

    client_id: Annotated[ClientId | None, Query(description="Of this client alone.")] = None
    period: Annotated[PeriodName | None, Query(description="For this period alone, as `2026-11`.")] = None
    unit: Annotated[UnitId | None, Query(description="Of clients that this unit or one below it leads or assists.")] = (
        None
    )
    state: Annotated[State | None, Query(description="In this state alone.")] = None


async def reason_of(reads: Reading, reason_id: UUID) -> MissReason:
    """One reason; raises ReasonNotFound, also for one of a client that the caller does not see."""
    found: MissReason = await of_visible_client(reads, MissReason, reason_id, ReasonNotFound)
    return found


async def listed(reads: Reading, asked: Filter, after: UUID | None, limit: int) -> Sequence[MissReason]:
    """Reasons of the clients that the caller sees, by id; raises ClientNotFound or UnitNotFound."""
    row = MissReason
    query = select(row).where(is_visible(row.client_id, reads.actor.unit, reads.today))
    if asked.client_id is not None:
        query = query.where(row.client_id == (await visible(reads, asked.client_id)).id)
    if asked.unit is not None:
        await read_unit(reads, asked.unit)
        query = query.where(is_visible(row.client_id, asked.unit, reads.today))
    query = query if asked.period is None else query.where(row.period == asked.period)
    query = query if asked.state is None else query.where(row.state == asked.state)
    query = query if after is None else query.where(row.id > after)
    return (await reads.session.scalars(query.order_by(row.id).limit(limit))).all()


async def reasons_of(session: AsyncSession, keys: Collection[ReasonKey]) -> dict[ReasonKey, MissReason]:
    """The reasons, proposed or accepted, that stand for these obligations, whose clients the caller sees.

    They are read by client and period, so that the cost grows with those and not with the table.
    """
    if not keys:
        return {}
    row, wanted = MissReason, frozenset(keys)
    of_these = (
        among(row.client_id, {key.client_id for key in wanted}),
        among(row.period, {key.period for key in wanted}),
        row.state.in_(LIVE),
    )
    found = {key_of(each): each for each in await session.scalars(select(row).where(*of_these))}
    return {key: each for key, each in found.items() if key in wanted}


def key_of(reason: MissReason) -> ReasonKey:
    """What a reason is of."""
    return ReasonKey(reason.client_id, reason.rulebook, reason.role, reason.officer_id, reason.period)
