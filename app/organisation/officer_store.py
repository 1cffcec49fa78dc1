"""Officers and their postings in the database: read by staff number, written where they changed."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.each_row import for_each_row
from app.organisation.among import among
from app.organisation.fence import seen
from app.organisation.staff_state import Days, Ground, OfficerState, Service
from app.organisation.tables import Officer, Posting, Role, Unit
from app.trail.change import Change, Reading
from app.trail.entry import Entry

_OFFICER: Final[Any] = Officer.__table__
_POSTING: Final[Any] = Posting.__table__


class Step(NamedTuple):
    """An officer before and after; `old` is None where they are new."""

    old: OfficerState | None
    new: OfficerState


class _Turn(NamedTuple):
    """A posting that became different: before and after, None where there is none, and the one that there is."""

    officer: str
    old: Service | None
    new: Service | None
    service: Service


async def load(session: AsyncSession, officer_ids: Collection[str]) -> dict[str, OfficerState]:
    """Those of the officers who are there, each with every posting."""
    columns = (Posting.officer_id, Posting.id, Posting.unit_id, Posting.role, Posting.from_day, Posting.until_day)
    postings = select(*columns).where(among(Posting.officer_id, officer_ids))
    services: dict[str, list[Service]] = {}
    for row in await session.execute(postings.order_by(Posting.from_day, Posting.unit_id, Posting.role)):
        services.setdefault(row[0], []).append(Service(*row[1:]))
    officers = select(Officer.id, Officer.name, Officer.left_on, Officer.revision).where(among(Officer.id, officer_ids))
    return {
        row.id: OfficerState(row.id, row.name, row.left_on, tuple(services.get(row.id, ())), row.revision)
        for row in await session.execute(officers)
    }


async def ground(reads: Reading, officers: Iterable[OfficerState], wished: Iterable[str]) -> Ground:
    """What orders are judged by: the units that the officers serve and those that are wished for, and every role."""
    named = {*wished, *(service.unit_id for officer in officers for service in officer.services)}
    columns = (Unit.id, Unit.opened_on, Unit.closed_on, seen(reads.actor.unit, reads.today))
    units = {
        row[0]: Days(*row[1:]) for row in await reads.session.execute(select(*columns).where(among(Unit.id, named)))
    }
    return Ground(units, frozenset(await reads.session.scalars(select(Role.name))), reads.actor.unit, reads.today)


async def store(change: Change, steps: Sequence[Step]) -> None:
    """Write what is different afterwards, and note it."""
    different = [step for step in steps if step.old != step.new]
    turns = [turn for step in different for turn in _turns(step)]
    await _store_officers(change, different)
    await _store_postings(change.session, turns)
    entries = [_officer_entry(step) for step in different if _is_about_officer(step)]
    await change.note(*entries, *map(_posting_entry, turns))


async def _store_officers(change: Change, steps: Iterable[Step]) -> None:
    rows: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
    for old, new in steps:
        row = {"name": new.name, "left_on": new.left_on, "revision": new.revision + 1, "updated_at": change.now}
        rows[old is None].append({"id" if old is None else "officer": new.officer, **row})
    await for_each_row(change.session, insert(_OFFICER), rows[True])
    await for_each_row(change.session, update(_OFFICER).where(_OFFICER.c.id == bindparam("officer")), rows[False])


async def _store_postings(session: AsyncSession, turns: Iterable[_Turn]) -> None:
    gone: list[dict[str, Any]] = []
    ended: list[dict[str, Any]] = []
    new: list[dict[str, Any]] = []
    for turn in turns:
        if turn.new is None:
            gone.append({"posting": turn.service.id})
        elif turn.old is None:
            new.append({**turn.new._asdict(), "officer_id": turn.officer})
        else:
            ended.append({"posting": turn.service.id, "until": turn.new.until_day})
    this = _POSTING.c.id == bindparam("posting")
    await for_each_row(session, delete(_POSTING).where(this), gone)
    await for_each_row(session, update(_POSTING).where(this).values(until_day=bindparam("until")), ended)
    await for_each_row(session, insert(_POSTING), new)


def _turns(step: Step) -> Iterator[_Turn]:
    """The postings that are different afterwards."""
    before = {service.id: service for service in step.old.services} if step.old else {}
    after = {service.id: service for service in step.new.services}
    for each, service in (before | after).items():
        if before.get(each) != after.get(each):
            yield _Turn(step.new.officer, before.get(each), after.get(each), service)


def _is_about_officer(step: Step) -> bool:
    """Whether more than postings changed."""
    return step.old is None or (step.old.name, step.old.left_on) != (step.new.name, step.new.left_on)


def _officer_entry(step: Step) -> Entry:
    """What the trail says of an officer: never the name, only that it changed."""
    old, new = step
    services = new.services or (old.services if old else ())
    unit = services[-1].unit_id if services else None
    after = {"left_on": _iso(new.left_on)}
    if old is None:
        return Entry("officer.created", "officer", new.officer, unit, after=after)
    renamed = {"renamed": True} if old.name != new.name else {}
    return Entry("officer.changed", "officer", new.officer, unit, {"left_on": _iso(old.left_on)}, {**after, **renamed})


def _posting_entry(turn: _Turn) -> Entry:
    action = "posting.begun" if turn.old is None else "posting.withdrawn" if turn.new is None else "posting.ended"
    before, after = _told(turn.officer, turn.old), _told(turn.officer, turn.new)
    return Entry(action, "posting", str(turn.service.id), turn.service.unit_id, before, after)


def _told(officer: str, service: Service | None) -> dict[str, Any] | None:
    if service is None:
        return None
    days = {"from": _iso(service.from_day), "until": _iso(service.until_day)}
    return {"officer_id": officer, "unit_id": service.unit_id, "role": service.role, **days}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
