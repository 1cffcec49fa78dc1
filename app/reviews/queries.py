"""Reading reviews, as far as the caller sees the client: one, and lists by when they are due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import Query
from sqlalchemy import ColumnElement, and_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.holding import is_covered_by
from app.clients.reading import is_visible, visible
from app.clients.refusals import ClientNotFound
from app.clients.schemas import ClientId
from app.http.types import Day
from app.organisation.officer_reading import require_officer
from app.organisation.schemas import OfficerId, UnitId
from app.organisation.unit_reading import read_unit
from app.reviews.refusals import ReviewNotFound
from app.reviews.stored import Review, review_of
from app.reviews.tables import ReviewRecord
from app.rulebooks.schemas import RulebookName
from app.trail.change import Reading

_TABLE: Final[Any] = ReviewRecord.__table__
Status = Literal["upcoming", "due", "overdue", "done", "skipped", "cancelled"]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which reviews a list holds; every condition that is given holds of each."""

    status: Annotated[Status | None, Query(description="As it is now.")] = None
    unit: Annotated[UnitId | None, Query(description="Of clients that this unit or one below it leads or assists.")] = (
        None
    )
    officer: Annotated[OfficerId | None, Query(description="Of clients that are assigned to this officer today.")] = (
        None
    )
    client_id: Annotated[ClientId | None, Query(description="Of this client alone.")] = None
    rulebook: Annotated[RulebookName | None, Query(description="Under this rulebook alone.")] = None
    before: Annotated[Day | None, Query(description="Due before this day.")] = None
    after: Annotated[Day | None, Query(description="Due on this day or later.")] = None


def status_of(review: Review, now: datetime) -> Status:
    """Its status at a moment; what is open is upcoming, due, then overdue."""
    if review.state != "open":
        return review.state  # type: ignore[return-value]  # the table holds no other
    if review.due_at > now:
        return "upcoming"
    return "due" if review.overdue_at > now else "overdue"


async def review_of_id(reads: Reading, review_id: UUID) -> Review:
    """One review; raises ReviewNotFound, also for one of a client that the caller does not see."""
    row = (await reads.session.execute(select(_TABLE).where(_TABLE.c.id == review_id))).one_or_none()
    if row is None:
        raise ReviewNotFound
    try:
        await visible(reads, row.client_id)
    except ClientNotFound:
        raise ReviewNotFound from None
    return review_of(row)


async def reviews_after(session: AsyncSession, review: Review, cycles: int = 1) -> list[Review]:
    """The review of the same client and rulebook so many cycles later, or before; none, where there is none."""
    of_client = (_TABLE.c.client_id == review.client_id, _TABLE.c.rulebook == review.rulebook)
    rows = await session.execute(select(_TABLE).where(*of_client, _TABLE.c.cycle == review.cycle + cycles))
    return [review_of(row) for row in rows]


async def listed(reads: Reading, asked: Filter, after: tuple[datetime, UUID] | None, limit: int) -> Sequence[Review]:
    """Reviews by when they are due; raises what is not found of the client, officer or unit that is named."""
    conditions = await _conditions(reads, asked)
    if after is not None:
        conditions.append(tuple_(_TABLE.c.due_at, _TABLE.c.id) > after)
    query = select(_TABLE).where(*conditions).order_by(_TABLE.c.due_at, _TABLE.c.id).limit(limit)
    return [review_of(row) for row in await reads.session.execute(query)]


async def reached(reads: Reading, unit: str | None, officer: str | None) -> list[ColumnElement[bool]]:
    """Of clients that the caller sees; raises UnitNotFound or OfficerNotFound for one that is not there for it."""
    conditions = [is_visible(_TABLE.c.client_id, reads.actor.unit, reads.today)]
    if unit is not None:
        await read_unit(reads, unit)
        conditions.append(is_visible(_TABLE.c.client_id, unit, reads.today))
    if officer is not None:
        await require_officer(reads, officer)
        conditions.append(is_covered_by(_TABLE.c.client_id, officer, reads.today))
    return conditions


async def _conditions(reads: Reading, asked: Filter) -> list[ColumnElement[bool]]:
    row = _TABLE.c
    conditions = await reached(reads, asked.unit, asked.officer)
    if asked.client_id is not None:
        conditions.append(row.client_id == (await visible(reads, asked.client_id)).id)
    if asked.rulebook is not None:
        conditions.append(row.rulebook == asked.rulebook)
    if asked.status is not None:
        conditions.append(_in_status(asked.status, reads.now))
    if asked.before is not None:
        conditions.append(row.due_on < asked.before)
    if asked.after is not None:
        conditions.append(row.due_on >= asked.after)
    return conditions


def _in_status(status: Status, now: datetime) -> ColumnElement[bool]:
    """Whether a review is in a status, as `status_of` tells."""
    row = _TABLE.c
    if status == "upcoming":
        return and_(row.state == "open", row.due_at > now)
    if status == "due":
        return and_(row.state == "open", row.due_at <= now, row.overdue_at > now)
    return and_(row.state == "open", row.overdue_at <= now) if status == "overdue" else row.state == status
