"""Reading webhooks, as far as the caller's unit reaches. Deleted ones are there for nobody."""

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import aliased

from app.events.tables import Delivery, Endpoint
from app.http.paging import read_moment
from app.organisation.faults import refused
from app.organisation.fence import belongs
from app.trail.change import Reading
from app.webhooks.refusals import WebhookNotFound
from app.webhooks.schemas import State

DELETED: Final = "deleted"
_UNIT: Final[Any] = Endpoint.unit


async def webhook(reads: Reading, endpoint_id: UUID, *, lock: bool = False) -> Endpoint:
    """One webhook; raises WebhookNotFound, and notes a denial where it is there, but outside the caller's unit."""
    seen = belongs(_UNIT, reads.actor.unit, reads.today).label("seen")
    query = select(Endpoint, seen).where(Endpoint.id == endpoint_id, Endpoint.state != DELETED)
    if lock:
        query = query.with_for_update(of=Endpoint, key_share=True).execution_options(populate_existing=True)
    found = (await reads.session.execute(query)).one_or_none()
    if found is None:
        raise WebhookNotFound
    if not found.seen:
        reads.deny(refused("webhook", str(endpoint_id), found.Endpoint.unit))
        raise WebhookNotFound
    endpoint: Endpoint = found.Endpoint
    return endpoint


async def listed(reads: Reading, state: State | None, cursor: str | None, limit: int) -> Sequence[Endpoint]:
    """Webhooks that the caller sees, the latest first."""
    at, row_id = Endpoint.created_at, Endpoint.id
    query = select(Endpoint).where(belongs(_UNIT, reads.actor.unit, reads.today), Endpoint.state != DELETED)
    if state is not None:
        query = query.where(Endpoint.state == state)
    if (before := read_moment(cursor)) is not None:
        query = query.where(tuple_(at, row_id) < tuple_(*before))
    return (await reads.session.scalars(query.order_by(at.desc(), row_id.desc()).limit(limit))).all()


async def last_deliveries(reads: Reading, endpoint_ids: Collection[UUID]) -> dict[UUID, Delivery]:
    """The newest delivery of each webhook that has any; each is one step down an index."""
    newest = select(Delivery).where(Delivery.endpoint_id == Endpoint.id)
    one = aliased(Delivery, newest.order_by(Delivery.created_at.desc(), Delivery.id.desc()).limit(1).lateral())
    query = select(one).select_from(Endpoint).join(one, onclause=Endpoint.id == one.endpoint_id)
    return {each.endpoint_id: each for each in await reads.session.scalars(query.where(Endpoint.id.in_(endpoint_ids)))}
