"""Coverage client by client: every obligation with its arithmetic, and why it was missed, where somebody said so."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from app.coverage.attainment.attaining import Attained, attained_on
from app.coverage.attainment.claims import clients_of
from app.coverage.attainment.ground import Ground
from app.coverage.attainment.grouping import TOLD_APART, Group, Sum, total
from app.coverage.attainment.question import Question
from app.coverage.known_terms import Desk
from app.coverage.misses.key import ReasonKey
from app.coverage.misses.queries import reasons_of
from app.coverage.obligations.deriving import ever_derived
from app.coverage.reports.schemas import CoverageGroup, ObligationCoverage
from app.coverage.reports.wire import as_group, as_obligation
from app.coverage.tables import MissReason
from app.trail.change import Reading


@dataclass(frozen=True, slots=True)
class Answer:
    """The groups that are told of; of a list that comes in pages, where the next begins; of a whole one, the total."""

    items: list[CoverageGroup]
    next_cursor: str | None = None
    total: Sum | None = None


@dataclass(frozen=True, slots=True)
class _Page:
    """What is known of the clients of a page; `derived` are those of whom it is known that they are owed nothing."""

    clients: Sequence[str]
    found: Sequence[Attained]
    derived: Collection[str]
    reasons: dict[ReasonKey, MissReason]


async def client_page(reads: Reading, desk: Desk, on: Ground, asked: Question) -> Answer:
    """A page of clients, each with what every role owes it, on the ground of the question."""
    limit = asked.limit or 0
    rows = await reads.session.execute(clients_of(asked.book), {**asked.parameters, "limit": limit + 1})
    clients = [row.client_id for row in rows]
    page = await _read(reads, desk, on, asked, clients[:limit])
    groups = await asyncio.to_thread(_groups, desk, asked, page)
    return Answer(groups, clients[limit - 1] if len(clients) > limit else None)


async def _read(reads: Reading, desk: Desk, on: Ground, asked: Question, clients: Sequence[str]) -> _Page:
    narrowed = replace(asked, clients=tuple(clients), unit=None, seen_by=None, cursor=None, limit=None)
    how = replace(TOLD_APART["client"], by_officer=asked.officer is not None)
    found = await attained_on(reads.session, desk, on, narrowed, how) if clients else []
    reasons = await reasons_of(reads.session, [_key(asked, each) for each in found])
    without = set(clients) - {each.claimed.client for each in found}
    derived = await ever_derived(reads.session, without, asked.as_of) if without else ()
    return _Page(clients, found, derived, reasons)


def _groups(desk: Desk, asked: Question, page: _Page) -> list[CoverageGroup]:
    theirs: dict[str | None, list[Attained]] = {client_id: [] for client_id in page.clients}
    for each in sorted(page.found, key=lambda one: (one.claimed.rulebook, one.claimed.role, one.claimed.officer or "")):
        theirs[each.claimed.client].append(each)
    return [
        as_group(
            Group(client_id),
            total(each),
            [_detail(desk, asked, page, one) for one in each],
            "not_owed" if client_id in page.derived else "not_assessed",
        )
        for client_id, each in theirs.items()
    ]


def _detail(desk: Desk, asked: Question, page: _Page, attained: Attained) -> ObligationCoverage:
    terms = desk.terms.of(attained.claimed.lines[-1].terms_id)
    return as_obligation(asked, attained, terms, page.reasons.get(_key(asked, attained)))


def _key(asked: Question, attained: Attained) -> ReasonKey:
    """Whose miss a reason explains: the role's, or of one who owes by himself his own."""
    claimed = attained.claimed
    officer = claimed.officer if claimed.by_himself else None
    return ReasonKey(claimed.client or "", claimed.rulebook, claimed.role, officer, asked.period.name)
