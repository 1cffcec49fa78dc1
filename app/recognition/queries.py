"""Reading nominations, as far as the caller sees the client."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.reading import is_visible, visible
from app.clients.schemas import ClientId
from app.http.types import Day
from app.kernel.recognition import State
from app.organisation.among import among
from app.organisation.closing import keeps_open
from app.organisation.officer_reading import require_officer
from app.organisation.schemas import OfficerId
from app.recognition.desk import OPEN
from app.recognition.refusals import NominationNotFound
from app.recognition.tables import NominationRecord
from app.standing.queries import of_visible_client
from app.trail.change import Reading


@dataclass(frozen=True, slots=True)
class Filter:
    """Which nominations a list holds; every condition that is given holds of each."""

    state: Annotated[State | None, Query(description="In this state alone.")] = None
    client_id: Annotated[ClientId | None, Query(description="Of this client alone.")] = None
    awaiting: Annotated[OfficerId | None, Query(description="Those that wait for this member's vote.")] = None
    due_before: Annotated[Day | None, Query(description="Whose open step ends before this day.")] = None


async def nomination(reads: Reading, nomination_id: UUID) -> NominationRecord:
    """One nomination; raises NominationNotFound, also for one of a client that the caller does not see."""
    found: NominationRecord = await of_visible_client(reads, NominationRecord, nomination_id, NominationNotFound)
    return found


async def listed(reads: Reading, asked: Filter, after: UUID | None, limit: int) -> Sequence[NominationRecord]:
    """Nominations of the clients that the caller sees, by id.

    Raises ClientNotFound or OfficerNotFound where the caller does not see whom it asks for.
    """
    row = NominationRecord
    query = select(row).where(is_visible(row.client_id, reads.actor.unit, reads.today))
    if asked.client_id is not None:
        query = query.where(row.client_id == (await visible(reads, asked.client_id)).id)
    if asked.awaiting is not None:
        await require_officer(reads, asked.awaiting)
        query = query.where(row.awaiting.contains([asked.awaiting]))
    query = query if asked.state is None else query.where(row.state == asked.state)
    query = query if asked.due_before is None else query.where(row.due < asked.due_before)
    query = query if after is None else query.where(row.id > after)
    return (await reads.session.scalars(query.order_by(row.id).limit(limit))).all()


async def open_of(session: AsyncSession, client_id: str) -> Sequence[NominationRecord]:
    """A client's nominations that are not at their end, by rulebook."""
    row = NominationRecord
    query = select(row).where(row.client_id == client_id, row.state.in_(OPEN)).order_by(row.rulebook)
    return (await session.scalars(query)).all()


@keeps_open("nominations to be filed")
async def unfiled(session: AsyncSession, closing: Mapping[str, date]) -> Mapping[str, int]:
    """How many clients each of the units has recognised and is still to file with head office (B6)."""
    row = NominationRecord
    query = select(row.decided_by, func.count().label("number")).where(
        among(row.decided_by, list(closing)), row.state == "filing"
    )
    rows = await session.execute(query.group_by(row.decided_by))
    return {found.decided_by: found.number for found in rows}
