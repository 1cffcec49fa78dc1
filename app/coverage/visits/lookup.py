"""What is looked up before a visit is recorded, corrected or planned: in one statement."""

from collections.abc import Collection, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, func

from app.clients import roles_held
from app.clients.roles_held import Ground, json_rows
from app.coverage.visits.judging import no_such_client
from app.coverage.visits.planned_storing import open_plans
from app.coverage.visits.told import Told
from app.organisation.faults import raise_first, refused
from app.rulebooks.registry import Registry
from app.trail.change import Brief, Reading


class Found(NamedTuple):
    """The ground that a visit is judged on; the plans that it may make done, by id, and whether each is still open."""

    ground: Ground
    plans: dict[UUID, bool]


class _Row(NamedTuple):
    """What is looked up: the columns of `roles_held.statement`, and the plans."""

    id: str
    unit: str | None
    seen: bool
    path: list[tuple[str, int]]
    aside: list[tuple[str, int]]
    assigned: list[tuple[str, str]]
    services: list[tuple[str, str, str, bool]]
    principals: list[tuple[str, str]]
    contacts: list[tuple[str]]
    erased: bool
    plans: list[tuple[str, bool]]


async def look_up(asking: Brief | Reading, told: Told, day: date, others: Collection[str] = ()) -> Found:
    """Look up what a visit is judged by; of `others` as well, who took part already.

    Raises NoSuchClient, a denial noted where it is outside.
    """
    asked = roles_held.asked(asking, told.client_id, day, [*told.officers, *others], told.contacts)
    statement = _statement(fenced=asking.actor.unit is not None)
    rows = await asking.statements.rows(statement, {**asked, "plan": told.planned_id})
    for row in (_Row(*each) for (each,) in rows):
        if row.seen:
            return Found(roles_held.as_ground(row), {UUID(plan): is_open for plan, is_open in row.plans})
        asking.deny(refused("client", row.id, row.unit))
    raise_first(asking, [no_such_client()])
    raise AssertionError("unreachable")


def kinds_of(registry: Registry, path: Sequence[str], day: date) -> set[str]:
    """The kinds of visit that the rulebooks have which govern a client, to whom the path leads, on a day."""
    governing = (each.sound.rulebook.coverage for each in registry.all_governing(path, day))
    return {kind for coverage in governing if coverage is not None for kind in coverage.kinds}


@cache
def _statement(*, fenced: bool) -> Select[Any]:
    """All of it as one value: the driver takes longer to read ten."""
    ground = roles_held.statement(fenced=fenced)
    return ground.with_only_columns(func.jsonb_build_array(*ground.selected_columns, json_rows(open_plans())))
