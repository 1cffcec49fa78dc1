"""Versions of calendars in the database. They never change: a process keeps those that it has read."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.coverage.span import Span
from app.organisation.calendar_days import Calendar, CalendarDays
from app.organisation.refusals import CalendarMissing
from app.organisation.tables import CalendarVersion

_TABLE: Final[Any] = CalendarVersion.__table__
_MOST_KEPT: Final = 64
_kept: Final[dict[tuple[str, int, str], Calendar]] = {}


async def calendar_as_of(session: AsyncSession, name: str, moment: datetime) -> Calendar:
    """The calendar as it was known at a moment; before its first version was, that one.

    Raises CalendarMissing where there is none of this name.
    """
    return (await calendars_as_of(session, name, [moment]))[moment]


async def calendars_as_of(session: AsyncSession, name: str, moments: Iterable[datetime]) -> dict[datetime, Calendar]:
    """The same, for each of some moments, by one statement where their versions were read before."""
    query = _numbered(name).add_columns(_TABLE.c.recorded_at).order_by(_TABLE.c.number)
    rows = (await session.execute(query)).all()
    if not rows:
        says = f"There is no calendar {name} yet. TIERBOOK_CALENDAR names the one that is kept."
        raise CalendarMissing(says, headers={"Retry-After": "2"})
    known = {moment: next((row for row in reversed(rows) if row.recorded_at <= moment), rows[0]) for moment in moments}
    return {moment: await _whole(session, row) for moment, row in known.items()}


async def latest(session: AsyncSession, name: str) -> Calendar | None:
    """The last version of a calendar; None where there is none."""
    return await _read(session, _latest(name))


async def numbered(session: AsyncSession, name: str, number: int) -> Calendar | None:
    """One version; None where there is none."""
    return await _read(session, _numbered(name).where(_TABLE.c.number == number))


async def versions(session: AsyncSession, name: str) -> list[Calendar]:
    """Every version, the oldest first."""
    rows = await session.execute(select(_TABLE).where(_TABLE.c.name == name).order_by(_TABLE.c.number))
    return [_calendar(row) for row in rows]


async def latest_of_each(session: AsyncSession, after: str | None, limit: int) -> list[Calendar]:
    """The last version of each calendar by name, those behind `after`."""
    query = select(_TABLE).ext(distinct_on(_TABLE.c.name)).order_by(_TABLE.c.name, _TABLE.c.number.desc()).limit(limit)
    rows = await session.execute(query if after is None else query.where(_TABLE.c.name > after))
    return [_calendar(row) for row in rows]


async def _read(session: AsyncSession, query: Select[Any]) -> Calendar | None:
    row = (await session.execute(query)).one_or_none()
    return None if row is None else await _whole(session, row)


async def _whole(session: AsyncSession, row: Any) -> Calendar:
    """A version by its name, number and digest, which this process may have read before."""
    key = (row.name, row.number, row.digest)
    if key not in _kept:
        this = (_TABLE.c.name == row.name, _TABLE.c.number == row.number)
        whole = (await session.execute(select(_TABLE).where(*this))).one()
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[key] = _calendar(whole)
    return _kept[key]


def _numbered(name: str) -> Select[Any]:
    return select(_TABLE.c.name, _TABLE.c.number, _TABLE.c.digest).where(_TABLE.c.name == name)


def _latest(name: str) -> Select[Any]:
    return _numbered(name).order_by(_TABLE.c.number.desc()).limit(1)


def _calendar(row: Any) -> Calendar:
    days = CalendarDays(Span(row.reach_from, row.reach_until), frozenset(row.rest), frozenset(row.work))
    return Calendar(row.name, row.number, row.digest, row.source, row.recorded_at, days)
