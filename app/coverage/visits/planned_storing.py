"""Plans in the database: written with those who are to take part, ended once, looked for when a visit is recorded."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, Date, Select, Text, Uuid, any_, bindparam, exists, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.forgetting import follows_erasure
from app.coverage.tables import PlannedParticipant, PlannedVisit
from app.coverage.visits.planned_told import Planned
from app.coverage.visits.told import Attendance, in_order
from app.trail.change import Change

_PLAN: Final[Any] = PlannedVisit.__table__
_PART: Final[Any] = PlannedParticipant.__table__
_OWN: Final = ("id", "client_id", "at", "day", "kind", "purpose", "place", "recorded_at", "recorded_by")
_ENDS: Final = ("ended_at", "ended_as", "ended_by", "reason", "visit_id", "moved_to")
_PEOPLE: Final = func.jsonb_agg(
    func.jsonb_build_array(_PART.c.officer_id, _PART.c.role, _PART.c.acting_for), type_=JSONB
)
SELECT: Final = select(
    *(_PLAN.c[name] for name in (*_OWN, *_ENDS)),
    select(_PEOPLE).where(_PART.c.planned_id == _PLAN.c.id).scalar_subquery().label("people"),
)
"""Plans, for `as_planned`."""

_LOCKED: Final = select(_PLAN.c.id).where(_PLAN.c.id == bindparam("plan")).with_for_update(key_share=True)
_ONE: Final = SELECT.where(_PLAN.c.id == bindparam("plan"))


def open_plans() -> Select[Any]:
    """What a visit may make done, for the look-up of a recording: ids, and whether each is still open.

    The client's plan of the id `plan`; where that is null, those of the `day` in which one of the `officers` is.
    """
    plan = bindparam("plan", type_=Uuid)
    theirs = exists().where(
        _PART.c.planned_id == _PLAN.c.id, _PART.c.officer_id == any_(bindparam("officers", type_=ARRAY(Text)))
    )
    is_open = _PLAN.c.ended_at.is_(None)
    of_day = plan.is_(None) & (_PLAN.c.day == bindparam("day", type_=Date)) & is_open & theirs
    own = _PLAN.c.client_id == bindparam("client", type_=Text)
    return select(_PLAN.c.id, is_open.label("is_open")).where(own, or_(_PLAN.c.id == plan, of_day))


async def insert_plan(session: AsyncSession, plan: Planned) -> None:
    """Write a plan with those who are to take part."""
    await session.execute(insert(_PLAN), [{name: getattr(plan, name) for name in _OWN}])
    repeated = {name: getattr(plan, name) for name in ("client_id", "day", "kind", "recorded_at")}
    rows = [
        {
            "planned_id": plan.id,
            "officer_id": each.officer_id,
            "role": each.role,
            "acting_for": each.acting_for,
            **repeated,
        }
        for each in plan.participants
    ]
    await session.execute(insert(_PART), rows)


async def lock_plan(session: AsyncSession, plan_id: UUID) -> Planned | None:
    """A plan that nobody else ends until the transaction does; None where there is none."""
    await session.execute(_LOCKED, {"plan": plan_id})
    row = (await session.execute(_ONE, {"plan": plan_id})).one_or_none()
    return None if row is None else as_planned(row)


async def end_plan(session: AsyncSession, plan: Planned) -> None:
    """Write how a plan ended, whose row is locked; its participants end with it."""
    ends = {name: getattr(plan, name) for name in _ENDS}
    await session.execute(update(_PLAN).where(_PLAN.c.id == plan.id).values(ends))
    await session.execute(update(_PART).where(_PART.c.planned_id == plan.id).values(ended_at=plan.ended_at))


async def make_done(change: Change, plan_ids: Collection[UUID], visit_id: UUID) -> list[UUID]:
    """End plans as done by a visit, and return those that were open still."""
    done = {"ended_at": change.now, "ended_as": "done", "ended_by": change.actor.identity, "visit_id": visit_id}
    mine = _PLAN.c.id.in_(plan_ids), _PLAN.c.ended_at.is_(None)
    found = list(await change.session.scalars(update(_PLAN).where(*mine).values(done).returning(_PLAN.c.id)))
    await change.session.execute(update(_PART).where(_PART.c.planned_id.in_(found)).values(ended_at=change.now))
    return found


@follows_erasure("planned_visits")
async def forget(change: Change, client_id: str) -> int:
    """Empty what is written of visits that were planned to a client."""
    some = or_(_PLAN.c.purpose.is_not(None), _PLAN.c.place.is_not(None))
    blank = {"purpose": None, "place": None}
    emptied = update(_PLAN).where(_PLAN.c.client_id == client_id, some).values(blank).returning(_PLAN.c.id)
    return len((await change.session.execute(emptied)).all())


def as_planned(row: Any) -> Planned:
    """The plan of a row that `SELECT` found."""
    own = {name: getattr(row, name) for name in (*_OWN, *_ENDS)}
    people = in_order(Attendance(officer, role, leads=False, acting_for=other) for officer, role, other in row.people)
    return Planned(**own, participants=people)
