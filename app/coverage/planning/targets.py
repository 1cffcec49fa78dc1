"""The visits that a year owes, broken down to a person's day (domain.md G3)."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import select

from app.coverage.attainment.circumstances import Circumstances, circumstances
from app.coverage.attainment.claims import claims
from app.coverage.attainment.counting import Claimed, counted
from app.coverage.attainment.question import Question
from app.coverage.attainment.unanswerable import BeyondCalendar
from app.coverage.known_terms import Desk
from app.coverage.planning.gathering import (
    Kinds,
    clients_meant,
    days_in,
    kinds_counted,
    of_these,
    own_days,
    staff_of,
)
from app.coverage.planning.sharing import Claim, Duty, Role, Staff, fallen
from app.coverage.tables import ObligationRow
from app.kernel.coverage.owing import Absence, Owes, ProRata, owed
from app.kernel.coverage.period import CoveragePeriod, periods_in
from app.kernel.coverage.span import Span
from app.kernel.coverage.targets import Target, added_up
from app.kernel.coverage.working_days import BeyondCalendarError
from app.organisation.calendar_days import working_days
from app.organisation.calendar_reading import calendar_as_of
from app.trail.change import Reading

MOST_CLIENTS: Final = 10_000
_YEAR: Final = "query/year"
_PER: Final[Any] = ObligationRow.__table__.c.per
Owing = Counter[CoveragePeriod]
"""How many visits each period owes."""


async def target(reads: Reading, desk: Desk, asked: Question) -> Target:
    """The year of a question, with what its periods of every kind owe; as it is known now.

    What months owe is built up, what quarters, half-years and the year owe is broken down: each evenly over the working
    days of its period, an officer's own where one is asked for. Raises TooManyClients or BeyondCalendar.
    """
    calendar = await calendar_as_of(reads.session, desk.calendar, reads.now)
    days = days_in(asked.period.span, working_days(calendar), _YEAR)
    owing: Owing = Counter()
    for clients in await clients_meant(reads, asked, MOST_CLIENTS):
        narrowed = of_these(asked, clients)
        known = await circumstances(reads.session, calendar, narrowed, reads.now)
        book = _Book(known, await staff_of(reads, narrowed), asked.officer)
        for kind in await reads.session.scalars(select(_PER).distinct()):
            year = await _year(reads, desk, narrowed, kind, book)
            owing.update(await asyncio.to_thread(year.owing, asked.period.span))
    if asked.officer is not None:
        days = (await own_days(reads, [asked.officer], days))[asked.officer]
    return await asyncio.to_thread(added_up, asked.period, owing.items(), days)


class _Alike(NamedTuple):
    """What claims of one role at one client have in common with others, to whom as much falls in each period."""

    role: str
    duty: Duty
    claims: tuple[tuple[Claimed, tuple[Absence, ...]], ...]


@dataclass(frozen=True, slots=True)
class _Book:
    """Of whose clients: who goes in the roles, what keeps visits from being asked for; of one officer, or of all."""

    known: Circumstances
    staff: Staff
    officer: str | None

    def alike(self, found: Iterable[Claimed]) -> Mapping[_Alike, int]:
        """Claims of a role at a client, put together with those to whom as much falls, and how many they are."""
        by_role: defaultdict[Role, list[Claimed]] = defaultdict(list)
        for each in found:
            by_role[each.client or "", each.role].append(each)
        wanted = by_role.keys() if self.officer is None else by_role.keys() & self.staff.roles_of(self.officer)
        return Counter(self._kind_of(role, by_role[role]) for role in wanted)

    def _kind_of(self, role: Role, found: Iterable[Claimed]) -> _Alike:
        claims = ((replace(each, client=None, unit=None), self.known.absences(each)) for each in found)
        return _Alike(role[1], self.staff.duties.get(role, ()), tuple(claims))


@dataclass(frozen=True, slots=True)
class _Year:
    """What a year owes per period of a kind: by claims that are alike, and how many they are."""

    kind: str
    alike: Mapping[_Alike, int]
    kinds: Kinds
    terms: Mapping[UUID, ProRata]
    book: _Book

    def owing(self, year: Span) -> Owing:
        """What each period owes; of an officer what of it falls to him. Raises BeyondCalendar."""
        found: Owing = Counter()
        try:
            for period in periods_in(self.kind, year):
                found[period] = sum(self._visits(alike, period) * number for alike, number in self.alike.items())
        except BeyondCalendarError as error:
            raise BeyondCalendar(error, _YEAR) from None
        return found

    def _visits(self, alike: _Alike, period: CoveragePeriod) -> int:
        staff = Staff({("", alike.role): alike.duty}, self.book.staff.away)
        falls = fallen(self._claims(alike, period), staff, period.span, self.book.known.working)
        return sum(each.visits for each in falls if self.book.officer in {None, each.officer})

    def _claims(self, alike: _Alike, period: CoveragePeriod) -> Iterator[Claim]:
        for each, absences in alike.claims:
            terms = each.lines[-1].terms_id
            owes = [Owes(line.span, line.at_least, frozenset(), why=line.why) for line in each.lines]
            whole = owed(period.span, owes, absences, self.book.known.working, self.terms[terms])
            if whole.prorated:
                kinds, himself = self.kinds[terms, alike.role], each.officer if each.by_himself else None
                yield Claim("", alike.role, himself, kinds, whole.prorated, whole, self.terms[terms])


async def _year(reads: Reading, desk: Desk, asked: Question, kind: str, book: _Book) -> _Year:
    told = {**asked.parameters, "per": kind, "by_client": True, "by_unit": True, "by_officer": True, "apart": []}
    found = await counted(reads.session, claims(asked.book, by_officer=False), told)
    ids = {line.terms_id for each in found for line in each.lines}
    await desk.terms.meet(reads.session, ids)
    terms = {each: desk.rules(each).pro_rata for each in ids}
    return _Year(kind, book.alike(found), await kinds_counted(reads, ids, kind), terms, book)
