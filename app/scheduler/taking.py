"""Taking what is due off the table, in bulk: the rows, their advance, and what the ledger says of each step."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson
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
FROM json_to_recordset(CAST(:rows AS json)) AS come (id uuid, taken int, next_at timestamptz)
WHERE due.id = come.id
""")
_LEDGER: Final = text("""
INSERT INTO due_ledger (due_id, action, planned_at, taken_at, outcome, event_id, late_s)
SELECT due_id, action, planned_at, :now, outcome, event_id, late_s
FROM json_to_recordset(CAST(:rows AS json)) AS each (
  due_id uuid, action text, planned_at timestamptz, outcome text, event_id uuid, late_s int)
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
    rows = [{"id": each.last.id, "taken": each.taken, "next_at": each.next_at} for each in comes]
    await session.execute(_ADVANCE, {"rows": orjson.dumps(rows).decode(), "now": now})


async def enter(session: AsyncSession, now: datetime, comes: Sequence[Come], events: Sequence[UUID | None]) -> None:
    """Write into the ledger what became of every step that had come; the event of each last one, None where none."""
    rows = [row for each, event in zip(comes, events, strict=True) for row in _entries(each, event, now)]
    await session.execute(_LEDGER, {"rows": orjson.dumps(rows).decode(), "now": now})


def _entries(come_: Come, event: UUID | None, now: datetime) -> Iterator[dict[str, Any]]:
    last = come_.last
    for step in come_.superseded:
        superseded = {"outcome": "superseded", "event_id": None, "late_s": step.late_s(now)}
        yield {"due_id": last.id, "action": step.action, "planned_at": step.at, **superseded}
    told = {"outcome": "cancelled" if event is None else "emitted", "event_id": event, "late_s": last.late_s}
    yield {"due_id": last.id, "action": last.action, "planned_at": last.planned_at, **told}
