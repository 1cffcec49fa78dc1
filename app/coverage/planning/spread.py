"""A suggested spread of the visits that are still to be made over the working days that are left (domain.md D2, G3)."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import text

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
from app.coverage.planning.sharing import Claim, Fallen, Role, Staff, fallen
from app.kernel.coverage.sharing import NOBODY
from app.kernel.coverage.spreading import spread
from app.kernel.coverage.visit_plan import DayVisit, Diary, Goer, ToMake, VisitPlan
from app.kernel.coverage.working_days import WorkingDays
from app.trail.change import Reading

MOST_CLIENTS: Final = 2_000
_GOING: Final = """
SELECT part.client_id, part.day, part.officer_id, part.role, part.kind, {planned} AS planned FROM {table} AS part
WHERE part.{column} = ANY(CAST(:{column}s AS text[])) AND part.day >= :start AND part.day < {until}
  AND part.ended_at IS NULL
"""
_PLANNED, _MADE = (True, "planned_participant", ":until"), (False, "visit_participant", "CAST(:start AS date) + 1")
_ON_THEIR_WAY: Final = text(
    " UNION ".join(
        _GOING.format(planned=planned, table=table, column=column, until=until)
        for planned, table, until in (_PLANNED, _MADE)
        for column in ("client_id", "officer_id")
    )
)
"""Who goes to the clients, and where the officers go: as it is planned, and as it was done on the first day."""


@dataclass(frozen=True, slots=True)
class Agenda:
    """What goes on already: visits, and how many of them serve what is still to be made."""

    visits: list[DayVisit]
    serving: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is suggested, what finds no day, and what is vacant; for how many clients, of whom so much is planned."""

    plan: VisitPlan
    vacant: list[Fallen]
    clients: int
    planned: int


async def suggestion(reads: Reading, desk: Desk, asked: Asked, per_day: int) -> Suggestion:
    """A plan for the clients that are meant; of the officer alone that is asked for, with those who can go along.

    Nothing is written. Raises TooManyClients or BeyondCalendar.
    """
    working = await calendar_days(reads, desk)
    clients = [each for some in await clients_meant(reads, asked.question, MOST_CLIENTS) for each in some]
    narrowed = of_these(asked.question, clients)
    staff = await staff_of(reads, narrowed)
    claims = await claims_left(reads, desk, narrowed)
    falls = await asyncio.to_thread(_fallen, claims, staff, asked, working)
    officers = {each.officer for each in falls} - {NOBODY}
    agenda = await _agenda(reads, asked, claims, staff, officers)
    own = await own_days(reads, officers, days_in(asked.left, working))
    diaries = {each: Diary(days.of(asked.left), per_day) for each, days in own.items()}
    plan = await asyncio.to_thread(_spread, falls, diaries, agenda.visits, asked.question.officer)
    vacant = [each for each in falls if each.officer == NOBODY]
    return Suggestion(plan, vacant, len({each.client for each in falls}), agenda.serving)


def _fallen(claims: Sequence[Claim], staff: Staff, asked: Asked, working: WorkingDays) -> list[Fallen]:
    """Who is to make what; of an officer at the clients whom he is to visit, with all who are to visit them."""
    found, officer = list(fallen(claims, staff, asked.left, working)), asked.question.officer
    if officer is None:
        return found
    theirs = {each.client for each in found if each.officer == officer}
    held = staff.roles_of(officer)
    others = [each for each in found if each.client in theirs and each.officer != NOBODY]
    return [*others, *(each for each in found if each.officer == NOBODY and (each.client, each.role) in held)]


def _spread(
    falls: Iterable[Fallen], diaries: Mapping[str, Diary], visits: Iterable[DayVisit], officer: str | None
) -> VisitPlan:
    to_make = (
        ToMake(each.client, each.role, each.officer, each.visits, each.each_holder, each.within, each.acting_for)
        for each in falls
        if each.officer != NOBODY
    )
    plan = spread(to_make, diaries, visits)
    if officer is None:
        return plan
    going = (visit for visit in plan.proposed if any(goer.officer == officer for goer in visit.goers))
    return VisitPlan(tuple(going), tuple(each for each in plan.unplaced if each.officer == officer))


async def _agenda(
    reads: Reading, asked: Asked, claims: Iterable[Claim], staff: Staff, officers: Collection[str]
) -> Agenda:
    """What is planned; what was done today fills the day, and is counted already."""
    kinds: defaultdict[Role, set[str]] = defaultdict(set)
    for claim in claims:
        kinds[claim.client, claim.role] |= claim.kinds
    clients = {client for client, _ in kinds}
    told = {"client_ids": sorted(clients), "officer_ids": sorted(officers), **asked.left._asdict()}
    going: defaultdict[tuple[date, str], list[Goer]] = defaultdict(list)
    for row in await reads.session.execute(_ON_THEIR_WAY, told):
        serves = row.planned and row.kind in kinds.get((row.client_id, row.role), ())
        acting_for = staff.acting_for((row.client_id, row.role), row.officer_id, row.day) if serves else ""
        going[row.day, row.client_id].append(Goer(row.officer_id, row.role if serves else None, acting_for))
    visits = [DayVisit(day, client, tuple(goers)) for (day, client), goers in going.items()]
    return Agenda(visits, sum(any(goer.role for goer in visit.goers) for visit in visits))
