"""Who is on leave when, and who stands in, as it was known at a moment."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.coverage.duty import Delegation
from app.kernel.coverage.span import Span, without
from app.organisation.among import among
from app.organisation.tables import Leave, UnitClosure


class LeaveSpan(NamedTuple):
    """An officer is away from a day to before another; the delegate, if any, stands in. Whole, whatever was asked."""

    officer_id: str
    from_day: date
    until_day: date
    delegate_id: str | None


async def leaves_in(
    session: AsyncSession, span: Span, as_of: datetime, officers: Collection[str] | None = None
) -> list[LeaveSpan]:
    """Leaves that have a day of the span, as they were known at `as_of`, of these officers or of all.

    By officer and first day; those of one officer do not overlap. A delegate may be on leave too: nobody then stands
    in, for a chain of delegates is not followed.
    """
    columns = (Leave.officer_id, Leave.from_day, Leave.until_day, Leave.delegate_id)
    query = select(*columns).where(known_in(Leave, span, as_of))
    query = query if officers is None else query.where(among(Leave.officer_id, officers))
    rows = await session.execute(query.order_by(Leave.officer_id, Leave.from_day))
    return [LeaveSpan(*row) for row in rows]


async def absences_in(
    session: AsyncSession, span: Span, as_of: datetime, officers: Collection[str]
) -> tuple[dict[str, list[Span]], dict[str, list[Delegation]]]:
    """When each of the officers is away with nobody who stands in; and when somebody does, and who.

    Nobody does on days on which the delegate is on leave himself.
    """
    leaves = await leaves_in(session, span, as_of, officers)
    theirs = {each.delegate_id for each in leaves if each.delegate_id is not None}
    gone = _by_officer(await leaves_in(session, span, as_of, theirs))
    away: defaultdict[str, list[Span]] = defaultdict(list)
    delegated: defaultdict[str, list[Delegation]] = defaultdict(list)
    for each in leaves:
        days = Span(each.from_day, each.until_day)
        there = [] if each.delegate_id is None else list(without(days, gone.get(each.delegate_id, ())))
        away[each.officer_id] += without(days, there)
        delegated[each.officer_id] += (Delegation(some, each.delegate_id or "") for some in there)
    return away, delegated


async def principals_in(session: AsyncSession, span: Span, as_of: datetime, delegate: str) -> list[str]:
    """For whom an officer stands in on some day of a span, as it was known at `as_of`."""
    query = select(Leave.officer_id).distinct().where(Leave.delegate_id == delegate, known_in(Leave, span, as_of))
    return list(await session.scalars(query.order_by(Leave.officer_id)))


def _by_officer(leaves: Iterable[LeaveSpan]) -> dict[str, list[Span]]:
    found: defaultdict[str, list[Span]] = defaultdict(list)
    for each in leaves:
        found[each.officer_id].append(Span(each.from_day, each.until_day))
    return found


def known_in(row: type[Leave] | type[UnitClosure], span: Span, as_of: datetime) -> ColumnElement[bool]:
    """Whether a row has a day of the span, and was known at a moment."""
    was_known = and_(row.recorded_at <= as_of, or_(row.ended_at.is_(None), row.ended_at > as_of))
    return and_(was_known, row.from_day < span.until, row.until_day > span.start)
