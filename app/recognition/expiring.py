"""Ending what time has ended: for whoever keeps time, and harmless as often as it is done (domain.md A4, B7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.clients.reading import is_visible
from app.recognition.desk import TIMED, Desk, taken_up
from app.recognition.keeping import end_late
from app.recognition.tables import NominationRecord
from app.rulebooks.refusals import RulebookUnreadable


@dataclass(frozen=True, slots=True)
class Expired:
    """The nominations that were ended, and whether there may be more."""

    records: Sequence[NominationRecord]
    more: bool


async def expire(desk: Desk, limit: int) -> Expired:
    """End every nomination that the caller sees and whose step's last day is over, at most `limit` of them.

    A vote is decided by the votes that were cast; a screening or an assessment lapses. A filing stays open.
    """
    found = await _late(desk, limit + 1)
    ended = []
    for nomination_id in found[:limit]:
        try:
            taken = await taken_up(desk, nomination_id)
        except RulebookUnreadable:  # a process of the newer build ends it
            continue
        if taken.late(desk.today):  # somebody may have come while we waited for the client
            await end_late(desk, taken)
            ended.append(taken.record)
    return Expired(ended, more=len(found) > limit)


async def _late(desk: Desk, limit: int) -> Sequence[UUID]:
    """Late ones in the order of their clients, so that none wait in a ring."""
    change = desk.change
    query = select(NominationRecord.id).where(
        NominationRecord.state.in_(TIMED),
        NominationRecord.due < change.today,
        is_visible(NominationRecord.client_id, change.actor.unit, change.today),
    )
    query = query.order_by(NominationRecord.client_id, NominationRecord.id).limit(limit)
    return (await change.session.scalars(query)).all()
