"""Reading occasions, as far as the caller sees the client: one, lists by the day they are due, counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, NamedTuple
from uuid import UUID

from fastapi import Query
from pydantic import StringConstraints
from sqlalchemy import ColumnElement, func, select, tuple_

from app.clients.reading import is_visible, visible
from app.clients.refusals import WrongDay
from app.clients.schemas import ClientId
from app.coverage.occasions.holders import owed_by
from app.coverage.occasions.refusals import OccasionNotFound
from app.coverage.occasions.state import State, done_late, in_state
from app.coverage.tables import Occasion
from app.http.paging import CURSOR
from app.http.types import Day
from app.organisation.officer_reading import require_officer
from app.organisation.schemas import OfficerId, RoleName, UnitId
from app.organisation.unit_reading import read_unit
from app.standing.queries import of_visible_client
from app.trail.change import Reading

OfUnit = Annotated[UnitId | None, Query(description="Of clients that this unit or one below it leads or assists.")]
OfOfficer = Annotated[
    OfficerId | None,
    Query(description="Owed by a role that the officer holds at the client today, or stands in for."),
]
DueCursor = Annotated[Annotated[str, StringConstraints(pattern=r"^[0-9]{1,7}-[0-9a-f]{32}$")] | None, CURSOR]
"""The cursor of a list that runs by the day on which something is due, and id."""

_LAST_DAY: Final = date.max.toordinal()


@dataclass(frozen=True, slots=True)
class Filter:
    """Which occasions a list holds; every condition that is given holds of each."""

    client_id: Annotated[ClientId | None, Query(description="Of this client alone.")] = None
    officer: OfOfficer = None
    role: Annotated[RoleName | None, Query(description="Owed by this role alone.")] = None
    unit: OfUnit = None
    state: Annotated[State | None, Query(description="In this state today.")] = None
    due_before: Annotated[Day | None, Query(description="Due before this day.")] = None


@dataclass(frozen=True, slots=True)
class Window:
    """Which occasions are counted: due, as it is now, in half-open days."""

    unit: OfUnit = None
    officer: OfOfficer = None
    since: Annotated[Day | None, Query(description="Due on this day or later.")] = None
    until: Annotated[Day | None, Query(description="Due before this day.")] = None


class Counts(NamedTuple):
    """How many there are: each in one of the first five; `moved` at least once, whatever became of them."""

    open: int
    done: int
    done_late: int
    lapsed: int
    cancelled: int
    moved: int
    total: int


async def occasion_of(reads: Reading, occasion_id: UUID) -> Occasion:
    """One occasion; raises OccasionNotFound, also for one of a client that the caller does not see."""
    found: Occasion = await of_visible_client(reads, Occasion, occasion_id, OccasionNotFound)
    return found


async def listed(reads: Reading, asked: Filter, cursor: str | None, limit: int) -> Sequence[Occasion]:
    """Occasions by the day they are due; raises what is not found of the client, officer or unit that is named."""
    conditions = await _reached(reads, asked.unit, asked.officer)
    if asked.client_id is not None:
        conditions.append(Occasion.client_id == (await visible(reads, asked.client_id)).id)
    if asked.role is not None:
        conditions.append(Occasion.role == asked.role)
    if asked.state is not None:
        conditions.append(in_state(asked.state, reads.today))
    if asked.due_before is not None:
        conditions.append(Occasion.due_by < asked.due_before)
    if cursor is not None:
        conditions.append(tuple_(Occasion.due_by, Occasion.id) > tuple_(*_read(cursor)))
    query = select(Occasion).where(*conditions).order_by(Occasion.due_by, Occasion.id).limit(limit)
    return (await reads.session.scalars(query)).all()


def due_cursor(occasion: Occasion) -> str:
    """The `DueCursor` after an occasion."""
    return f"{occasion.due_by.toordinal()}-{occasion.id.hex}"


async def counted(reads: Reading, asked: Window) -> Counts:
    """Count occasions; raises what is not found of the officer or unit, and WrongDay for days that are none."""
    if asked.since is not None and asked.until is not None and asked.until <= asked.since:
        raise WrongDay("query/until", "must be after `since`")
    conditions = await _reached(reads, asked.unit, asked.officer)
    if asked.since is not None:
        conditions.append(Occasion.due_by >= asked.since)
    if asked.until is not None:
        conditions.append(Occasion.due_by < asked.until)
    return Counts._make((await reads.session.execute(select(*_numbers(reads.today)).where(*conditions))).one())


def _numbers(today: date) -> list[ColumnElement[int]]:
    """What is counted, in the order of `Counts`."""
    of_each = [
        in_state("open", today),
        in_state("done", today) & ~done_late(),
        done_late(),
        in_state("lapsed", today),
        in_state("cancelled", today),
        func.jsonb_array_length(Occasion.moves) > 0,
    ]
    return [*(func.count().filter(each) for each in of_each), func.count()]


async def _reached(reads: Reading, unit: str | None, officer: str | None) -> list[ColumnElement[bool]]:
    """Of clients that the caller sees; raises UnitNotFound or OfficerNotFound for one that is not there for it."""
    conditions = [is_visible(Occasion.client_id, reads.actor.unit, reads.today)]
    if unit is not None:
        await read_unit(reads, unit)
        conditions.append(is_visible(Occasion.client_id, unit, reads.today))
    if officer is not None:
        await require_officer(reads, officer)
        conditions.append(await owed_by(reads, officer))
    return conditions


def _read(cursor: str) -> tuple[date, UUID]:
    """The day and the id that a `DueCursor` names."""
    digits, _, row_id = cursor.partition("-")
    return date.fromordinal(min(max(int(digits), 1), _LAST_DAY)), UUID(row_id)
