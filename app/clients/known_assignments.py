"""Who covered clients as it was known at a moment: written with every change of an assignment, asked of by figures.

An assignment says who covers a client as it is known now; here stands also what was known before.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Select, Uuid, any_, bindparam, func, insert, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.spans import Span
from app.clients.tables import AssignmentKnown
from app.kernel.coverage.span import Span as Days
from app.organisation.among import among
from app.trail.change import Change

COLUMNS: Final = ("assignment_id", "client_id", "officer_id", "role", "from_day", "until_day", "recorded_at")
"""What a loader writes of assignments that are new."""

_TABLE: Final[Any] = AssignmentKnown.__table__


class Told(NamedTuple):
    """A client's assignment that became different: as it was, as it is, None where there is none."""

    client_id: str
    old: Span | None
    new: Span | None


class HeldSpan(NamedTuple):
    """An officer has a role at a client from a day to before another, None for good; whole, whatever was asked for."""

    client_id: str
    role: str
    officer_id: str
    from_day: date
    until_day: date | None


async def learn(change: Change, steps: Iterable[Told]) -> None:
    """Write what is known from now on; an assignment of which only the client's wish changed stays as it was known."""
    different = [step for step in steps if _said(step.old) != _said(step.new)]
    await _end(change, [step.old.id for step in different if step.old])
    begun = [_row(change, step.client_id, step.new) for step in different if step.new]
    if begun:
        await change.session.execute(insert(_TABLE), begun)


async def held_spans(session: AsyncSession, client_ids: Collection[str], span: Days, as_of: datetime) -> list[HeldSpan]:
    """Who held which role at the clients on a day of the span, as it was known at `as_of`.

    By client, role, first day and officer.
    """
    query = spans_known(span, as_of).where(among(AssignmentKnown.client_id, client_ids))
    known = AssignmentKnown
    rows = await session.execute(query.order_by(known.client_id, known.role, known.from_day, known.officer_id))
    return [HeldSpan(*row) for row in rows]


def spans_known(span: Days, as_of: datetime) -> Select[str, str, str, date, date | None]:
    """The same as a statement over all clients, its columns named as `HeldSpan`'s fields."""
    known = AssignmentKnown
    query = select(known.client_id, known.role, known.officer_id, known.from_day, known.until_day)
    return query.where(
        known.from_day < span.until,
        or_(known.until_day.is_(None), known.until_day > span.start),
        known.recorded_at <= as_of,
        or_(known.ended_at.is_(None), known.ended_at > as_of),
    )


async def _end(change: Change, ids: Sequence[UUID]) -> None:
    """What was known of these is known no longer; by a clock that is behind it ends where it began."""
    if ids:
        ended = func.greatest(_TABLE.c.recorded_at, bindparam("now", change.now, type_=_TABLE.c.recorded_at.type))
        theirs = _TABLE.c.assignment_id == any_(literal(list(ids), ARRAY(Uuid)))
        await change.session.execute(update(_TABLE).where(theirs, _TABLE.c.ended_at.is_(None)).values(ended_at=ended))


def _said(span: Span | None) -> tuple[Any, ...] | None:
    return None if span is None else (span.officer_id, span.role, span.from_day, span.until_day)


def _row(change: Change, client_id: str, span: Span) -> Mapping[str, Any]:
    return dict(zip(COLUMNS, (span.id, client_id, *(_said(span) or ()), change.now), strict=True))
