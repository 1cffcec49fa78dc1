"""Whether what is still to be made fits into the working days that are left (domain.md G1, G3)."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from app.coverage.known_terms import Desk
from app.coverage.planning.gathering import (
    calendar_days,
    claims_left,
    clients_meant,
    days_in,
    of_these,
    own_days,
    staff_of,
)
from app.coverage.planning.query import Asked
from app.coverage.planning.sharing import Claim, Staff, fallen, of_officer
from app.kernel.coverage.capacity import Load, load
from app.kernel.coverage.sharing import NOBODY
from app.kernel.coverage.span import Span
from app.kernel.coverage.working_days import WorkingDays
from app.trail.change import Reading

MOST_CLIENTS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Capacity:
    """The load of each officer, in the order of their numbers, and the visits that fall to nobody."""

    loads: Mapping[str, Load]
    vacant: int


async def capacity(reads: Reading, desk: Desk, asked: Asked, per_day: int) -> Capacity:
    """The load of each officer who goes in a role to the clients that are meant; of the one alone that is asked for.

    What officers are to make at other clients does not count. Raises TooManyClients or BeyondCalendar.
    """
    working = await calendar_days(reads, desk)
    to_make: Counter[str] = Counter()
    for clients in await clients_meant(reads, asked.question, MOST_CLIENTS):
        narrowed = of_these(asked.question, clients)
        staff = await staff_of(reads, narrowed)
        claims = of_officer(await claims_left(reads, desk, narrowed), staff, asked.question.officer)
        to_make.update(await asyncio.to_thread(_to_make, claims, staff, asked.left, working))
        to_make.update(dict.fromkeys(_holders(staff, asked.left), 0))
    vacant, officer = to_make.pop(NOBODY, 0), asked.question.officer
    officers = sorted(to_make) if officer is None else [officer]
    own = await own_days(reads, officers, days_in(asked.left, working))
    return Capacity({each: load(to_make[each], asked.left, own[each], per_day) for each in officers}, vacant)


def _to_make(claims: Iterable[Claim], staff: Staff, left: Span, working: WorkingDays) -> Counter[str]:
    found: Counter[str] = Counter()
    for each in fallen(claims, staff, left, working):
        found[each.officer] += each.visits
    return found


def _holders(staff: Staff, left: Span) -> set[str]:
    """Who holds a role on one of the days that are left, and who stands in."""
    going = (each for duty in staff.duties.values() for each in duty if each.span.within(left))
    return {officer for each in going for officer in (each.officer, each.holder)}
