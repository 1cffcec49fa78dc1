"""What is done with a client's assignments: begin, end, hand over, keep the owner. Callers commit; each is noted.

Whoever calls holds the client locked, so that two changes never meet.
"""

from dataclasses import replace
from datetime import date
from uuid import UUID

from app.clients.appointing import Appointment, NotAppointed, appoint, eligible
from app.clients.coverage import Turn, spans_of, store
from app.clients.leading import check_lets_go
from app.clients.reading import ClientRow
from app.clients.refusals import AssignmentNotFound, InvalidAssignment, NoOwner, WrongDay, no_such_officer
from app.clients.spans import Handover, Span, Spans, ended, handed_over, owner_on
from app.errors import FieldError
from app.organisation.refusals import DayPassed
from app.trail.change import Change


async def begin(change: Change, client: ClientRow, order: Appointment) -> tuple[Span, bool]:
    """Give an officer a role at a client; return it, and whether it is new: where it is there already, it stays.

    Raises InvalidAssignment, AssignmentOverlaps, OwnerTaken.
    """
    [done] = await appoint(change, {client.id: client}, [order])
    if isinstance(done, NotAppointed):
        change.denials.extend(done.denials)
        raise done.problem
    return done.span, done.is_new


async def end(change: Change, client: ClientRow, assignment_id: UUID, on: date) -> Span:
    """End an assignment on a day, today or later; one that ends on its first day is withdrawn, as if it had never been.

    Raises DayPassed, AssignmentNotFound, ServesElsewhere, WrongDay, AssignmentEnded.
    """
    _refuse_past(change, on, "an assignment ends")
    held = await _held(change, client)
    one = next((each for each in held if each.id == assignment_id), None)
    if one is None:
        raise AssignmentNotFound
    await check_lets_go(change, client, one.officer_id)
    await store(change, [Turn(client, held, ended(held, one, on))])
    return replace(one, until_day=on)


async def hand_over(change: Change, client: ClientRow, order: Handover, reason: str) -> Spans:
    """Hand over what one officer has at a client to another, today or later; what the other has from that day on.

    Raises DayPassed, InvalidAssignment, NothingToHandOver, ServesElsewhere, AssignmentOverlaps, OwnerTaken.
    """
    _refuse_past(change, order.on, "a client is handed over")
    if order.from_officer == order.to_officer:
        raise InvalidAssignment(
            [FieldError(pointer="/to_officer", code="same_officer", detail="is the officer who hands over")]
        )
    may = await eligible(change, [client], [order.to_officer])
    if not may.may_have(order.to_officer, client.unit):
        change.denials.extend(may.denials(order.to_officer, client.unit))
        raise InvalidAssignment([no_such_officer("/to_officer")])
    held = await _held(change, client)
    after = handed_over(held, order)
    await check_lets_go(change, client, order.from_officer)
    await store(change, [Turn(client, held, after, reason)])
    return tuple(each for each in after if each.officer_id == order.to_officer and each.lasts_beyond(order.on))


async def keep_owner(change: Change, client: ClientRow, on: date, reason: str | None) -> Span:
    """Note that the client asked to keep its owner, from a day on; a second time changes nothing (domain.md F3).

    Raises NoOwner, and WrongDay for a day to come.
    """
    if on > change.today:
        raise WrongDay("/on", "is a day to come")
    held = await _held(change, client)
    owner = owner_on(held, on)
    if owner is None:
        raise NoOwner
    if owner.kept_since is not None:
        return owner
    kept = replace(owner, kept_since=on)
    after = tuple(kept if each.id == owner.id else each for each in held)
    await store(change, [Turn(client, held, after, reason)])
    return kept


def _refuse_past(change: Change, on: date, what: str) -> None:
    """Who covered a client in the past stays: visits were credited and decisions told by it."""
    if on < change.today:
        says = f"{what} on {change.today} or later"
        raise DayPassed(says, errors=[FieldError(pointer="/on", code=DayPassed.code, detail=says)])


async def _held(change: Change, client: ClientRow) -> Spans:
    return (await spans_of(change.session, [client.id]))[client.id]
