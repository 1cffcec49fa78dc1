"""A closed period: entering into it needs a reason, and what that makes of its figures is a numbered revision.

Nothing changes silently: the figures of the close stay what they were, before and after stand beside each other.
"""

from dataclasses import replace
from typing import Any, Final, NamedTuple

from sqlalchemy import func, insert, select

from app.clients.reading import lead_unit
from app.coverage.attaining import Attained, How, attained
from app.coverage.known_terms import Desk
from app.coverage.question import Question
from app.coverage.tables import CoverageRevision
from app.coverage.unanswerable import PeriodClosed
from app.coverage.visit_touching import Touched
from app.kernel.coverage.period import MONTHS, CoveragePeriod, period_of
from app.trail.change import Change
from app.trail.entry import Entry

_TABLE: Final[Any] = CoverageRevision.__table__
_HOWS: Final = (How(by_client=True), How(by_client=True, by_officer=True))


class _Key(NamedTuple):
    """Whose figures: a role's at a client, or an officer's part of them."""

    rulebook: str
    role: str
    holder: str


async def settle(change: Change, desk: Desk, touched: Touched) -> None:
    """Revise the figures of closed periods that a visit of theirs changes; raises PeriodClosed without a reason."""
    for kind in MONTHS:
        period = period_of(kind, touched.day)
        if period.span.until <= change.today:
            await _settle(change, desk, touched, period)


async def _settle(change: Change, desk: Desk, touched: Touched, period: CoveragePeriod) -> None:
    asked = Question(period, change.now, change.today, change.zone, clients=(touched.client_id,))
    before, after = await _closed(change, desk, asked), await _closed(change, desk, replace(asked, reopened=True))
    changed = [key for key, each in after.items() if before[key].figures.done != each.figures.done]
    if not changed:
        return
    if touched.reason is None:
        raise PeriodClosed(period.name)
    numbers = await _numbers(change, touched.client_id, period.name)
    rows = [
        {
            "client_id": touched.client_id,
            "rulebook": key.rulebook,
            "role": key.role,
            "holder": key.holder,
            "period": period.name,
            "number": numbers.get(key, 0) + 1,
            "prorated": after[key].figures.prorated_required,
            "done_before": before[key].figures.done,
            "done_after": after[key].figures.done,
            "visit_id": touched.visit_id,
            "reason": touched.reason,
            "recorded_at": change.now,
            "recorded_by": change.actor.identity,
        }
        for key in changed
    ]
    await change.session.execute(insert(_TABLE), rows)
    unit = await lead_unit(change.session, touched.client_id, change.today)
    await change.note(*(_entry(touched, row, unit) for row in rows))


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


def _entry(touched: Touched, row: dict[str, Any], unit: str | None) -> Entry:
    said = {name: row[name] for name in ("rulebook", "role", "holder", "period", "number")}
    before, after = {"done": row["done_before"]}, {**said, "done": row["done_after"], "visit": str(touched.visit_id)}
    return Entry("coverage.revised", "client", touched.client_id, unit, before, after, touched.reason)
