"""Which obligations a visit is credited to, and why not to others (domain.md D2, A9)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.coverage.attainment.attaining import Attained, How, attained
from app.coverage.attainment.question import Question
from app.coverage.known_terms import Desk
from app.coverage.tables import ObligationRow, VisitParticipant, VisitRecord
from app.kernel.coverage.crediting import Attendee, Claim, Code, Visit, credits_of
from app.kernel.coverage.owing import Owes
from app.kernel.coverage.period import MONTHS, period_of
from app.trail.change import Reading

_RULE: Any = ObligationRow.__table__
_VISIT: Any = VisitRecord.__table__
_PART: Any = VisitParticipant.__table__
Rules = Mapping[tuple[UUID, str], Any]


@dataclass(frozen=True, slots=True)
class CreditOf:
    """What a visit is to one obligation; `late`: it was recorded after the period's end."""

    asked: Question
    attained: Attained
    code: Code
    late: bool


async def credits_to(reads: Reading, desk: Desk, visit: Any) -> list[CreditOf]:
    """What a visit, by its row, is to every obligation of its client in the periods that hold its day."""
    now = Question(period_of("month", visit.day), reads.now, reads.today, reads.zone, clients=(visit.client_id,))
    found = []
    for kind in MONTHS:
        asked = replace(now, period=period_of(kind, visit.day))
        claims = await attained(reads.session, desk, asked, How(by_client=True))
        if claims:
            rules, made = await _rules(reads, claims, kind), await _made(reads, asked)
            found += [_credit(asked, each, rules, made, visit) for each in claims]
    return found


def _credit(asked: Question, attained: Attained, rules: Rules, made: Sequence[Visit], visit: Any) -> CreditOf:
    claim = claim_of(attained, rules)
    codes = {each.visit: each.code for each in credits_of(claim, made, attained.figures.prorated_required)}
    late = visit.recorded_at.astimezone(asked.zone).date() >= asked.period.span.until
    return CreditOf(asked, attained, codes[str(visit.id)], late)


def claim_of(attained: Attained, rules: Rules) -> Claim:
    """An obligation as the kernel credits visits to it."""
    claimed = attained.claimed
    owes = [
        Owes(line.span, line.at_least, frozenset(rule.counts), rule.lead_only, line.why)
        for line in claimed.lines
        for rule in [rules[line.terms_id, claimed.role]]
    ]
    return Claim(claimed.role, claimed.officer if claimed.by_himself else None, owes)


async def _rules(reads: Reading, claims: Sequence[Attained], per: str) -> Rules:
    ids = {line.terms_id for each in claims for line in each.claimed.lines}
    query = select(_RULE).where(_RULE.c.terms_id.in_(ids), _RULE.c.per == per)
    return {(row.terms_id, row.role): row for row in await reads.session.execute(query)}


async def _made(reads: Reading, asked: Question) -> list[Visit]:
    """The client's visits of the period, as they stand."""
    span = asked.period.span
    chosen = (_VISIT.c.client_id.in_(asked.clients), _VISIT.c.day >= span.start, _VISIT.c.day < span.until)
    visits = (await reads.session.execute(select(_VISIT).where(*chosen, _VISIT.c.ended_at.is_(None)))).all()
    there: defaultdict[UUID, list[Attendee]] = defaultdict(list)
    ids = [each.id for each in visits]
    for row in await reads.session.execute(select(_PART).where(_PART.c.visit_id.in_(ids), _PART.c.ended_at.is_(None))):
        there[row.visit_id] += _attendees(row)
    return [Visit(str(each.id), each.day, each.at, each.kind, tuple(there[each.id])) for each in visits]


def _attendees(row: Any) -> Iterator[Attendee]:
    """Who took part; a delegate stands for the officer on leave as well."""
    yield Attendee(row.officer_id, row.role, row.leads)
    if row.acting_for is not None:
        yield Attendee(row.acting_for, row.role, row.leads)
