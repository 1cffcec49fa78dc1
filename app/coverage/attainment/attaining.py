"""Attainment: what was owed against what was done, as of a moment; a query, never a counter (domain.md D2, G3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage.attainment.circumstances import Circumstances, circumstances
from app.coverage.attainment.claims import claims
from app.coverage.attainment.counting import Claimed, counted
from app.coverage.attainment.ground import Ground, ground
from app.coverage.attainment.question import Question
from app.coverage.attainment.unanswerable import BeyondCalendar
from app.coverage.known_terms import Desk, TermsRow
from app.kernel.coverage.attainment import Figures, figures
from app.kernel.coverage.owing import Absence, Owed, Owes, expected, owed, part
from app.kernel.coverage.rules import CoverageRules
from app.kernel.coverage.span import Span, merged
from app.kernel.coverage.working_days import BeyondCalendarError


@dataclass(frozen=True, slots=True)
class Attained:
    """What is owed by claims that are alike, and the figures of one of them."""

    claimed: Claimed
    owed: Owed
    figures: Figures
    closes: datetime

    @property
    def all_figures(self) -> Figures:
        """The figures of all of them."""
        return self.figures.times(self.claimed.alike)


@dataclass(frozen=True, slots=True)
class How:
    """How claims are told apart: by client, by the unit that leads it, by officer, or by who owes by himself alone."""

    by_client: bool = False
    by_unit: bool = False
    by_officer: bool = False
    by_holder: bool = False


@dataclass
class Attaining:
    """Works out claims as they were counted. What is alike is worked out once."""

    asked: Question
    desk: Desk
    known: Mapping[datetime, Circumstances]
    _owed: dict[Any, Owed] = field(default_factory=dict)
    _figures: dict[Any, Figures] = field(default_factory=dict)

    def of(self, claimed: Claimed) -> Attained:
        """What is owed by a claim and what was done; raises BeyondCalendarError."""
        last = self.last_terms(claimed)
        closes = self.asked.closes(last.grace_days)
        circumstances = self.known[min(self.asked.as_of, closes)]
        absences = circumstances.absences(claimed)
        key = (claimed.lines, absences, closes)
        if key not in self._owed:
            self._owed[key] = self._work_out(claimed, absences, circumstances)
        whole = self._owed[key]
        seen = (*key, claimed.held, claimed.done, claimed.planned)
        if seen not in self._figures:
            self._figures[seen] = self._compare(claimed, whole, circumstances)
        return Attained(claimed, whole, self._figures[seen], closes)

    def last_terms(self, claimed: Claimed) -> TermsRow:
        """The terms by which was owed last."""
        return self.desk.terms.of(claimed.lines[-1].terms_id)

    def _rules(self, claimed: Claimed) -> CoverageRules:
        return self.desk.rules(claimed.lines[-1].terms_id)

    def _work_out(self, claimed: Claimed, absences: Sequence[Absence], circumstances: Circumstances) -> Owed:
        owes = [Owes(line.span, line.at_least, frozenset(), why=line.why) for line in claimed.lines]
        span = self.asked.period.span
        return owed(span, owes, absences, circumstances.working, self._rules(claimed).pro_rata)

    def _compare(self, claimed: Claimed, whole: Owed, circumstances: Circumstances) -> Figures:
        held = None if claimed.held is None else merged(claimed.held)
        pace = self._pace(whole, circumstances, held or (self.asked.period.span,))
        if held is None:
            return figures(whole.required, whole.prorated, claimed.done, claimed.planned, pace)
        terms = self._rules(claimed).pro_rata
        share = sum(part(whole, span, circumstances.working, terms) for span in held)
        return figures(whole.required, share, claimed.done, claimed.planned, pace)

    def _pace(self, whole: Owed, circumstances: Circumstances, held: Sequence[Span]) -> Fraction:
        """What the working days that are over ask for, of the days that are held."""
        if not whole.prorated:
            return Fraction(0)

        def before(day: date) -> Fraction:
            return expected(whole.basis, circumstances.working, min(day, self.asked.day))

        over = sum((before(span.until) - before(span.start) for span in held), Fraction(0))
        return over * whole.prorated / whole.exact


async def attained(session: AsyncSession, desk: Desk, asked: Question, how: How) -> list[Attained]:
    """Every claim of a question, with its figures; raises BeyondCalendar."""
    return await attained_on(session, desk, await ground(session, desk, asked), asked, how)


async def attained_on(session: AsyncSession, desk: Desk, on: Ground, asked: Question, how: How) -> list[Attained]:
    """The same, on the ground of the question, for whoever has it."""
    known = {moment: await circumstances(session, days, asked, moment) for moment, days in on.known.items()}
    told = {
        **asked.parameters,
        "by_client": how.by_client,
        "by_unit": how.by_unit or any(each.closed for each in known.values()),
        "by_officer": how.by_officer or how.by_holder,
        "apart": sorted({client for each in known.values() for client in each.apart}),
    }
    rows = await counted(session, claims(asked.book, by_officer=how.by_officer, each=on.terms.each), told)
    await desk.terms.meet(session, {line.terms_id for row in rows for line in row.lines})
    attaining = Attaining(asked, desk, known)
    try:
        return [attaining.of(row) for row in rows]
    except BeyondCalendarError as error:
        raise BeyondCalendar(error) from None
