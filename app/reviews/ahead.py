"""The reviews that are to come, were every client to keep its tier and every review done when it is due (A10)."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import func, select

from app.clients.reading import rows_of
from app.kernel.review_cycle import following
from app.reviews.days import Days, days_of
from app.reviews.stored import Review, review_of
from app.reviews.tables import ReviewRecord
from app.trail.change import Reading

_TABLE: Final[Any] = ReviewRecord.__table__


class ReviewAhead(NamedTuple):
    """A review that is to come: of whom, when; one that is due already, today."""

    client_id: str
    day: date
    full: bool


async def reviews_ahead(reads: Reading, calendar: str, client_ids: Collection[str], until: date) -> list[ReviewAhead]:
    """The reviews of the clients that are due before a day, by the cadences by which they are planned now."""
    of_clients = _TABLE.c.client_id == func.any(list(client_ids)), _TABLE.c.state == "open"
    query = select(_TABLE).where(*of_clients).order_by(_TABLE.c.client_id, _TABLE.c.rulebook)
    rows = [review_of(row) for row in await reads.session.execute(query)]
    clients = await rows_of(reads.session, {each.client_id for each in rows}, reads.today)
    units = {client_id: row.unit for client_id, row in clients.items()}
    days = await days_of(reads, calendar, {unit for unit in units.values() if unit}, [reads.today, until])
    return [ahead for row in rows for ahead in _ahead(row, units[row.client_id], days, reads.today, until)]


def _ahead(review: Review, unit: str | None, days: Days, today: date, until: date) -> Iterator[ReviewAhead]:
    cycle, day = review.course.cycle, max(today, review.due_on)
    while day < until:
        yield ReviewAhead(review.client_id, day, cycle.full)
        cycle = following(cycle, review.course.cadence, day)
        day = days.due(cycle.day, unit)
