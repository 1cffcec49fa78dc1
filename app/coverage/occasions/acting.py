"""Acting on an occasion: done, moved with a reason, cancelled; once it lapsed it is done or moved late (G4)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from app.clients.reading import visible
from app.clients.refusals import WrongDay
from app.coverage.occasions.falling_due import watch
from app.coverage.occasions.noting import noted, told
from app.coverage.occasions.recording import day_faults
from app.coverage.occasions.refusals import InvalidOccasion, NoSuchVisit, OccasionEnded, OccasionNotFound
from app.coverage.tables import Occasion, VisitRecord
from app.standing.queries import of_visible_client
from app.trail.change import Change

MOST_MOVES: Final = 50
"""How often an occasion is moved before somebody cancels it."""

Expects = Callable[[int], None]
"""Raises where the revision is another than a request was written for."""


@dataclass(frozen=True, slots=True)
class Report:
    """That an occasion was met: by a visit or without one, on a day, with a remark."""

    visit_id: UUID | None = None
    on: date | None = None
    remark: str = ""


async def do(change: Change, occasion_id: UUID, report: Report, expects: Expects) -> Occasion:
    """Say that it is done: on the day of the visit, else on the day that is named, else today.

    Raises OccasionNotFound, OccasionEnded, NoSuchVisit, or WrongDay for a day to come, before it was recorded, or
    another than the visit's.
    """
    taken = await _taken(change, occasion_id, expects)
    found = taken.occasion
    found.ended_on = await _day_done(change, found, report)
    found.state, found.visit_id = "done", report.visit_id
    found.ended_by, found.reason = change.actor.identity, report.remark or None
    return await _kept(change, taken, "done", report.remark)


async def move(change: Change, occasion_id: UUID, to: date, reason: str, expects: Expects) -> Occasion:
    """Have it be due by another day, today or later, and keep the day by which it was.

    Raises OccasionNotFound, OccasionEnded, InvalidOccasion.
    """
    taken = await _taken(change, occasion_id, expects)
    found = taken.occasion
    if errors := list(day_faults(to, change.today, "/to")):
        raise InvalidOccasion(errors)
    if to == found.due_by:
        raise WrongDay("/to", "is the day by which it is due already")
    if len(found.moves) >= MOST_MOVES:
        raise OccasionEnded(f"It was moved {MOST_MOVES} times: cancel it and record another.")
    found.moves = [*found.moves, _moved(change, found, to, reason)]
    found.due_by = to
    return await _kept(change, taken, "moved", reason)


async def cancel(change: Change, occasion_id: UUID, reason: str, expects: Expects) -> Occasion:
    """Have it be owed no more. Raises OccasionNotFound or OccasionEnded."""
    taken = await _taken(change, occasion_id, expects)
    found = taken.occasion
    found.state, found.ended_on = "cancelled", change.today
    found.ended_by, found.reason = change.actor.identity, reason
    return await _kept(change, taken, "cancelled", reason)


@dataclass(frozen=True, slots=True)
class _Taken:
    """An open occasion, locked: the unit that leads its client, and what the trail is to say that it was."""

    occasion: Occasion
    unit: str | None
    before: dict[str, Any]


async def _taken(change: Change, occasion_id: UUID, expects: Expects) -> _Taken:
    found: Occasion = await of_visible_client(change, Occasion, occasion_id, OccasionNotFound)
    await change.session.refresh(found, with_for_update=True)
    expects(found.revision)
    if found.state != "open":
        raise OccasionEnded(f"It is {found.state}.")
    return _Taken(found, (await visible(change, found.client_id)).unit, told(found))


async def _day_done(change: Change, found: Occasion, report: Report) -> date:
    recorded = found.recorded_at.astimezone(change.zone).date()
    visited = None if report.visit_id is None else await _day_of_visit(change, found, report.visit_id)
    if visited is not None and visited < recorded:
        raise WrongDay("/visit_id", "was before the occasion was recorded")
    if report.on is None:
        return visited or change.today
    if visited is not None and report.on != visited:
        raise WrongDay("/on", "is not the day of the visit")
    if not recorded <= report.on <= change.today:
        raise WrongDay("/on", "is after today" if report.on > change.today else "is before the occasion was recorded")
    return report.on


async def _day_of_visit(change: Change, found: Occasion, visit_id: UUID) -> date:
    """When a visit of the client was, by its revision that stands; raises NoSuchVisit."""
    stands = VisitRecord.id == visit_id, VisitRecord.client_id == found.client_id, VisitRecord.ended_at.is_(None)
    day = await change.session.scalar(select(VisitRecord.day).where(*stands))
    if day is None:
        raise NoSuchVisit
    return day


def _moved(change: Change, found: Occasion, to: date, reason: str) -> dict[str, Any]:
    """A move as it is kept."""
    return {
        "from": found.due_by.isoformat(),
        "to": to.isoformat(),
        "reason": reason,
        "by": change.actor.identity,
        "at": change.now.isoformat(),
        "late": found.due_by < change.today,
    }


async def _kept(change: Change, taken: _Taken, step: str, reason: str) -> Occasion:
    found = taken.occasion
    found.revision, found.updated_at = found.revision + 1, change.now
    await change.session.flush()
    await change.note(noted(step, found, taken.unit, taken.before, reason))
    await watch(change, found)
    return found
