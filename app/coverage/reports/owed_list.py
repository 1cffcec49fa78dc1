"""Obligations, client by client: what each role owes, how the figure came about, and who holds the role."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.coverage.attainment.attaining import Attained, How, attained_on
from app.coverage.attainment.claims import clients_of, holders
from app.coverage.attainment.ground import ground
from app.coverage.attainment.question import Question
from app.coverage.known_terms import Desk
from app.coverage.reports.schemas import CalendarUsed, HolderDetail, ObligationDetail, ObligationPage
from app.coverage.reports.wire import as_basis, as_fraction, as_period, as_terms
from app.coverage.tables import ObligationRow
from app.trail.change import Reading

_RULE: Any = ObligationRow.__table__
Rules = Mapping[tuple[UUID, str], Any]
Holders = Mapping[tuple[str, str], list[HolderDetail]]


async def owed_page(reads: Reading, desk: Desk, asked: Question) -> ObligationPage:
    """A page of clients with all that they are owed."""
    limit, on = asked.limit or 0, await ground(reads.session, desk, asked)
    rows = (await reads.session.execute(clients_of(asked.book), {**asked.parameters, "limit": limit + 1})).all()
    units = {row.client_id: row.unit_id for row in rows[:limit]}
    narrowed = replace(asked, clients=tuple(units), unit=None, seen_by=None, cursor=None, limit=None)
    how = How(by_client=True, by_officer=asked.officer is not None)
    found = await attained_on(reads.session, desk, on, narrowed, how) if units else []
    rules, held = await _rules(reads, asked, found), await _holders(reads, narrowed)
    order = sorted(found, key=lambda each: (each.claimed.client, each.claimed.rulebook, each.claimed.role))
    return ObligationPage(
        period=as_period(asked, on.terms.grace_days),
        as_of=asked.as_of,
        calendar=CalendarUsed(name=desk.calendar, version=on.calendar.number),
        items=[_detail(desk, each, units, rules, held) for each in order],
        next_cursor=rows[limit - 1].client_id if len(rows) > limit else None,
    )


async def _rules(reads: Reading, asked: Question, found: Sequence[Attained]) -> Rules:
    """The rules that bind last, by their terms and role."""
    ids = {each.claimed.lines[-1].terms_id for each in found}
    query = select(_RULE).where(_RULE.c.terms_id.in_(ids), _RULE.c.per == asked.period.kind)
    return {(row.terms_id, row.role): row for row in await reads.session.execute(query)}


async def _holders(reads: Reading, asked: Question) -> Holders:
    found: defaultdict[tuple[str, str], list[HolderDetail]] = defaultdict(list)
    for row in await reads.session.execute(holders(asked.book), asked.parameters):
        days = {"officer_id": row.officer_id, "from": row.from_day, "until": row.until_day}
        found[row.client_id, row.role].append(HolderDetail.model_validate(days))
    return found


def _detail(desk: Desk, attained: Attained, units: Mapping[str, str], rules: Rules, held: Holders) -> ObligationDetail:
    claimed, owed = attained.claimed, attained.owed
    rule = rules[claimed.lines[-1].terms_id, claimed.role]
    client_id = claimed.client or ""
    return ObligationDetail(
        client_id=client_id,
        unit_id=units[client_id],
        role=claimed.role,
        officer_id=claimed.officer,
        each=claimed.by_himself,
        at_least=rule.at_least,
        per=rule.per,
        counts=rule.counts,
        lead_only=rule.lead_only,
        rulebook=as_terms(desk.terms.of(claimed.lines[-1].terms_id)),
        required=attained.figures.required,
        prorated_required=attained.figures.prorated_required,
        nothing_owed=owed.nothing,
        exact=as_fraction(owed.exact),
        basis=[as_basis(line) for line in owed.basis],
        holders=held.get((client_id, claimed.role), []),
    )
