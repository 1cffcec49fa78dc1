"""Corrections after a close, as they changed figures: listed for whoever asks why a closed figure is another."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, tuple_

from app.clients.reading import is_visible
from app.coverage.attainment.question import Question
from app.coverage.reports.schemas import CoverageRevisionDetail, CoverageRevisionPage
from app.coverage.tables import CoverageRevision
from app.http.paging import moment_cursor, next_cursor
from app.trail.change import Reading

_TABLE: Final[Any] = CoverageRevision.__table__


async def revisions(
    reads: Reading, asked: Question, before: tuple[datetime, UUID] | None, limit: int, *, of_period: bool
) -> CoverageRevisionPage:
    """A page of revisions of the clients that the caller sees, the latest first."""
    row = _TABLE.c
    query = select(_TABLE).where(
        is_visible(row.client_id, asked.unit or reads.actor.unit, reads.today), row.recorded_at <= asked.as_of
    )
    chosen = {"role": asked.role, "rulebook": asked.rulebook, "period": asked.period.name if of_period else None}
    for name, value in chosen.items():
        query = query if value is None else query.where(row[name] == value)
    query = query if asked.clients is None else query.where(row.client_id.in_(asked.clients))
    query = query if asked.officer is None else query.where(row.holder == asked.officer)
    if before is not None:
        query = query.where(tuple_(row.recorded_at, row.visit_id) < tuple_(*before))
    order = (row.recorded_at.desc(), row.visit_id.desc(), row.rulebook, row.role, row.holder)
    found = (await reads.session.execute(query.order_by(*order).limit(limit + 1))).all()
    following = next_cursor(found, limit, lambda each: moment_cursor(each.recorded_at, each.visit_id))
    return CoverageRevisionPage(items=[_detail(each) for each in found[:limit]], next_cursor=following)


def _detail(row: Any) -> CoverageRevisionDetail:
    same = {name: getattr(row, name) for name in CoverageRevisionDetail.model_fields if name in _TABLE.c}
    return CoverageRevisionDetail(**same, officer_id=row.holder or None, prorated_required=row.prorated)
