"""What the months to come bring: reviews and visits, by month and by officer (domain.md A10, G1, G3)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.clients.holding import owners_of
from app.coverage.attainment.question import Question
from app.coverage.known_terms import Desk
from app.coverage.planning.ahead import Whose, ahead
from app.coverage.planning.gathering import clients_meant
from app.kernel.coverage.capacity import Load
from app.kernel.coverage.period import CoveragePeriod, period_of
from app.kernel.forecast import months_from
from app.reviews.ahead import ReviewAhead, reviews_ahead
from app.trail.change import Reading

MOST_CLIENTS: Final = 2_000
"""Whose months are worked out for one answer."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """How many reviews there are, and how many of them are the year's in full."""

    reviews: int
    full: int


@dataclass(frozen=True, slots=True)
class OfficerAhead:
    """What an officer has before him, month by month: reviews of the clients that he owns, visits that fall to him."""

    officer: str
    reviewed: Sequence[Reviewed]
    loads: Sequence[Load]


@dataclass(frozen=True, slots=True)
class Forecast:
    """Of so many clients: by month the reviews, the visits of all, those that fall to nobody; and by officer."""

    clients: int
    months: Sequence[CoveragePeriod]
    reviewed: Sequence[Reviewed]
    vacant: Sequence[int]
    officers: Sequence[OfficerAhead]


async def forecast(reads: Reading, desk: Desk, asked: Question, months: int, per_day: int) -> Forecast:
    """Simulate months, this one being the first, as if nobody changed tier and all were done when it is due.

    Raises TooManyClients or BeyondCalendar.
    """
    periods = list(months_from(reads.today, months))
    clients = await clients_meant(reads, asked, MOST_CLIENTS)
    every = [client_id for some in clients for client_id in some]
    owners = await owners_of(reads.session, every, reads.today)
    visits = await ahead(reads, desk, Whose(asked, clients, {*owners.values()}), periods, per_day)
    reviews = await reviews_ahead(reads, desk.calendar, every, periods[-1].span.until)
    theirs: defaultdict[str | None, list[ReviewAhead]] = defaultdict(list)
    for each in reviews:
        theirs[owners.get(each.client_id)].append(each)
    return Forecast(
        clients=len(every),
        months=periods,
        reviewed=_by_month(reviews, periods),
        vacant=visits.vacant,
        officers=[OfficerAhead(each, _by_month(theirs[each], periods), load) for each, load in visits.loads.items()],
    )


def _by_month(reviews: Iterable[ReviewAhead], months: Sequence[CoveragePeriod]) -> list[Reviewed]:
    every: Counter[date] = Counter()
    full: Counter[date] = Counter()
    for each in reviews:
        month = period_of("month", each.day).span.start
        every[month] += 1
        full[month] += each.full
    return [Reviewed(every[each.span.start], full[each.span.start]) for each in months]
