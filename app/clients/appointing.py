"""Whom a client may be given: an officer who serves within the caller's unit, or on the way up from the client's own.

The marketing team spans the levels (domain.md B9): a sub-branch's client may have head office's president.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from app.clients.coverage import Turn, spans_of, store
from app.clients.reading import ClientRow
from app.clients.refusals import InvalidAssignment, no_such_officer
from app.clients.spans import Span, Spans, begun
from app.errors import FieldError, Problem
from app.organisation.faults import refused
from app.organisation.lookup import Post, known_roles, paths, posts_of, units_within
from app.trail.change import Change
from app.trail.entry import Entry


@dataclass(frozen=True, slots=True)
class Appointment:
    """An officer is to have a role at a client, from a day on; as its owner or not."""

    client_id: str
    officer_id: str
    role: str
    owner: bool
    from_day: date
    until_day: date | None = None


@dataclass(frozen=True, slots=True)
class Appointed:
    """An appointment that stands: its span, and whether it is new."""

    span: Span
    is_new: bool


@dataclass(frozen=True, slots=True)
class NotAppointed:
    """An appointment that was refused; `denials` are for the trail, where it reached beyond the caller's unit."""

    problem: Problem
    denials: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Eligible:
    """Who serves where today, which units are the caller's, which stand above each client's lead unit; all roles."""

    posts: Mapping[str, Collection[Post]]
    units: frozenset[str]
    paths: Mapping[str, Collection[str]]
    roles: frozenset[str]

    def faults(self, order: Appointment, lead: str | None) -> list[FieldError]:
        """What is wrong with whom or what an appointment names."""
        errors = []
        if not self.may_have(order.officer_id, lead):
            errors.append(no_such_officer("/officer_id"))
        if order.role not in self.roles:
            errors.append(FieldError(pointer="/role", code="no_such_role", detail="no such role"))
        return errors

    def may_have(self, officer_id: str, lead: str | None) -> bool:
        """Whether a client led by `lead` may have the officer."""
        path = self.paths.get(lead, ()) if lead else ()
        return any(post.unit_id in self.units or post.unit_id in path for post in self.posts.get(officer_id, ()))

    def denials(self, officer_id: str, lead: str | None) -> tuple[Entry, ...]:
        """What the trail says of an officer who is there, but not for the caller."""
        posts = list(self.posts.get(officer_id, ()))
        outside = bool(posts) and not self.may_have(officer_id, lead)
        return (refused("officer", officer_id, posts[0].unit_id),) if outside else ()


async def eligible(change: Change, clients: Iterable[ClientRow], officers: Collection[str]) -> Eligible:
    """Look up, for all of them at once, what `Eligible` holds."""
    session, today = change.session, change.today
    posts: dict[str, list[Post]] = {}
    for post in await posts_of(session, officers, today):
        posts.setdefault(post.officer_id, []).append(post)
    served = {post.unit_id for some in posts.values() for post in some}
    return Eligible(
        posts=posts,
        units=await units_within(session, served, change.actor.unit, today),
        paths=await paths(session, {each.unit for each in clients if each.unit is not None}, today),
        roles=await known_roles(session),
    )


async def appoint(
    change: Change, clients: Mapping[str, ClientRow], orders: Sequence[Appointment]
) -> list[Appointed | NotAppointed]:
    """Begin each appointment, in order; one that is there already stays. A refused one fails alone.

    The caller holds the clients locked, and has looked whether it sees them.
    """
    may = await eligible(change, clients.values(), {order.officer_id for order in orders})
    before = await spans_of(change.session, list(clients))
    after = dict(before)
    done = [_appointed(order, clients[order.client_id], may, after) for order in orders]
    await store(change, [Turn(client, before[key], after[key]) for key, client in clients.items()])
    return done


def _appointed(
    order: Appointment, client: ClientRow, may: Eligible, held: dict[str, Spans]
) -> Appointed | NotAppointed:
    """Add a span to those that are held, or tell why not."""
    errors = may.faults(order, client.unit)
    if errors:
        return NotAppointed(InvalidAssignment(errors), may.denials(order.officer_id, client.unit))
    new = Span(uuid4(), order.officer_id, order.role, order.owner, order.from_day, order.until_day)
    there = next((each for each in held[client.id] if _same(each, new)), None)
    if there is not None:
        return Appointed(there, is_new=False)
    try:
        held[client.id] = begun(held[client.id], new)
    except Problem as problem:
        return NotAppointed(problem)
    return Appointed(new, is_new=True)


def _same(one: Span, other: Span) -> bool:
    """Whether two say the same of the same days."""
    said = (one.officer_id, one.role, one.owner, one.from_day, one.until_day)
    return said == (other.officer_id, other.role, other.owner, other.from_day, other.until_day)
