"""Lists of planned visits, as far as the caller sees their clients."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final

from fastapi import Query
from sqlalchemy import ColumnElement, and_, exists

from app.clients.reading import is_visible
from app.coverage.tables import PlannedParticipant, PlannedVisit
from app.coverage.visits.planned_storing import SELECT, as_planned
from app.coverage.visits.planned_told import Planned, State
from app.coverage.visits.visit_filter import Place, Whose
from app.http.types import Day
from app.organisation.schemas import OfficerId
from app.trail.change import Reading

_PLAN: Final[Any] = PlannedVisit.__table__.c
_PART: Final[Any] = PlannedParticipant.__table__.c


@dataclass(frozen=True, slots=True)
class PlanFilter(Whose):
    """Which planned visits a list holds."""

    officer: Annotated[OfficerId | None, Query(description="In which this officer is to take part.")] = None
    state: Annotated[State | None, Query()] = None
    since: Annotated[Day | None, Query(description="From this business day on.")] = None
    until: Annotated[Day | None, Query(description="On days before this one.")] = None


async def listed(reads: Reading, asked: PlanFilter, after: Place | None, limit: int) -> list[Planned]:
    """Planned visits to clients that the caller sees, the earliest first."""
    await asked.check(reads)
    query = SELECT.where(is_visible(_PLAN.client_id, reads.actor.unit, reads.today), *_conditions(reads, asked))
    if after is not None:
        at, plan_id = after
        query = query.where((_PLAN.at > at) | ((_PLAN.at == at) & (_PLAN.id > plan_id)))
    rows = await reads.session.execute(query.order_by(_PLAN.at, _PLAN.id).limit(limit))
    return [as_planned(row) for row in rows]


def _conditions(reads: Reading, asked: PlanFilter) -> Iterator[ColumnElement[bool]]:
    if asked.client_id is not None:
        yield _PLAN.client_id == asked.client_id
    if asked.since is not None:
        yield _PLAN.day >= asked.since
    if asked.until is not None:
        yield _PLAN.day < asked.until
    if asked.unit is not None:
        yield is_visible(_PLAN.client_id, asked.unit, reads.today)
    if asked.officer is not None:
        yield exists().where(_PART.planned_id == _PLAN.id, _PART.officer_id == asked.officer)
    if asked.state is not None:
        yield _is(asked.state, reads.today)


def _is(state: State, today: date) -> ColumnElement[bool]:
    """Whether a plan is in a state, as `Planned.state` says of one."""
    found: ColumnElement[bool]
    if state == "planned":
        found = and_(_PLAN.ended_as.is_(None), _PLAN.day >= today)
    elif state == "lapsed":
        found = and_(_PLAN.ended_as.is_(None), _PLAN.day < today)
    else:
        found = _PLAN.ended_as == state
    return found
