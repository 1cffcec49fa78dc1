"""Taking what is due off the table, in bulk: the rows, their advance, and what the ledger says of each step."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.scheduler.coming import Come, come

DUE_NOW: Final = text("""
SELECT id, kind, key, client_id, rulebook, due_at, steps, taken, about FROM due
WHERE next_at <= :now AND kind = ANY(CAST(:kinds AS text[])) AND id <> ALL(CAST(:aside AS uuid[]))
ORDER BY next_at LIMIT :most FOR UPDATE SKIP LOCKED
""")
WAITING: Final = text("""
SELECT (
  SELECT next_at FROM due
  WHERE next_at IS NOT NULL AND kind = ANY(CAST(:kinds AS text[])) AND id <> ALL(CAST(:aside AS uuid[]))
  ORDER BY next_at LIMIT 1
) AS ours, (SELECT next_at FROM due WHERE next_at IS NOT NULL ORDER BY next_at LIMIT 1) AS any
""")
_ADVANCE: Final = text("""
UPDATE due SET taken = come.taken, next_at = come.next_at, updated_at = :now,
  state = CASE WHEN come.next_at IS NULL THEN 'done' ELSE 'scheduled' END
FROM unnest(CAST(:ids AS uuid[]), CAST(:taken AS int[]), CAST(:next AS timestamptz[])) AS come (id, taken, next_at)
WHERE due.id = come.id
""")
_LEDGER: Final = text("""
INSERT INTO due_ledger (due_id, action, planned_at, taken_at, outcome, event_id, late_s)
SELECT due_id, action, planned_at, :now, outcome, event_id, late_s FROM unnest(
  CAST(:dues AS uuid[]), CAST(:actions AS text[]), CAST(:planned AS timestamptz[]), CAST(:outcomes AS text[]),
  CAST(:events AS uuid[]), CAST(:late AS int[])) WITH ORDINALITY
  AS each (due_id, action, planned_at, outcome, event_id, late_s, place)
ORDER BY place
""")


class Waiting(NamedTuple):
    """The moments of the first steps that wait: of those that are ours to take, and of all; None where none does."""

    ours: datetime | None
    any: datetime | None


NOTHING: Final = Waiting(None, None)


async def due_now(
    session: AsyncSession, now: datetime, kinds: Collection[str], aside: Collection[UUID], most: int
) -> list[Come]:
    """At most `most` of what is due, the oldest first, held until the transaction ends; not what others hold."""
    asked = {"now": now, "kinds": [*kinds], "aside": [*aside], "most": most}
    return [come(row, now) for row in await session.execute(DUE_NOW, asked)]


async def waiting(session: AsyncSession, kinds: Collection[str], aside: Collection[UUID]) -> Waiting:
    """What waits, of these kinds and apart from what was set aside, and of all."""
    found = (await session.execute(WAITING, {"kinds": [*kinds], "aside": [*aside]})).one()
    return Waiting(found.ours, found.any)


async def advance(session: AsyncSession, now: datetime, comes: Sequence[Come]) -> None:
    """Put what has come behind: each row waits for its next stored step, or is done."""
    columns = {
        "ids": [each.last.id for each in comes],
        "taken": [each.taken for each in comes],
        "next": [each.next_at for each in comes],
    }
    await session.execute(_ADVANCE, {**columns, "now": now})


async def enter(session: AsyncSession, now: datetime, comes: Sequence[Come], events: Sequence[UUID | None]) -> None:
    """Write into the ledger what became of every step that had come; the event of each last one, None where none."""
    rows = [row for each, event in zip(comes, events, strict=True) for row in _entries(each, event, now)]
    names = ("dues", "actions", "planned", "outcomes", "events", "late")
    columns = {name: list(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)}
    await session.execute(_LEDGER, {**columns, "now": now})


def _entries(come_: Come, event: UUID | None, now: datetime) -> Iterator[tuple[Any, ...]]:
    last = come_.last
    for step in come_.superseded:
        yield last.id, step.action, step.at, "superseded", None, step.late_s(now)
    yield last.id, last.action, last.planned_at, "cancelled" if event is None else "emitted", event, last.late_s
