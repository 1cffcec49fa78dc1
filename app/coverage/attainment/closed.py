"""A closed period: entering into it needs a reason, and what that makes of its figures is a numbered revision.

Nothing changes silently: the figures of the close stay what they were, before and after stand beside each other.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import func, insert, select

from app.clients.reading import lead_unit
from app.coverage.attainment.attaining import Attained, How, attained
from app.coverage.attainment.question import Question
from app.coverage.known_terms import Desk
from app.coverage.tables import ClientObligation, CoverageRevision, ObligationRow, ObligationTerms
from app.kernel.coverage.period import MONTHS, CoveragePeriod, period_of
from app.organisation.among import among
from app.trail.change import Change, Reading
from app.trail.entry import Entry

ClientDay = tuple[str, date]
"""A client by id, and a day."""

_TABLE: Final[Any] = CoverageRevision.__table__
_HOWS: Final = (How(by_client=True), How(by_client=True, by_officer=True))


class Touched(NamedTuple):
    """A client's day on which a visit was recorded, corrected or voided. One moved to another day touches both."""

    client_id: str
    day: date
    visit_id: UUID
    reason: str | None


class _Key(NamedTuple):
    """Whose figures: a role's at a client, or an officer's part of them."""

    rulebook: str
    role: str
    holder: str


def may_be_closed(day: date, today: date) -> bool:
    """Whether a period that has the day may be closed today; where not, nothing follows of what is entered."""
    return _month_end(day) <= today


async def closed_days(reads: Reading, days: Collection[ClientDay]) -> set[ClientDay]:
    """Those of the days that lie in a closed period for which the client is, or was, owed visits."""
    over = {each for each in days if may_be_closed(each[1], reads.today)}
    if not over:
        return set()
    terms = await _terms_of(reads, {client_id for client_id, _ in over})
    return {
        (client_id, day)
        for client_id, day in over
        for kind, grace in terms.get(client_id, ())
        if period_of(kind, day).span.until + timedelta(grace) <= reads.today
    }


async def settle(change: Change, desk: Desk, touched: Iterable[Touched]) -> None:
    """Revise the figures of closed periods that changed visits change; a reason stands with each."""
    by_period: defaultdict[tuple[str, CoveragePeriod], list[Touched]] = defaultdict(list)
    for each in touched:
        if may_be_closed(each.day, change.today):
            for kind in MONTHS:
                by_period[each.client_id, period_of(kind, each.day)].append(each)
    for (client_id, period), some in by_period.items():
        if period.span.until <= change.today:
            await _settle(change, desk, client_id, period, some[-1])


async def _settle(change: Change, desk: Desk, client_id: str, period: CoveragePeriod, last: Touched) -> None:
    asked = Question(period, change.now, change.today, change.zone, clients=(client_id,))
    before, after = await _closed(change, desk, asked), await _closed(change, desk, replace(asked, reopened=True))
    changed = [key for key, each in after.items() if before[key].figures.done != each.figures.done]
    if not changed:
        return
    numbers = await _numbers(change, client_id, period.name)
    rows = [
        {
            **key._asdict(),
            "client_id": client_id,
            "period": period.name,
            "number": numbers.get(key, 0) + 1,
            "prorated": after[key].figures.prorated_required,
            "done_before": before[key].figures.done,
            "done_after": after[key].figures.done,
            "visit_id": last.visit_id,
            "reason": last.reason,
            "recorded_at": change.now,
            "recorded_by": change.actor.identity,
        }
        for key in changed
    ]
    await change.session.execute(insert(_TABLE), rows)
    unit = await lead_unit(change.session, client_id, change.today)
    await change.note(*(_entry(last, row, unit) for row in rows))


@lru_cache
def _month_end(day: date) -> date:
    """The end of the shortest period that has the day: none of them is closed before it."""
    return period_of("month", day).span.until


async def _terms_of(reads: Reading, clients: Collection[str]) -> Mapping[str, set[tuple[str, int]]]:
    """For which kinds of period clients were ever owed visits, and with how many days of grace."""
    row, terms, rule = ClientObligation, ObligationTerms, ObligationRow
    query = select(row.client_id, rule.per, terms.grace_days).distinct().where(among(row.client_id, clients))
    query = query.where(terms.id == row.terms_id, rule.terms_id == row.terms_id)
    found: defaultdict[str, set[tuple[str, int]]] = defaultdict(set)
    for client_id, per, grace in await reads.session.execute(query):
        found[client_id].add((per, grace))
    return found


async def _closed(change: Change, desk: Desk, asked: Question) -> dict[_Key, Attained]:
    """What is closed by now of a client's period: the figures of roles, and of those who hold them."""
    found = [each for how in _HOWS for each in await attained(change.session, desk, asked, how)]
    return {_key(each): each for each in found if each.closes <= change.now}


def _key(attained: Attained) -> _Key:
    claimed = attained.claimed
    return _Key(claimed.rulebook, claimed.role, claimed.officer or "")


async def _numbers(change: Change, client_id: str, period: str) -> dict[_Key, int]:
    """The number of the last revision of each figure."""
    row = _TABLE.c
    query = select(row.rulebook, row.role, row.holder, func.max(row.number))
    query = query.where(row.client_id == client_id, row.period == period).group_by(row.rulebook, row.role, row.holder)
    return {_Key(*key): number for *key, number in await change.session.execute(query)}


def _entry(last: Touched, row: Mapping[str, Any], unit: str | None) -> Entry:
    said = {name: row[name] for name in ("rulebook", "role", "holder", "period", "number")}
    before, after = {"done": row["done_before"]}, {**said, "done": row["done_after"], "visit": str(last.visit_id)}
    return Entry("coverage.revised", "client", last.client_id, unit, before, after, last.reason)
