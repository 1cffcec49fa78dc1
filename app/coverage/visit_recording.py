"""Recording a visit: a look-up, the visit, the trail. The same visit sent twice is one visit."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import uuid4

from app.clients import roles_held
from app.clients.roles_held import Ground
from app.coverage.refusals import ExternalIdTaken, ReasonNeeded, VisitMeanwhile
from app.coverage.visit_judging import judge, no_such_client
from app.coverage.visit_storing import insert_visit, same_visit
from app.coverage.visit_told import FIRST, Attendance, Told, Visit
from app.coverage.visit_touching import Touched, closed_among, settle
from app.organisation.faults import Fault, raise_first, refused
from app.rulebooks.registry import Registry
from app.trail.change import Change, Reading
from app.trail.entry import Entry

_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Recorded:
    """A visit that stands, and whether it is new."""

    visit: Visit
    is_new: bool


async def record(change: Change, registry: Registry, told: Told) -> Recorded:
    """Record a visit, or find it where it is there already; two at once find one.

    Raises what is wrong with it, as `app.coverage.refusals` has it.
    """
    day = told.at.astimezone(change.zone).date()
    ground = await ground_of(change, told, day)
    judged = judge(told, ground, kinds_of(registry, ground, day), change.now)
    raise_first(change, judged.faults)
    visit = _first(change, told, day, judged.participants)
    await ask_reason(change, [visit], told.reason)
    for _ in range(_TRIES):
        if await insert_visit(change.session, visit):
            await _trace(change, ground, visit)
            return Recorded(visit, is_new=True)
        found = await same_visit(change.session, visit)
        if found is not None:
            return Recorded(_own(visit, found), is_new=False)
    raise VisitMeanwhile


async def ground_of(reads: Reading, told: Told, day: date, others: Collection[str] = ()) -> Ground:
    """Look up what a visit is judged by, in one statement; of `others` as well, who took part already.

    Raises NoSuchClient, a denial noted where it is outside.
    """
    statement = roles_held.statement(fenced=reads.actor.unit is not None)
    asked = roles_held.asked(reads, told.client_id, day, [*told.officers, *others], told.contacts)
    row = (await reads.session.execute(statement, asked)).one_or_none()
    if row is None or not row.seen:
        denied = None if row is None else refused("client", row.id, row.unit)
        missing = no_such_client()
        raise_first(reads, [Fault(missing.place, missing.problem, missing.says, denied)])
    return roles_held.as_ground(row)


def kinds_of(registry: Registry, ground: Ground, day: date) -> set[str]:
    """The kinds of visit that the rulebooks have which govern the client on a day."""
    governing = (each.sound.rulebook.coverage for each in registry.all_governing(ground.path, day))
    return {kind for coverage in governing if coverage is not None for kind in coverage.kinds}


async def ask_reason(reads: Reading, visits: Sequence[Visit], reason: str | None) -> None:
    """Raise ReasonNeeded where a day lies in a period that is closed, and nothing says why it changes."""
    if reason is None and await closed_among(reads, {(each.client_id, each.day) for each in visits}):
        raise_first(reads, [Fault(("reason",), ReasonNeeded, "is needed: the period is closed")])


def noted(visit: Visit) -> dict[str, Any]:
    """What the trail says of a revision: ids, moment and kind; nothing that is written of it."""
    people = [each._asdict() for each in visit.participants]
    own = {"client_id": visit.client_id, "revision": visit.revision, "external_id": visit.external_id}
    return {**own, "at": visit.at.isoformat(), "day": visit.day.isoformat(), "kind": visit.kind, "participants": people}


async def _trace(change: Change, ground: Ground, visit: Visit) -> None:
    """The entry of the trail, and what follows."""
    await change.note(Entry("visit.recorded", "visit", str(visit.id), ground.unit, None, noted(visit), visit.reason))
    await settle(change, [Touched(visit.client_id, visit.day, visit.id, visit.reason)])


def _first(change: Change, told: Told, day: date, participants: Sequence[Attendance]) -> Visit:
    return Visit(
        id=uuid4(),
        revision=FIRST,
        client_id=told.client_id,
        at=told.at,
        day=day,
        kind=told.kind,
        texts=told.texts,
        outside=list(told.outside),
        evidence=list(told.evidence),
        external_id=told.external_id,
        reason=told.reason,
        recorded_at=change.now,
        recorded_by=change.actor.identity,
        participants=participants,
    )


def _own(visit: Visit, found: Visit) -> Visit:
    """The visit that is there, which is to the same client; raises ExternalIdTaken."""
    if found.client_id != visit.client_id:
        raise ExternalIdTaken
    return found
