"""The day by which an occasion is due, put where whatever ticks finds it (domain.md G4)."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import select

from app.clients.reading import rows_of
from app.coverage.tables import Occasion
from app.due.handling import Taken
from app.due.putting import Due, Step, cancel, put
from app.events.catalogue import OccasionDue
from app.events.envelope import Happened
from app.kernel.moments import moment
from app.trail.change import Change

OCCASION: Final = "occasion"
DUE: Final = "due"


async def watch(change: Change, occasion: Occasion) -> None:
    """Have the day looked after as long as the occasion is open: the moment at which it begins."""
    if occasion.state != "open":
        await cancel(change, OCCASION, [str(occasion.id)])
        return
    at = moment(occasion.due_by, change.zone)
    await put(change, [Due(OCCASION, str(occasion.id), at, [Step(DUE, at)], occasion.client_id)])


async def occasions_due(change: Change, taken: Sequence[Taken]) -> Sequence[Happened | None]:
    """Contacts that are owed by today; nothing of those that were made, or are owed no more."""
    query = select(Occasion).where(Occasion.id.in_([UUID(each.key) for each in taken]), Occasion.state == "open")
    found = {str(each.id): each for each in await change.session.scalars(query)}
    clients = await rows_of(change.session, {each.client_id for each in found.values()}, change.today)
    units = {client_id: row.unit for client_id, row in clients.items()}
    open_ones = (found.get(each.key) for each in taken)
    return [
        _told(each, occasion, units.get(occasion.client_id)) if occasion else None
        for each, occasion in zip(taken, open_ones, strict=True)
    ]


def _told(taken: Taken, occasion: Occasion, unit: str | None) -> Happened:
    data = OccasionDue(
        client_id=occasion.client_id,
        occasion_id=occasion.id,
        role=occasion.role,
        kind=occasion.kind,
        due_on=occasion.due_by,
        late_by=taken.late_s,
    )
    return Happened(data, (taken.key, str(occasion.due_by)), taken.planned_at, occasion.client_id, unit)
