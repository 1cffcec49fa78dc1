"""Reviews in the database: the last of each client, and writing many at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.reviews.course import Course
from app.reviews.tables import ReviewRecord
from app.standing.reading import Key

_TABLE: Final[Any] = ReviewRecord.__table__


@dataclass(frozen=True, slots=True)
class Review:
    """A row of `review`, its course read."""

    id: UUID
    client_id: str
    rulebook: str
    version: int
    cycle: int
    tier: str | None
    course: Course
    planned_on: date
    due_on: date
    due_at: datetime
    overdue_at: datetime
    in_full: bool
    state: str
    postponed: int
    reason: str | None
    ended_at: datetime | None
    ended_by: str | None
    assessment_id: UUID | None
    revision: int
    created_at: datetime
    updated_at: datetime

    @property
    def key(self) -> Key:
        """Whose it is, under which rulebook."""
        return self.client_id, self.rulebook

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.state == "open"


_COLUMNS: Final = tuple(each.name for each in fields(Review))
_KEPT: Final = tuple(
    name for name in _COLUMNS if name not in {"id", "client_id", "rulebook", "cycle", "revision", "created_at"}
)
_WRITE: Final = text(f"""
INSERT INTO review ({", ".join(_COLUMNS)})
SELECT {", ".join(_COLUMNS)} FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS each (
  id uuid, client_id text, rulebook text, version integer, cycle integer, tier text, course jsonb, planned_on date,
  due_on date, due_at timestamptz, overdue_at timestamptz, in_full boolean, state text, postponed integer, reason text,
  ended_at timestamptz, ended_by text, assessment_id uuid, revision integer, created_at timestamptz,
  updated_at timestamptz)
ON CONFLICT (id) DO UPDATE SET
  revision = review.revision + 1, {", ".join(f"{name} = excluded.{name}" for name in _KEPT)}
""")  # noqa: S608  the names are ours


def review_of(row: Any) -> Review:
    """A review of its row."""
    values = {name: getattr(row, name) for name in _COLUMNS}
    return Review(**{**values, "course": Course.of(row.course, in_full=row.in_full)})


async def last_of(session: AsyncSession, client_ids: Collection[str]) -> dict[Key, Review]:
    """The last review of each of the clients under each rulebook: none but it can be open."""
    row = _TABLE.c
    query = select(_TABLE).ext(distinct_on(row.client_id, row.rulebook))
    query = query.where(row.client_id == func.any(list(client_ids)))
    rows = await session.execute(query.order_by(row.client_id, row.rulebook, row.cycle.desc()))
    return {found.key: found for found in map(review_of, rows)}


async def open_of(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Review]:
    """Those of the reviews that are open."""
    query = select(_TABLE).where(_TABLE.c.id == func.any(list(ids)), _TABLE.c.state == "open")
    return {found.id: found for found in map(review_of, await session.execute(query))}


async def due_days(session: AsyncSession, client_id: str) -> dict[str, date]:
    """When the client's open reviews are due, by rulebook."""
    row = _TABLE.c
    query = select(row.rulebook, row.due_on).where(row.client_id == client_id, row.state == "open")
    return {found.rulebook: found.due_on for found in await session.execute(query)}


async def write(session: AsyncSession, reviews: Sequence[Review]) -> None:
    """Add those that are new and write the others over, in one statement."""
    if reviews:
        rows = [
            {name: getattr(each, name) for name in _COLUMNS} | {"course": each.course.as_json()} for each in reviews
        ]
        await session.execute(_WRITE, {"rows": orjson.dumps(rows).decode()})
