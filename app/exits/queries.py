"""Reading exits, as far as the caller sees the client."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.reading import is_visible, visible
from app.clients.schemas import ClientId
from app.exits.proposing import OPEN
from app.exits.refusals import ExitNotFound
from app.exits.tables import ExitRecord
from app.http.types import Day
from app.kernel.exit_process import State
from app.standing.queries import of_visible_client
from app.trail.change import Reading


@dataclass(frozen=True, slots=True)
class Filter:
    """Which exits a list holds; every condition that is given holds of each."""

    state: Annotated[State | None, Query(description="In this state alone.")] = None
    client_id: Annotated[ClientId | None, Query(description="Of this client alone.")] = None
    due_before: Annotated[Day | None, Query(description="Whose open step ends before this day.")] = None


async def exit_of(reads: Reading, exit_id: UUID) -> ExitRecord:
    """One exit; raises ExitNotFound, also for one of a client that the caller does not see."""
    found: ExitRecord = await of_visible_client(reads, ExitRecord, exit_id, ExitNotFound)
    return found


async def listed(reads: Reading, asked: Filter, after: UUID | None, limit: int) -> Sequence[ExitRecord]:
    """Exits of the clients that the caller sees, by id; raises ClientNotFound for a client that it does not see."""
    row = ExitRecord
    query = select(row).where(is_visible(row.client_id, reads.actor.unit, reads.today))
    if asked.client_id is not None:
        query = query.where(row.client_id == (await visible(reads, asked.client_id)).id)
    query = query if asked.state is None else query.where(row.state == asked.state)
    query = query if asked.due_before is None else query.where(row.due < asked.due_before)
    query = query if after is None else query.where(row.id > after)
    return (await reads.session.scalars(query.order_by(row.id).limit(limit))).all()


async def open_of(session: AsyncSession, client_id: str) -> Sequence[ExitRecord]:
    """A client's exits that are not at their end, by rulebook."""
    row = ExitRecord
    query = select(row).where(row.client_id == client_id, row.state.in_(OPEN)).order_by(row.rulebook)
    return (await session.scalars(query)).all()
