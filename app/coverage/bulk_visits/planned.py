"""The plans that thousands of visits make done: looked for at once, ended at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Date, Text, Uuid, and_, any_, bindparam, func, or_, select, update

from app.coverage.tables import PlannedParticipant, PlannedVisit
from app.coverage.visits.told import Told, Visit
from app.db.fetching import fetch_rows, text_array
from app.trail.change import Change

_PLAN: Final[Any] = PlannedVisit.__table__
_PART: Final[Any] = PlannedParticipant.__table__
_OFFICERS: Final = select(func.array_agg(_PART.c.officer_id)).where(_PART.c.planned_id == _PLAN.c.id).scalar_subquery()
_OPEN_THEN: Final = and_(
    _PLAN.c.ended_at.is_(None),
    _PLAN.c.day >= bindparam("since", type_=Date),
    _PLAN.c.day <= bindparam("to", type_=Date),
)
_FOUND: Final = select(
    _PLAN.c.id, _PLAN.c.client_id, _PLAN.c.day, _PLAN.c.ended_at.is_(None).label("is_open"), _OFFICERS.label("officers")
).where(
    _PLAN.c.client_id == any_(bindparam("clients", type_=ARRAY(Text))),
    or_(_OPEN_THEN, _PLAN.c.id == any_(bindparam("named", type_=ARRAY(Uuid)))),
)
_PAIRS: Final = (
    func.unnest(bindparam("plans", type_=ARRAY(Uuid)), bindparam("visits", type_=ARRAY(Uuid)))
    .table_valued("plan", "visit", name="pairs")
    .render_derived()
)
_DONE: Final = (
    update(_PLAN)
    .where(_PLAN.c.id == _PAIRS.c.plan, _PLAN.c.ended_at.is_(None))
    .values(ended_at=bindparam("now"), ended_as="done", ended_by=bindparam("whom"), visit_id=_PAIRS.c.visit)
    .returning(_PLAN.c.id)
)
_PARTS_DONE: Final = (
    update(_PART)
    .where(_PART.c.planned_id == any_(bindparam("plans", type_=ARRAY(Uuid))), _PART.c.ended_at.is_(None))
    .values(ended_at=bindparam("now"))
)


_LOCKED: Final = (
    select(_PLAN.c.id)
    .where(_PLAN.c.id == any_(bindparam("plans", type_=ARRAY(Uuid))))
    .order_by(_PLAN.c.id)
    .with_for_update(key_share=True)
)


class _Plan(NamedTuple):
    id: UUID
    client_id: str
    day: date
    is_open: bool
    officers: Sequence[str]


@dataclass(slots=True)
class Plans:
    """The plans that visits may name, and those that are open on their days."""

    _by_client: Mapping[str, list[_Plan]]

    def knows(self, told: Told) -> bool:
        """Whether the plan that a visit names, where it names one, is its client's."""
        return told.planned_id is None or any(each.id == told.planned_id for each in self._of(told.client_id))

    def done_by(self, visits: Sequence[Visit]) -> dict[UUID, UUID]:
        """The open plans that the visits make done: of each the first that does."""
        found: dict[UUID, UUID] = {}
        for visit in visits if self._by_client else ():
            for plan in self._of(visit.client_id):
                if plan.is_open and _makes_done(visit, plan):
                    found.setdefault(plan.id, visit.id)
        return found

    def _of(self, client_id: str) -> Sequence[_Plan]:
        return self._by_client.get(client_id, ())


async def plans_of(change: Change, told: Sequence[Told], days: Collection[date]) -> Plans:
    """Look up the plans that these visits, of these days, may make done."""
    named = [each.planned_id for each in told if each.planned_id is not None]
    asked = {
        "clients": text_array({each.client_id for each in told}),
        "named": named,
        "since": min(days),
        "to": max(days),
    }
    found: dict[str, list[_Plan]] = {}
    for row in await fetch_rows(change.session, _FOUND, asked):
        plan = _Plan(*row)
        found.setdefault(plan.client_id, []).append(plan)
    return Plans(found)


async def make_many_done(change: Change, done: Mapping[UUID, UUID]) -> list[UUID]:
    """End plans as done, each by its visit, and return those; one that was ended meanwhile stays as it is."""
    if not done:
        return []
    pairs = {"plans": list(done), "visits": list(done.values())}
    await change.session.execute(_LOCKED, pairs)
    ended = await change.session.scalars(_DONE, {**pairs, "now": change.now, "whom": change.actor.identity})
    plans = list(ended)
    await change.session.execute(_PARTS_DONE, {"plans": plans, "now": change.now})
    return plans


def _makes_done(visit: Visit, plan: _Plan) -> bool:
    if visit.planned_id is not None:
        return plan.id == visit.planned_id
    return plan.day == visit.day and not set(plan.officers).isdisjoint(visit.officers)
