"""Reading visits, as far as the caller sees their clients."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query
from sqlalchemy import ColumnElement, Select, select

from app.clients.reading import ClientRow, is_visible, visible
from app.clients.refusals import ClientNotFound
from app.clients.schemas import ClientId
from app.coverage.tables import VisitParticipant, VisitRecord
from app.coverage.visits.refusals import VisitNotFound
from app.coverage.visits.schemas import Kind
from app.coverage.visits.storing import SELECT, as_visit, is_live, last_revision
from app.coverage.visits.told import Visit
from app.http.types import Day
from app.organisation.officer_reading import require_officer
from app.organisation.schemas import OfficerId, UnitId
from app.organisation.unit_reading import read_unit
from app.trail.change import Reading

_VISIT: Final[Any] = VisitRecord.__table__.c
_PART: Final[Any] = VisitParticipant.__table__.c
Place = tuple[datetime, UUID]
"""The moment and the id of the visit that the last page ended with."""


@dataclass(frozen=True, slots=True)
class VisitFilter:
    """Which visits a list holds; every condition that is given holds of each."""

    client_id: Annotated[ClientId | None, Query(description="To this client.")] = None
    officer: Annotated[OfficerId | None, Query(description="In which this officer took part.")] = None
    unit: Annotated[
        UnitId | None, Query(description="To clients that this unit, or one below it, leads or assists today.")
    ] = None
    since: Annotated[Day | None, Query(description="From this business day on.")] = None
    until: Annotated[Day | None, Query(description="On days before this one.")] = None
    kind: Annotated[Kind | None, Query()] = None

    async def check(self, reads: Reading) -> None:
        """Raise ClientNotFound, OfficerNotFound or UnitNotFound for one that is not there for the caller."""
        if self.client_id is not None:
            await visible(reads, self.client_id)
        if self.officer is not None:
            await require_officer(reads, self.officer)
        if self.unit is not None:
            await read_unit(reads, self.unit)


async def visit_of(reads: Reading, visit_id: UUID) -> Visit:
    """A visit as it stands; raises VisitNotFound, also for one to a client that the caller does not see."""
    return (await visit_and_client(reads, visit_id))[0]


async def visit_and_client(reads: Reading, visit_id: UUID) -> tuple[Visit, ClientRow]:
    """A visit as it stands and its client; raises VisitNotFound."""
    found = await last_revision(reads.session, visit_id)
    if found is None:
        raise VisitNotFound
    try:
        return found, await visible(reads, found.client_id)
    except ClientNotFound:
        raise VisitNotFound from None


async def revisions_before(reads: Reading, visit_id: UUID, revision: int, limit: int) -> list[Visit]:
    """Revisions of a visit with numbers under `revision`, the newest first; raises VisitNotFound."""
    await visit_of(reads, visit_id)
    query = SELECT.where(_VISIT.id == visit_id, _VISIT.revision < revision)
    rows = await reads.session.execute(query.order_by(_VISIT.revision.desc()).limit(limit))
    return [as_visit(row) for row in rows]


async def listed(reads: Reading, asked: VisitFilter, before: Place | None, limit: int) -> list[Visit]:
    """Visits that stand, to clients that the caller sees, the newest first."""
    await asked.check(reads)
    query = _asked(reads, asked)
    if before is not None:
        at, visit_id = before
        query = query.where((_VISIT.at < at) | ((_VISIT.at == at) & (_VISIT.id < visit_id)))
    rows = await reads.session.execute(query.order_by(_VISIT.at.desc(), _VISIT.id.desc()).limit(limit))
    return [as_visit(row) for row in rows]


def _asked(reads: Reading, asked: VisitFilter) -> Select[Any]:
    seen = is_visible(_VISIT.client_id, reads.actor.unit, reads.today)
    return SELECT.where(is_live(), seen, *_conditions(reads, asked))


def _conditions(reads: Reading, asked: VisitFilter) -> Iterator[ColumnElement[bool]]:
    for column, value in ((_VISIT.client_id, asked.client_id), (_VISIT.kind, asked.kind)):
        if value is not None:
            yield column == value
    if asked.since is not None:
        yield _VISIT.day >= asked.since
    if asked.until is not None:
        yield _VISIT.day < asked.until
    if asked.unit is not None:
        yield is_visible(_VISIT.client_id, asked.unit, reads.today)
    if asked.officer is not None:
        yield _VISIT.id.in_(_attended(asked))


def _attended(asked: VisitFilter) -> Select[UUID]:
    """The visits in which the officer took part, on the days that are asked for."""
    theirs: Sequence[ColumnElement[bool]] = [_PART.officer_id == asked.officer, _PART.ended_at.is_(None)]
    since = [_PART.day >= asked.since] if asked.since is not None else []
    until = [_PART.day < asked.until] if asked.until is not None else []
    return select(_PART.visit_id).where(*theirs, *since, *until)
