"""Which visits a page of a list holds: looked for where there are few, for millions may be there for a handful.

Conditions on the moment stand beside those on the day, which nothing is sorted by. Each way is put so that the planner
can take no other: it cannot know how few visits somebody has.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select, true, tuple_

from app.clients.reading import is_visible, visible_clients
from app.coverage.tables import VisitParticipant, VisitRecord
from app.coverage.visits.storing import is_live
from app.coverage.visits.visit_filter import Place, VisitFilter
from app.trail.change import Reading

_VISIT: Final[Any] = VisitRecord.__table__.c
_PART: Final[Any] = VisitParticipant.__table__.c
_RECENT: Final = 10_000
_A_DAY: Final = timedelta(1)
"""As far as a business day may lie beside the same day in UTC."""

Found = Select[UUID]
"""The ids of visits."""


def ways(reads: Reading, asked: VisitFilter, before: Place | None, limit: int) -> Iterator[Found]:
    """How to find the newest `limit` visits; the next way is taken where one has found fewer."""
    some = [is_live(), *_conditions(asked), *_before(before)]
    if asked.client_id is not None or asked.officer is not None:
        some += _seen(_VISIT.client_id, reads, asked)
        parts = _parts(reads, asked, before)
        yield _newest(_VISIT, [_VISIT.id.in_(_whole(_latest(parts, limit))), *some], limit)
        yield _newest(_VISIT, [_VISIT.id.in_(_whole(parts)), *some], limit)
    elif reads.actor.unit is None and asked.unit is None:
        yield _newest(_VISIT, some, limit)
    else:
        yield _among_recent(reads, asked, some, limit)
        yield _of_each_client(reads, asked, some, limit)


def _among_recent(reads: Reading, asked: VisitFilter, some: list[ColumnElement[bool]], limit: int) -> Found:
    """Among the newest of the whole bank: soon found, for most units."""
    recent = _newest(_VISIT, some, _RECENT).add_columns(_VISIT.at, _VISIT.client_id).subquery("recent").c
    return _newest(recent, _seen(recent.client_id, reads, asked), limit)


def _of_each_client(reads: Reading, asked: VisitFilter, some: list[ColumnElement[bool]], limit: int) -> Found:
    """The newest of each client of the unit, and of those the newest: for a unit with few visits, or none."""
    theirs = visible_clients(asked.unit or reads.actor.unit, reads.today).subquery("theirs")
    each = _newest(_VISIT, [_VISIT.client_id == theirs.c.id, *some], limit).add_columns(_VISIT.at, _VISIT.client_id)
    newest = each.lateral("newest")
    seen = _seen(newest.c.client_id, reads, asked)
    return _newest(newest.c, seen, limit).select_from(theirs.join(newest, true()))


def _newest(visits: Any, some: list[ColumnElement[bool]], limit: int) -> Found:
    return select(visits.id).where(*some).order_by(visits.at.desc(), visits.id.desc()).limit(limit)


def _seen(client_id: Any, reads: Reading, asked: VisitFilter) -> list[ColumnElement[bool]]:
    """Whether the caller sees the client, and the unit that is asked for leads or assists it."""
    return [is_visible(client_id, unit, reads.today) for unit in (reads.actor.unit, asked.unit)]


def _conditions(asked: VisitFilter) -> Iterator[ColumnElement[bool]]:
    for column, value in ((_VISIT.client_id, asked.client_id), (_VISIT.kind, asked.kind)):
        if value is not None:
            yield column == value
    if asked.since is not None:
        yield _VISIT.day >= asked.since
        yield _VISIT.at >= datetime.combine(asked.since, time(), UTC) - _A_DAY
    if asked.until is not None:
        yield _VISIT.day < asked.until
        yield _VISIT.at < datetime.combine(asked.until, time(), UTC) + _A_DAY


def _before(before: Place | None) -> Iterator[ColumnElement[bool]]:
    if before is not None:
        yield tuple_(_VISIT.at, _VISIT.id) < before


def _parts(reads: Reading, asked: VisitFilter, before: Place | None) -> Found:
    """The visits to the client, and in which the officer took part, on the days that are asked for."""
    theirs: list[ColumnElement[bool]] = [_PART.ended_at.is_(None)]
    own = (_PART.client_id, asked.client_id), (_PART.officer_id, asked.officer), (_PART.kind, asked.kind)
    theirs += [column == value for column, value in own if value is not None]
    if asked.since is not None:
        theirs.append(_PART.day >= asked.since)
    if asked.until is not None:
        theirs.append(_PART.day < asked.until)
    if before is not None:
        theirs.append(_PART.day <= before[0].astimezone(reads.zone).date())
    return select(_PART.visit_id).where(*theirs)


def _latest(parts: Found, limit: int) -> Found:
    """Those of the latest days on which there are as many as a page holds: somebody may have had tens of thousands."""
    return parts.order_by(_PART.day.desc()).fetch(limit, with_ties=True)


def _whole(found: Found) -> Found:
    """It as a set that is made first."""
    return select(found.cte("theirs").prefix_with("MATERIALIZED").c.visit_id)
