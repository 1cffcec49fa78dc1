"""Reading units, as far as the caller's own reaches: one, many, and where one stood."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, select
from sqlalchemy.orm import aliased

from app.db.half_open import stands_on
from app.organisation.among import among
from app.organisation.faults import refused
from app.organisation.fence import nearest, seen
from app.organisation.refusals import UnitNotFound
from app.organisation.schemas import UnitDetail, UnitKind, UnitPlace
from app.organisation.tables import Unit, UnitPlacement
from app.trail.change import Reading

_Above = aliased(Unit)


@dataclass(frozen=True, slots=True)
class UnitFilter:
    """Which units are asked for: those that stand on a day, of a kind, straight under a unit; None asks for all."""

    day: date
    kind: UnitKind | None = None
    parent: str | None = None


async def read_unit(reads: Reading, unit_id: str) -> UnitDetail:
    """A unit on the day nearest to today; raises UnitNotFound, and notes a denial where it is there, but outside."""
    query = _units(reads, nearest(reads.today)).add_columns(_seen(reads).label("seen")).where(Unit.id == unit_id)
    row = (await reads.session.execute(query)).one_or_none()
    if row is None:
        raise UnitNotFound
    if not row.seen:
        reads.deny(refused("unit", unit_id, unit_id))
        raise UnitNotFound
    return UnitDetail.model_validate({name: getattr(row, name) for name in UnitDetail.model_fields})


async def list_units(reads: Reading, wanted: UnitFilter, after: str | None, limit: int) -> list[UnitDetail]:
    """Units by id, those behind `after`; raises UnitNotFound for a parent that the caller does not see."""
    if wanted.parent is not None:
        await read_unit(reads, wanted.parent)
    query = _units(reads, wanted.day).where(_seen(reads))
    for column, value in ((Unit.kind, wanted.kind), (UnitPlacement.parent_id, wanted.parent)):
        query = query if value is None else query.where(column == value)
    query = query if after is None else query.where(Unit.id > after)
    rows = await reads.session.execute(query.order_by(Unit.id).limit(limit))
    return [UnitDetail.model_validate(row._asdict()) for row in rows]


async def seen_units(reads: Reading, unit_ids: Collection[str]) -> frozenset[str]:
    """Return those of the ids whose units the caller sees."""
    return frozenset(await reads.session.scalars(select(Unit.id).where(among(Unit.id, unit_ids), _seen(reads))))


async def list_places(reads: Reading, unit_id: str, after: date | None, limit: int) -> list[UnitPlace]:
    """Where a unit stood, stands and will stand, the oldest first; raises UnitNotFound."""
    await read_unit(reads, unit_id)
    query = select(_parent(reads), UnitPlacement.from_day.label("from"), UnitPlacement.until_day.label("until"))
    query = query.outerjoin_from(UnitPlacement, _Above, _Above.id == UnitPlacement.parent_id)
    query = query.where(UnitPlacement.unit_id == unit_id)
    query = query if after is None else query.where(UnitPlacement.from_day > after)
    rows = await reads.session.execute(query.order_by(UnitPlacement.from_day).limit(limit))
    return [UnitPlace.model_validate(row._asdict()) for row in rows]


def _units(reads: Reading, day: date | ColumnElement[date]) -> Select[*tuple[Any, ...]]:
    """Units that stand on a day, in the shape of `UnitDetail`."""
    columns = (Unit.id.label("unit_id"), Unit.kind, Unit.name, _parent(reads), Unit.opened_on, Unit.closed_on)
    placed = and_(UnitPlacement.unit_id == Unit.id, stands_on(UnitPlacement, day))
    return (
        select(*columns, Unit.revision, Unit.updated_at)
        .join_from(Unit, UnitPlacement, placed)
        .outerjoin(_Above, _Above.id == UnitPlacement.parent_id)
    )


def _parent(reads: Reading) -> ColumnElement[str | None]:
    """The unit above, where the caller sees it."""
    return case((seen(reads.actor.unit, reads.today, _Above), _Above.id), else_=None).label("parent_id")


def _seen(reads: Reading) -> ColumnElement[bool]:
    return seen(reads.actor.unit, reads.today)
