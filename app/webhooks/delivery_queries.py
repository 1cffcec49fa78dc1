"""Reading deliveries of a webhook, as far as the caller sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query
from pydantic import StringConstraints
from sqlalchemy import select, tuple_

from app.events.tables import Delivery, DeliveryAttempt, EventRecord
from app.http.paging import read_moment
from app.http.types import Moment
from app.trail.change import Reading
from app.webhooks.queries import webhook
from app.webhooks.refusals import DeliveryNotFound
from app.webhooks.schemas import DeliveryState

SHOWN: Final = 100
"""How many attempts of a delivery are shown."""

EventType = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.]{1,100}$")]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which deliveries a list holds; every condition that is given holds of each."""

    state: Annotated[DeliveryState | None, Query(description="In this state alone.")] = None
    type: Annotated[EventType | None, Query(description="Of events of this type alone.")] = None
    since: Annotated[Moment | None, Query(description="Of events that were written for it then or later.")] = None


_WITH_EVENT: Final = select(Delivery, EventRecord.type.label("type"), EventRecord.subject.label("subject")).join(
    EventRecord, EventRecord.id == Delivery.event_id
)


async def listed(reads: Reading, endpoint_id: UUID, asked: Filter, cursor: str | None, limit: int) -> Sequence[Any]:
    """Deliveries with the type and the subject of their events, the latest first; raises WebhookNotFound."""
    found = await webhook(reads, endpoint_id)
    at, row_id = Delivery.created_at, Delivery.id
    query = _WITH_EVENT.where(Delivery.endpoint_id == found.id)
    if asked.state is not None:
        query = query.where(Delivery.state == asked.state)
    if asked.type is not None:
        query = query.where(EventRecord.type == asked.type)
    if asked.since is not None:
        query = query.where(at >= asked.since)
    if (before := read_moment(cursor)) is not None:
        query = query.where(tuple_(at, row_id) < tuple_(*before))
    return (await reads.session.execute(query.order_by(at.desc(), row_id.desc()).limit(limit))).all()


async def delivery(reads: Reading, endpoint_id: UUID, delivery_id: UUID, *, lock: bool = False) -> Any:
    """One delivery with its event's type and subject; raises WebhookNotFound or DeliveryNotFound."""
    found = await webhook(reads, endpoint_id, lock=lock)
    query = _WITH_EVENT.where(Delivery.id == delivery_id, Delivery.endpoint_id == found.id)
    if lock:
        query = query.with_for_update(of=Delivery)
    row = (await reads.session.execute(query)).one_or_none()
    if row is None:
        raise DeliveryNotFound
    return row


async def attempts(reads: Reading, delivery_id: UUID) -> list[DeliveryAttempt]:
    """The latest attempts of a delivery, in order."""
    query = select(DeliveryAttempt).where(DeliveryAttempt.delivery_id == delivery_id)
    latest = (await reads.session.scalars(query.order_by(DeliveryAttempt.number.desc()).limit(SHOWN))).all()
    return [*reversed(latest)]
