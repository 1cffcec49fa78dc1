"""Dues of the tests' own kind, and handlers that tell of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.clock import ManualClock
from app.db.engine import Sessions
from app.due.handling import Handler, Taken
from app.due.putting import Due, Step, put
from app.events.catalogue import FactsStale
from app.events.envelope import Happened
from app.scheduler.sweeping import Sweeper
from app.trail.change import Change
from app.trail.waking import Waking
from tests.service import SHANGHAI, change_of

UNEVEN = """
SELECT count(*) FROM due WHERE planned <> (SELECT count(*) FROM due_ledger WHERE due_id = due.id)
  + CASE state WHEN 'scheduled' THEN jsonb_array_length(steps) - taken ELSE 0 END
"""


def told_of(each: Taken) -> Happened:
    data = FactsStale(client_id=each.key, rulebook="r", facts=[each.action], late_by=each.late_s)
    return Happened(data, (each.key, each.action, str(each.planned_at)), each.planned_at)


async def tell(change: Change, taken: Sequence[Taken]) -> Sequence[Happened | None]:
    return [told_of(each) for each in taken]


async def fail(change: Change, taken: Sequence[Taken]) -> Sequence[Happened | None]:
    raise LookupError("this kind is broken")


def sweeper_of(sessions: Sessions, clock: ManualClock, **handlers: Handler) -> Sweeper:
    return Sweeper(sessions, clock, SHANGHAI, handlers or {"facts": tell}, Waking())


async def fall_due(sessions: Sessions, at: datetime, *keys: str, kind: str = "facts", **steps: datetime) -> None:
    planned = [Step(*each) for each in (steps or {"stale": at}).items()]
    async with sessions.begin() as session:
        await put(change_of(session), [Due(kind, key, at, planned) for key in keys])


async def column(sessions: Sessions, statement: str) -> list[Any]:
    async with sessions.begin() as session:
        return list((await session.scalars(text(statement))).all())


async def ledger(sessions: Sessions) -> list[tuple[str, str, int, UUID | None]]:
    async with sessions.begin() as session:
        rows = await session.execute(text("SELECT action, outcome, late_s, event_id FROM due_ledger ORDER BY id"))
        return [(row.action, row.outcome, row.late_s, row.event_id) for row in rows]
