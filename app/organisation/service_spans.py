"""Where many officers served over many days, who stood in for whom, what stood above units: as spans, read at once."""

from collections.abc import Collection, Sequence
from datetime import date
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import ARRAY, Date, Select, Text, any_, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.fetching import fetch_rows
from app.organisation.fence import within
from app.organisation.tables import Leave, Officer, Posting, UnitTree

_LEAVE: Final[Any] = Leave.__table__.c
_TREE: Final[Any] = UnitTree.__table__.c
_ASKED: Final = bindparam("asked", type_=ARRAY(Text))
_SINCE: Final = bindparam("since", type_=Date)
_TO: Final = bindparam("to", type_=Date)


class Days(NamedTuple):
    """From a day to a day, both included."""

    since: date
    to: date


class Leaving(NamedTuple):
    """On which day an officer leaves the bank."""

    officer_id: str
    on: date


class Served(NamedTuple):
    """An officer's half-open days at a unit in a role, `until` the day of leaving at the latest; whether within."""

    officer_id: str
    unit_id: str
    role: str
    inside: bool
    from_day: date
    until: date | None


class StandIn(NamedTuple):
    """The half-open days on which a delegate stands in for an officer on leave."""

    delegate_id: str
    officer_id: str
    from_day: date
    until: date


class Above(NamedTuple):
    """The half-open days on which a unit stood under another, itself included, by how far."""

    unit_id: str
    above: str
    distance: int
    from_day: date
    until: date | None


async def served(
    session: AsyncSession, officer_ids: Collection[str], days: Days, fence: str | None, today: date
) -> list[Served]:
    """Where the officers served on some of the days; `inside` as the units lie today."""
    asked = {"asked": [*officer_ids], **days._asdict(), "fence": fence, "today": today}
    rows = await fetch_rows(session, _served(fenced=fence is not None), asked)
    return [_until_leaving(row) for row in rows]


async def stand_ins(session: AsyncSession, officer_ids: Collection[str], days: Days) -> list[StandIn]:
    """For whom the officers stood in on some of the days."""
    rows = await fetch_rows(session, _stand_ins(), {"asked": [*officer_ids], **days._asdict()})
    return [StandIn(*row) for row in rows]


async def ways_up(session: AsyncSession, unit_ids: Collection[str]) -> list[Above]:
    """Under which units the units ever stood, the nearest first."""
    return [Above(*row) for row in await fetch_rows(session, _ways_up(), {"asked": [*unit_ids]})]


async def left(session: AsyncSession, officer_ids: Collection[str]) -> dict[str, date]:
    """On which day those of the officers left who did, or will."""
    rows = await fetch_rows(session, _left(), {"asked": [*officer_ids]})
    return {each.officer_id: each.on for each in map(Leaving._make, rows)}


def earlier(one: date | None, other: date | None) -> date | None:
    """The earlier of two ends; None is no end."""
    return min((each for each in (one, other) if each is not None), default=None)


def _until_leaving(row: Sequence[Any]) -> Served:
    """What `_served` selected, the end being the day of leaving where that comes before."""
    officer, unit, role, inside, from_day, until, left_on = row
    return Served(officer, unit, role, inside, from_day, earlier(until, left_on))


@cache
def _served(*, fenced: bool) -> Select[*tuple[Any, ...]]:
    inside = within(Posting.unit_id, bindparam("fence", type_=Text) if fenced else None, bindparam("today", type_=Date))
    return (
        select(
            Posting.officer_id,
            Posting.unit_id,
            Posting.role,
            inside.label("inside"),
            Posting.from_day,
            Posting.until_day,
            Officer.left_on,
        )
        .join(Officer, Officer.id == Posting.officer_id)
        .where(
            Posting.officer_id == any_(_ASKED),
            Posting.from_day <= _TO,
            or_(Posting.until_day.is_(None), Posting.until_day > _SINCE),
        )
        .order_by(Posting.officer_id, Posting.unit_id, Posting.role)
    )


@cache
def _stand_ins() -> Select[*tuple[Any, ...]]:
    theirs = _LEAVE.delegate_id == any_(_ASKED), _LEAVE.ended_at.is_(None)
    columns = (_LEAVE.delegate_id, _LEAVE.officer_id, _LEAVE.from_day, _LEAVE.until_day)
    query = select(*columns).where(*theirs, _LEAVE.from_day <= _TO, _LEAVE.until_day > _SINCE)
    return query.order_by(_LEAVE.delegate_id, _LEAVE.officer_id)


@cache
def _ways_up() -> Select[*tuple[Any, ...]]:
    columns = (_TREE.descendant, _TREE.ancestor, _TREE.distance, _TREE.from_day, _TREE.until_day)
    return select(*columns).where(_TREE.descendant == any_(_ASKED)).order_by(_TREE.distance)


@cache
def _left() -> Select[*tuple[Any, ...]]:
    return select(Officer.id, Officer.left_on).where(Officer.id == any_(_ASKED), Officer.left_on.is_not(None))
