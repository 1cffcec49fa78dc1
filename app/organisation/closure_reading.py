"""Which units are closed when, as it was known at a moment."""

import uuid
from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.coverage.absence import Holding, unattended
from app.kernel.coverage.span import Span
from app.organisation.among import among
from app.organisation.leave_reading import known_in
from app.organisation.tables import Posting, UnitClosure, UnitTree


class ClosedSpan(NamedTuple):
    """A unit is closed from a day to before another, by its own closure or by that of a unit above it."""

    unit_id: str
    from_day: date
    until_day: date
    closure_id: uuid.UUID


async def closures_in(
    session: AsyncSession, span: Span, as_of: datetime, units: Collection[str] | None = None
) -> list[ClosedSpan]:
    """When these units, or any, are closed on days of the span, as it was known at `as_of`; by unit and first day.

    A closure holds for all that stands below its unit on those days: each such unit is told by itself, for the days on
    which it stands there. Spans of one unit may overlap, where a unit above is closed too.
    """
    tree, closure = UnitTree, UnitClosure
    first, last = func.greatest(closure.from_day, tree.from_day), func.least(closure.until_day, tree.until_day)
    stands = and_(tree.from_day < closure.until_day, or_(tree.until_day.is_(None), tree.until_day > closure.from_day))
    query = (
        select(tree.descendant, first, last, closure.id)
        .join(closure, and_(closure.unit_id == tree.ancestor, stands))
        .where(known_in(closure, span, as_of), first < span.until, last > span.start)
        .order_by(tree.descendant, first, closure.id)
    )
    query = query if units is None else query.where(among(tree.descendant, units))
    return [ClosedSpan(*row) for row in await session.execute(query)]


async def closed_to(
    session: AsyncSession, span: Span, as_of: datetime, officers: Collection[str]
) -> dict[str, tuple[Span, ...]]:
    """On which days of a span officers have no unit to work in: all that they serve then are closed."""
    served = select(Posting.officer_id, Posting.unit_id, Posting.from_day, Posting.until_day).where(
        among(Posting.officer_id, officers),
        Posting.from_day < span.until,
        or_(Posting.until_day.is_(None), Posting.until_day > span.start),
    )
    posts = (await session.execute(served)).all()
    closed: defaultdict[str, list[Span]] = defaultdict(list)
    for each in await closures_in(session, span, as_of, {post.unit_id for post in posts}):
        closed[each.unit_id].append(Span(each.from_day, each.until_day))
    serving: defaultdict[str, list[Holding]] = defaultdict(list)
    for post in posts:
        days = Span(post.from_day, post.until_day or date.max)
        serving[post.officer_id].append(Holding(days, closed.get(post.unit_id, ())))
    return {officer: unattended(theirs) for officer, theirs in serving.items()}
