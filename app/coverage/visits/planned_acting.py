"""Planning visits, moving and cancelling what was planned."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from app.clients.erased import erased_of
from app.clients.reading import ClientRow, visible
from app.clients.refusals import ClientNotFound
from app.coverage.visits.judging import attend, kept, unknown_kind, written_of_erased
from app.coverage.visits.lookup import Found, kinds_of, look_up
from app.coverage.visits.planned_storing import end_plan, insert_plan, lock_plan
from app.coverage.visits.planned_told import Planned, PlanTold
from app.coverage.visits.refusals import MomentPassed, PlanEnded, PlanNotFound
from app.coverage.visits.told import Attendance, Texts, Told
from app.organisation.faults import Fault, raise_first
from app.rulebooks.registry import Registry
from app.trail.change import Change
from app.trail.entry import Entry


async def plan(change: Change, registry: Registry, told: PlanTold) -> Planned:
    """Plan a visit for a moment to come; raises what is wrong with it, as `app.coverage.visits.refusals` has it."""
    found = await _looked_up(change, told)
    people = attend(told.participants, found.ground)
    raise_first(change, [*_faults(change, registry, told, found), *people.faults])
    made = _made(change, told, people.participants)
    await insert_plan(change.session, made)
    await _note(change, found.ground.unit, "recorded", made)
    return made


async def cancel(change: Change, planned_id: UUID, reason: str) -> Planned:
    """Have a visit not be made. Raises PlanNotFound or PlanEnded."""
    held, client = await _taken_up(change, planned_id)
    ended = replace(_ended(change, held, reason), ended_as="cancelled")
    await end_plan(change.session, ended)
    await _note(change, client.unit, "cancelled", ended)
    return ended


async def move(change: Change, registry: Registry, planned_id: UUID, at: datetime, reason: str) -> Planned:
    """Have a visit be made at another moment to come, by the same officers; return the plan that takes its place.

    Raises PlanNotFound, PlanEnded, and what planning raises.
    """
    held, client = await _taken_up(change, planned_id)
    told = PlanTold(held.client_id, at, held.kind, (), held.purpose, held.place)
    found = await _looked_up(change, told, [each.officer_id for each in held.participants])
    raise_first(change, list(_faults(change, registry, told, found)))
    made = _made(change, told, kept(held.participants, found.ground))
    ended = replace(_ended(change, held, reason), ended_as="moved", moved_to=made.id)
    await end_plan(change.session, ended)
    await insert_plan(change.session, made)
    await _note(change, client.unit, "moved", ended)
    return made


async def _taken_up(change: Change, planned_id: UUID) -> tuple[Planned, ClientRow]:
    """The plan under its lock, not ended yet, and its client."""
    held = await lock_plan(change.session, planned_id)
    if held is None:
        raise PlanNotFound
    try:
        client = await visible(change, held.client_id)
    except ClientNotFound:
        raise PlanNotFound from None
    if held.ended_as is not None:
        raise PlanEnded
    return held, client


async def _looked_up(change: Change, told: PlanTold, others: Sequence[str] = ()) -> Found:
    """What it is judged by; a person of whom something is written is not erased meanwhile."""
    day = told.at.astimezone(change.zone).date()
    found = await look_up(change, Told(told.client_id, told.at, told.kind, told.participants), day, others)
    erased = any(_written(told)) and told.client_id in await erased_of(change.session, [told.client_id])
    return found._replace(ground=replace(found.ground, erased=erased))


def _faults(change: Change, registry: Registry, told: PlanTold, found: Found) -> list[Fault]:
    """What is wrong with the moment, the kind, and what is written."""
    day = told.at.astimezone(change.zone).date()
    passed = Fault(("at",), MomentPassed, "is no moment to come; record the visit instead")
    kinds = unknown_kind(told.kind, kinds_of(registry, found.ground.path, day))
    erased = written_of_erased(_written(told), ()) if found.ground.erased else ()
    return [*([passed] if told.at <= change.now else ()), *kinds, *erased]


def _written(told: PlanTold) -> Texts:
    return Texts(purpose=told.purpose, place=told.place)


def _made(change: Change, told: PlanTold, participants: Sequence[Attendance]) -> Planned:
    return Planned(
        id=uuid4(),
        client_id=told.client_id,
        at=told.at.astimezone(UTC),
        day=told.at.astimezone(change.zone).date(),
        kind=told.kind,
        purpose=told.purpose,
        place=told.place,
        recorded_at=change.now,
        recorded_by=change.actor.identity,
        participants=tuple(sorted(participants)),
    )


def _ended(change: Change, held: Planned, reason: str) -> Planned:
    return replace(held, ended_at=change.now, ended_by=change.actor.identity, reason=reason)


async def _note(change: Change, unit: str | None, step: str, plan: Planned) -> None:
    """The entry of the trail: ids, the moment, the kind; nothing that is written of it."""
    after: dict[str, Any] = {
        "client_id": plan.client_id,
        "at": plan.at.isoformat(),
        "kind": plan.kind,
        "participants": [{"officer_id": each.officer_id, "role": each.role} for each in plan.participants],
        "moved_to": str(plan.moved_to) if plan.moved_to else None,
    }
    await change.note(Entry(f"planned_visit.{step}", "planned_visit", str(plan.id), unit, None, after, plan.reason))
