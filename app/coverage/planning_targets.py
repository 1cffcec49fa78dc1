"""The visits that a year owes, broken down to a person's day (domain.md G3)."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import select

from app.coverage.circumstances import Circumstances, circumstances
from app.coverage.claims import claims
from app.coverage.counting import Claimed, counted
from app.coverage.known_terms import Desk
from app.coverage.planning_gathering import (
    Kinds,
    calendar_days,
    clients_meant,
    days_in,
    kinds_counted,
    leaves_of,
    of_these,
    staff_of,
)
from app.coverage.planning_sharing import Claim, Staff, fallen, of_officer
from app.coverage.question import Question
from app.coverage.tables import ObligationRow
from app.coverage.unanswerable import BeyondCalendar
from app.kernel.coverage.owing import Owed, Owes, ProRata, owed
from app.kernel.coverage.period import CoveragePeriod, periods_in
from app.kernel.coverage.targets import Target, added_up
from app.kernel.coverage.working_days import BeyondCalendarError
from app.trail.change import Reading

MOST_CLIENTS: Final = 10_000
_PER: Final[Any] = ObligationRow.__table__.c.per
Owing = Counter[CoveragePeriod]
"""How many visits each period owes."""


async def target(reads: Reading, desk: Desk, asked: Question) -> Target:
    """The year of a question, with what its periods of every kind owe; as it is known now.

    What months owe is built up, what quarters, half-years and the year owe is broken down: each evenly over the working
    days of its period, an officer's own where one is asked for. Raises TooManyClients or BeyondCalendar.
    """
    working, leaves = await calendar_days(reads, desk), await leaves_of(reads, asked.period.span)
    owing: Owing = Counter()
    for clients in await clients_meant(reads, asked, MOST_CLIENTS):
        narrowed = of_these(asked, clients)
        known = await circumstances(reads.session, desk.calendar, narrowed, reads.now)
        staff = await staff_of(reads, narrowed, leaves)
        for kind in await reads.session.scalars(select(_PER).distinct()):
            year = await _year(reads, desk, narrowed, kind, known)
            owing.update(await asyncio.to_thread(_owing, year, staff, asked.officer))
    days = days_in(asked.period.span, working)
    own = days if asked.officer is None else leaves.days_of(asked.officer, days)
    return await asyncio.to_thread(added_up, asked.period, owing.items(), own)


@dataclass(frozen=True, slots=True)
class _Year:
    """What is owed per period of a kind by which claims, in the course of a year; what is alike is worked out once."""

    period: CoveragePeriod
    kind: str
    claimed: Sequence[Claimed]
    kinds: Kinds
    terms: dict[Any, ProRata]
    known: Circumstances
    _owed: dict[Any, Owed] = field(default_factory=dict)

    def claims(self, period: CoveragePeriod) -> Iterable[Claim]:
        """What each role owes each client in one of the periods."""
        for each in self.claimed:
            terms = each.lines[-1].terms_id
            whole = self._whole(period, each)
            if whole.prorated:
                himself = each.officer if each.by_himself else None
                kinds = self.kinds[terms, each.role]
                yield Claim(each.client or "", each.role, himself, kinds, whole.prorated, whole, self.terms[terms])

    def _whole(self, period: CoveragePeriod, claimed: Claimed) -> Owed:
        absences = self.known.absences(claimed)
        key = (period, claimed.lines, absences)
        if key not in self._owed:
            owes = [Owes(line.span, line.at_least, frozenset(), why=line.why) for line in claimed.lines]
            terms = self.terms[claimed.lines[-1].terms_id]
            self._owed[key] = owed(period.span, owes, absences, self.known.working, terms)
        return self._owed[key]


async def _year(reads: Reading, desk: Desk, asked: Question, kind: str, known: Circumstances) -> _Year:
    told = {**asked.parameters, "per": kind, "by_client": True, "by_unit": True, "by_officer": True, "apart": []}
    found = await counted(reads.session, claims(asked.book, by_officer=False), told)
    ids = {line.terms_id for each in found for line in each.lines}
    await desk.terms.meet(reads.session, ids)
    terms = {each: desk.rules(each).pro_rata for each in ids}
    return _Year(asked.period, kind, found, await kinds_counted(reads, ids, kind), terms, known)


def _owing(year: _Year, staff: Staff, officer: str | None) -> Owing:
    """What each period owes; of an officer what of it falls to him."""
    found: Owing = Counter()
    try:
        for period in periods_in(year.kind, year.period.span):
            owed_in = of_officer(year.claims(period), staff, officer)
            for each in fallen(owed_in, staff, period.span, year.known.working):
                if officer in {None, each.officer}:
                    found[period] += each.visits
    except BeyondCalendarError as error:
        raise BeyondCalendar(str(error)) from None
    return found
