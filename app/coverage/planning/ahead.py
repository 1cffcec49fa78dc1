"""The visits that months to come ask for, by officer, against the days that officers have (domain.md G1, G3)."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import select

from app.coverage.attainment.question import Question
from app.coverage.attainment.unanswerable import BeyondCalendar
from app.coverage.known_terms import Desk
from app.coverage.planning.gathering import (
    calendar_days,
    claims_left,
    days_in,
    of_these,
    own_days,
    staff_of,
)
from app.coverage.planning.sharing import Claim, Staff, fallen, of_officer
from app.coverage.tables import ObligationRow
from app.kernel.coverage.capacity import Load, load
from app.kernel.coverage.period import CoveragePeriod, periods_in
from app.kernel.coverage.sharing import NOBODY
from app.kernel.coverage.span import Span
from app.kernel.coverage.working_days import BeyondCalendarError, WorkingDays
from app.kernel.forecast import by_month
from app.trail.change import Reading

_PER: Final[Any] = ObligationRow.__table__.c.per
Falling = Counter[tuple[str, Span]]
"""How many visits fall to an officer, or to NOBODY, in days that are left of a period."""


@dataclass(frozen=True, slots=True)
class Whose:
    """Of which clients, as `clients_meant` parts them; `officers` are told of whatever falls to them."""

    asked: Question
    clients: Sequence[Sequence[str]]
    officers: Collection[str]


@dataclass(frozen=True, slots=True)
class Ahead:
    """By officer, in the order of their numbers, the load of each month; by month what falls to nobody."""

    loads: Mapping[str, Sequence[Load]]
    vacant: Sequence[int]


async def ahead(reads: Reading, desk: Desk, whose: Whose, months: Sequence[CoveragePeriod], per_day: int) -> Ahead:
    """What months ask for, this one and those to come, by what is owed and who holds the roles now.

    Of a period that has begun what is not done yet counts; what a quarter or a year owes is spread over the officer's
    working days in it. Raises BeyondCalendar.
    """
    working, asked = await calendar_days(reads, desk), whose.asked
    falling: Falling = Counter()
    for clients in whose.clients:
        for period in await _periods(reads, months):
            falling.update(await _falling(reads, desk, replace(asked, period=period), clients, working))
    everybody = {officer for officer, _ in falling if officer != NOBODY}.union(whose.officers)
    officers = sorted(everybody) if asked.officer is None else [asked.officer]
    return await _spread(reads, _Book(officers, falling, working), months, per_day)


@dataclass(frozen=True, slots=True)
class _Book:
    officers: list[str]
    falling: Falling
    working: WorkingDays


async def _periods(reads: Reading, months: Sequence[CoveragePeriod]) -> list[CoveragePeriod]:
    """The periods of every kind that is owed by which have a day in the months."""
    whole = Span(months[0].span.start, months[-1].span.until)
    kinds = sorted(await reads.session.scalars(select(_PER).distinct()))
    return [period for kind in kinds for period in periods_in(kind, whole)]


async def _falling(
    reads: Reading, desk: Desk, asked: Question, clients: Sequence[str], working: WorkingDays
) -> Falling:
    narrowed = of_these(asked, clients)
    left = Span(max(asked.today, asked.period.span.start), asked.period.span.until)
    staff = await staff_of(reads, narrowed)
    claims = of_officer(await claims_left(reads, desk, narrowed), staff, asked.officer)
    return await asyncio.to_thread(_fallen, claims, staff, left, working)


def _fallen(claims: Iterable[Claim], staff: Staff, left: Span, working: WorkingDays) -> Falling:
    found: Falling = Counter()
    for each in fallen(claims, staff, left, working):
        found[each.officer, left] += each.visits
    return found


async def _spread(reads: Reading, book: _Book, months: Sequence[CoveragePeriod], per_day: int) -> Ahead:
    first = max(reads.today, months[0].span.start)
    reach = Span(first, max([months[-1].span.until, *(left.until for _, left in book.falling)]))
    days = days_in(reach, book.working)
    own = {NOBODY: days, **await own_days(reads, book.officers, days)}
    try:
        visits = _by_month(book.falling, months, own)
        spans = [Span(max(first, each.span.start), each.span.until) for each in months]
        loads = {
            officer: [load(visits[officer][at], span, own[officer], per_day) for at, span in enumerate(spans)]
            for officer in book.officers
        }
    except BeyondCalendarError as error:
        raise BeyondCalendar(error, "query/months") from None
    return Ahead(loads, visits[NOBODY])


def _by_month(
    falling: Falling, months: Sequence[CoveragePeriod], own: Mapping[str, WorkingDays]
) -> Mapping[str, list[int]]:
    """How many visits fall to each officer in each of the months; to one that was not asked for, nothing."""
    found: defaultdict[str, list[int]] = defaultdict(lambda: [0] * len(months))
    for (officer, left), visits in falling.items():
        if officer in own:
            parts = by_month(visits, left, months, own[officer])
            found[officer] = [so_far + part for so_far, part in zip(found[officer], parts, strict=True)]
    return found
