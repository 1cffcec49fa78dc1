"""What is looked up before a visit is recorded, corrected or planned: in one statement."""

from collections.abc import Collection
from datetime import date
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select

from app.clients import roles_held
from app.clients.roles_held import Ground
from app.coverage.visits.judging import no_such_client
from app.coverage.visits.planned_storing import open_plans
from app.coverage.visits.told import Told
from app.organisation.faults import Fault, raise_first, refused
from app.rulebooks.registry import Registry
from app.trail.change import Reading


class Found(NamedTuple):
    """The ground that a visit is judged on; the plans that it may make done, by id, and whether each is still open."""

    ground: Ground
    plans: dict[UUID, bool]


async def look_up(reads: Reading, told: Told, day: date, others: Collection[str] = ()) -> Found:
    """Look up what a visit is judged by; of `others` as well, who took part already.

    Raises NoSuchClient, a denial noted where it is outside.
    """
    asked = roles_held.asked(reads, told.client_id, day, [*told.officers, *others], told.contacts)
    statement = _statement(fenced=reads.actor.unit is not None)
    row = (await reads.session.execute(statement, {**asked, "plan": told.planned_id})).one_or_none()
    if row is None or not row.seen:
        denied = None if row is None else refused("client", row.id, row.unit)
        missing = no_such_client()
        raise_first(reads, [Fault(missing.place, missing.problem, missing.says, denied)])
    return Found(roles_held.as_ground(row), {UUID(plan): is_open for plan, is_open in row.plans})


def kinds_of(registry: Registry, ground: Ground, day: date) -> set[str]:
    """The kinds of visit that the rulebooks have which govern the client on a day."""
    governing = (each.sound.rulebook.coverage for each in registry.all_governing(ground.path, day))
    return {kind for coverage in governing if coverage is not None for kind in coverage.kinds}


@cache
def _statement(*, fenced: bool) -> Select[Any]:
    return roles_held.statement(fenced=fenced).add_columns(roles_held.json_rows(open_plans()).label("plans"))
