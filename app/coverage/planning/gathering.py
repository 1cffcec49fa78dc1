"""Reading what plans are made of: clients, what is still to be made, who holds the roles, who is away."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from app.coverage.attainment.attaining import Attained, How, attained
from app.coverage.attainment.claims import clients_of, holders
from app.coverage.attainment.question import Question
from app.coverage.attainment.unanswerable import BeyondCalendar
from app.coverage.known_terms import Desk
from app.coverage.planning.refusals import TooManyClients
from app.coverage.planning.sharing import Claim, Role, Staff
from app.coverage.tables import ObligationRow
from app.kernel.coverage.capacity import at_work
from app.kernel.coverage.duty import serving, stints
from app.kernel.coverage.span import Span
from app.kernel.coverage.working_days import BeyondCalendarError, WorkingDays
from app.organisation.calendar_days import working_days
from app.organisation.calendar_reading import calendar_as_of
from app.organisation.closure_reading import closed_to
from app.organisation.leave_reading import absences_in, leaves_in, principals_in
from app.organisation.lookup import leaving
from app.trail.change import Reading

_RULE: Final[Any] = ObligationRow.__table__.c
_AT_ONCE: Final = 1_000

Kinds = Mapping[tuple[UUID, str], frozenset[str]]
"""Which kinds of visit count, by terms and role."""


async def clients_meant(reads: Reading, asked: Question, most: int) -> list[list[str]]:
    """The ids of the clients of a question, so many at a time as are worked out at once; raises TooManyClients.

    Of an officer also those of whom he stands in for.
    """
    officers = [asked.officer]
    if asked.officer is not None:
        officers += await principals_in(reads.session, asked.period.span, reads.now, asked.officer)
    meant: set[str] = set()
    for officer in officers:
        paged = replace(asked, officer=officer).page(None, most + 1)
        rows = await reads.session.execute(clients_of(paged.book), paged.parameters)
        meant.update(row.client_id for row in rows)
    if len(meant) > most:
        raise TooManyClients(most)
    found = sorted(meant)
    return [found[at : at + _AT_ONCE] for at in range(0, len(found), _AT_ONCE)]


def of_these(asked: Question, clients: Collection[str]) -> Question:
    """The same question, of clients whom the caller was found to see."""
    return replace(asked, clients=tuple(clients), unit=None, officer=None, seen_by=None, cursor=None, limit=None)


async def claims_left(reads: Reading, desk: Desk, asked: Question) -> list[Claim]:
    """What is still to be made of what each role owes each client in the period."""
    found = await attained(reads.session, desk, asked, How(by_client=True, by_holder=True))
    open_ones = [each for each in found if each.figures.remaining]
    kinds = await kinds_counted(reads, {_terms(each) for each in open_ones}, asked.period.kind)
    return [_claim(desk, each, kinds) for each in open_ones]


async def staff_of(reads: Reading, asked: Question) -> Staff:
    """Who goes in which role to the clients of a question, on which days of the period, and who is away.

    Who has left the bank goes no more, though the role was not handed over.
    """
    held: defaultdict[Role, list[tuple[str, Span]]] = defaultdict(list)
    rows = await reads.session.execute(holders(asked.book), asked.parameters)
    for client, role, officer, from_day, until in rows:
        held[client, role].append((officer, Span(from_day, until)))
    officers = {officer for theirs in held.values() for officer, _ in theirs}
    away, delegated = await absences_in(reads.session, asked.period.span, reads.now, officers)
    delegates = {each.delegate for some in delegated.values() for each in some}
    left = await leaving(reads.session, officers | delegates)
    stints_of = cache(lambda theirs: serving(stints(theirs, delegated), left))
    return Staff({role: stints_of(tuple(theirs)) for role, theirs in held.items()}, away)


async def own_days(reads: Reading, officers: Collection[str], days: WorkingDays) -> dict[str, WorkingDays]:
    """The working days of each of the officers: not those of his leave, whoever stands in, nor those of a closure.

    Closed to an officer are the days on which all units are closed that he serves then. Who has left has none.
    """
    off: defaultdict[str, list[Span]] = defaultdict(list)
    for officer, left_on in (await leaving(reads.session, officers)).items():
        off[officer].append(Span(left_on, date.max))
    for leave in await leaves_in(reads.session, days.reach, reads.now, officers):
        off[leave.officer_id].append(Span(leave.from_day, leave.until_day))
    for officer, closed in (await closed_to(reads.session, days.reach, reads.now, officers)).items():
        off[officer] += closed
    return {officer: at_work(days, off.get(officer, ())) for officer in officers}


async def calendar_days(reads: Reading, desk: Desk) -> WorkingDays:
    """The working days as they are known now."""
    return working_days(await calendar_as_of(reads.session, desk.calendar, reads.now))


def days_in(span: Span, working: WorkingDays, place: str = "query/period") -> WorkingDays:
    """The working days of a span alone: an officer's own are quickly made of few; raises BeyondCalendar of a place."""
    try:
        return WorkingDays(span, working.of(span))
    except BeyondCalendarError as error:
        raise BeyondCalendar(error, place) from None


async def kinds_counted(reads: Reading, terms: Collection[UUID], per: str) -> Kinds:
    """Which kinds of visit count, by terms and role."""
    query = select(_RULE.terms_id, _RULE.role, _RULE.counts).where(_RULE.terms_id.in_(terms), _RULE.per == per)
    return {(row.terms_id, row.role): frozenset(row.counts) for row in await reads.session.execute(query)}


def _terms(attained: Attained) -> UUID:
    return attained.claimed.lines[-1].terms_id


def _claim(desk: Desk, attained: Attained, kinds: Kinds) -> Claim:
    claimed, terms = attained.claimed, _terms(attained)
    return Claim(
        client=claimed.client or "",
        role=claimed.role,
        himself=claimed.officer if claimed.by_himself else None,
        kinds=kinds[terms, claimed.role],
        visits=attained.figures.remaining,
        whole=attained.owed,
        terms=desk.rules(terms).pro_rata,
    )
