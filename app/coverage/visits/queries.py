"""Reading visits, as far as the caller sees their clients."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from app.clients.reading import ClientRow, visible
from app.clients.refusals import ClientNotFound
from app.coverage.tables import VisitRecord
from app.coverage.visits.finding import ways
from app.coverage.visits.refusals import VisitNotFound
from app.coverage.visits.storing import SELECT, as_visit, is_live, last_revision
from app.coverage.visits.told import Visit
from app.coverage.visits.visit_filter import Place, VisitFilter
from app.trail.change import Reading

_VISIT: Final[Any] = VisitRecord.__table__.c


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
    rows: Sequence[Any] = ()
    for found in ways(reads, asked, before, limit):
        query = SELECT.where(is_live(), _VISIT.id.in_(found)).order_by(_VISIT.at.desc(), _VISIT.id.desc())
        rows = (await reads.session.execute(query)).all()
        if len(rows) == limit:
            break
    return [as_visit(row) for row in rows]
