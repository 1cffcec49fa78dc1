"""What is done with leaves: entered, withdrawn, listed. Callers commit; each is noted, never why somebody is away."""

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.coverage.span import Span
from app.organisation.among import among
from app.organisation.faults import raise_first, refused
from app.organisation.leave_judging import LeaveWish, delegate_faults, leave_faults, out_of_reach, serving
from app.organisation.officer_reading import require_officer
from app.organisation.officer_store import ground, load
from app.organisation.refusals import LeaveNotFound, OfficerNotFound
from app.organisation.staff_state import OfficerState
from app.organisation.tables import Leave, Officer
from app.trail.change import Change, Reading
from app.trail.entry import Entry


async def enter_leave(change: Change, wish: LeaveWish) -> tuple[Leave, bool]:
    """Enter a leave, past ones too: it, and whether it is new. The same again is the one that is there.

    Raises OfficerNotFound, or what is wrong with the leave as a problem.
    """
    named = [each for each in (wish.officer_id, wish.delegate_id) if each is not None]
    await _hold(change.session, named)
    officers = await load(change.session, named)
    officer = officers.get(wish.officer_id)
    if officer is None:
        raise OfficerNotFound
    judged = await ground(change, officers.values(), ())
    theirs = await _live(change.session, [wish.officer_id])
    there = next((each for each in theirs if _wish(each) == wish), None)
    if there is not None and judged.sees_officer(officer):
        return there, False
    faults = [*leave_faults(wish, officer, theirs, judged)]
    if wish.delegate_id is not None and not faults:
        others = await _live(change.session, [wish.delegate_id])
        faults += delegate_faults(wish, officers.get(wish.delegate_id), others, judged)
    raise_first(change, faults)
    return await _store(change, wish, officer), True


async def withdraw_leave(change: Change, leave_id: uuid.UUID, reason: str) -> Leave:
    """Withdraw a leave, as if it had not been entered; a second time changes nothing.

    Raises LeaveNotFound, and ServesElsewhere where the officer serves outside the caller's unit too in those days.
    """
    leave = await change.session.get(Leave, leave_id, with_for_update=True, populate_existing=True)
    if leave is None:
        raise LeaveNotFound
    officer = (await load(change.session, [leave.officer_id]))[leave.officer_id]
    judged = await ground(change, [officer], ())
    days = Span(leave.from_day, leave.until_day)
    unit = _unit_of(officer, days)
    if not judged.sees_officer(officer):
        change.deny(refused("leave", str(leave.id), unit))
        raise LeaveNotFound
    raise_first(change, out_of_reach(officer, days, judged))
    if leave.ended_at is None:
        leave.ended_at, leave.ended_by = max(change.now, leave.recorded_at), change.actor.identity
        await change.session.flush()
        await change.note(Entry("leave.withdrawn", "leave", str(leave.id), unit, _told(_wish(leave)), None, reason))
    return leave


async def listed_leaves(reads: Reading, officer_id: str, after: uuid.UUID | None, limit: int) -> Sequence[Leave]:
    """An officer's leaves by id, withdrawn ones included; raises OfficerNotFound."""
    await require_officer(reads, officer_id)
    query = select(Leave).where(Leave.officer_id == officer_id).order_by(Leave.id).limit(limit)
    query = query if after is None else query.where(Leave.id > after)
    return (await reads.session.scalars(query.execution_options(populate_existing=True))).all()


async def _hold(session: AsyncSession, officer_ids: Collection[str]) -> None:
    """Keep others from entering leaves of these; in one order for all."""
    held = select(Officer.id).where(among(Officer.id, officer_ids)).order_by(Officer.id)
    await session.execute(held.with_for_update(key_share=True))


async def _live(session: AsyncSession, officer_ids: Collection[str]) -> Sequence[Leave]:
    query = select(Leave).where(among(Leave.officer_id, officer_ids), Leave.ended_at.is_(None))
    return (await session.scalars(query.order_by(Leave.from_day))).all()


async def _store(change: Change, wish: LeaveWish, officer: OfficerState) -> Leave:
    leave = Leave(
        id=uuid.uuid4(),
        officer_id=wish.officer_id,
        from_day=wish.from_day,
        until_day=wish.until_day,
        delegate_id=wish.delegate_id,
        recorded_at=change.now,
        recorded_by=change.actor.identity,
        ended_at=None,
        ended_by=None,
    )
    change.session.add(leave)
    await change.session.flush()
    unit = _unit_of(officer, wish.days)
    await change.note(Entry("leave.entered", "leave", str(leave.id), unit, after=_told(wish)))
    return leave


def _wish(leave: Leave) -> LeaveWish:
    return LeaveWish(leave.officer_id, leave.from_day, leave.until_day, leave.delegate_id)


def _told(wish: LeaveWish) -> dict[str, Any]:
    """What the trail says of a leave: whose, when and who stands in."""
    days = {"from": wish.from_day.isoformat(), "until": wish.until_day.isoformat()}
    return {"officer_id": wish.officer_id, **days, "delegate_id": wish.delegate_id}


def _unit_of(officer: OfficerState, days: Span) -> str | None:
    """The unit whose matter a leave is: where the officer serves then, or served last."""
    services = serving(officer, days) or officer.services
    return services[-1].unit_id if services else None
