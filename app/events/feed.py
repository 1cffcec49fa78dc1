"""Reading the feed: events in the order of their places, as far as the caller sees the unit whose matter they are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, true

from app.events.envelope import public_id
from app.events.refusals import EventNotFound
from app.events.tables import EventRecord, EventSequence
from app.organisation.faults import refused
from app.organisation.fence import belongs
from app.trail.change import Reading

SPAN: Final = 20_000
"""Places that one page looks through at most: of a feed that holds little for the caller, not all is read at once."""

LAST_PLACE: Final = 2**63 - 1


class Placed(NamedTuple):
    """An event with its place, None where it has none yet."""

    sequence: int | None
    type: str
    body: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events: of these types (all, where empty), about this client."""

    types: Collection[str] = ()
    subject: str | None = None

    def condition(self) -> ColumnElement[bool]:
        """For a statement over events."""
        of_type = EventRecord.type.in_(self.types) if self.types else true()
        return of_type if self.subject is None else of_type & (EventRecord.subject == self.subject)


class Page(NamedTuple):
    """Events after a place, up to `after`, from where to read on; `more` where more places are given already."""

    items: Sequence[Placed]
    after: int
    more: bool


async def top(reading: Reading) -> int:
    """The last place that was given; 0 before the first."""
    return await reading.session.scalar(select(func.max(EventSequence.sequence))) or 0


async def page(reading: Reading, wanted: Wanted, after: int, limit: int) -> Page:
    """At most `limit` events after a place."""
    reached = await top(reading)
    last = min(reached, after + SPAN) if wanted.subject is None else reached
    rows = await _rows(reading, wanted, (after, last), limit)
    end = rows[-1].sequence if len(rows) == limit else max(last, after)
    return Page([Placed(*row) for row in rows], end, end < reached)


async def one(reading: Reading, event_id: UUID) -> Placed:
    """An event by its id; raises EventNotFound, and notes a denial where it is of a unit outside the caller's."""
    columns = (EventSequence.sequence, EventRecord.type, EventRecord.body, EventRecord.unit)
    found = select(*columns, _seen(reading).label("seen")).select_from(EventRecord).outerjoin(EventSequence)
    row = (await reading.session.execute(found.where(EventRecord.id == event_id))).one_or_none()
    if row is None:
        raise EventNotFound
    if not row.seen:
        reading.deny(refused("event", public_id(event_id), row.unit))
        raise EventNotFound
    return Placed(row.sequence, row.type, row.body)


async def _rows(reading: Reading, wanted: Wanted, span: tuple[int, int], limit: int) -> Sequence[Any]:
    after, last = span
    statement = (
        select(EventSequence.sequence, EventRecord.type, EventRecord.body)
        .join(EventRecord, EventRecord.id == EventSequence.event_id)
        .where(EventSequence.sequence > after, EventSequence.sequence <= last, wanted.condition(), _seen(reading))
        .order_by(EventSequence.sequence)
        .limit(limit)
    )
    return (await reading.session.execute(statement)).all()


def _seen(reading: Reading) -> ColumnElement[bool]:
    unit: Any = EventRecord.unit
    return belongs(unit, reading.actor.unit, reading.today)
