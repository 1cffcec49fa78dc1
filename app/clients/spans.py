"""Who covers a client as half-open spans of days: beginning, ending, handing over. Pure.

At any time an officer has a role at a client once, and at most one officer owns the client.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID, uuid4

from app.clients.refusals import AssignmentEnded, AssignmentOverlaps, NothingToHandOver, OwnerTaken, WrongDay

Spans = tuple["Span", ...]


@dataclass(frozen=True, slots=True)
class Span:
    """An officer's role at a client from a day on, until a day or for good; `kept_since` as the client asked (F3)."""

    id: UUID
    officer_id: str
    role: str
    owner: bool
    from_day: date
    until_day: date | None = None
    kept_since: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the day is one of its own."""
        return self.from_day <= day and self.lasts_beyond(day)

    def lasts_beyond(self, day: date) -> bool:
        """Whether the day or one after it is its own."""
        return self.until_day is None or day < self.until_day

    def overlaps(self, other: "Span") -> bool:
        """Whether the two have a day in common."""
        return self.holds(other.from_day) or other.holds(self.from_day)


@dataclass(frozen=True, slots=True)
class Handover:
    """From one officer to another on a day: all that the one has at the client, or one role."""

    from_officer: str
    to_officer: str
    role: str | None
    on: date


def begun(held: Spans, new: Span) -> Spans:
    """The spans with a new one; raises AssignmentOverlaps or OwnerTaken."""
    for each in held:
        if each.overlaps(new):
            if (each.officer_id, each.role) == (new.officer_id, new.role):
                raise AssignmentOverlaps
            if each.owner and new.owner:
                raise OwnerTaken
    return (*held, new)


def ended(held: Spans, one: Span, on: date) -> Spans:
    """The spans with one ending on a day, which no longer counts; an end may be brought forward, never put off.

    A span that ends on its first day never was: it goes. Raises WrongDay before that, AssignmentEnded past its end.
    """
    if on < one.from_day:
        raise WrongDay("/on", "is before the assignment's first day")
    if one.until_day is not None and one.until_day < on:
        raise AssignmentEnded
    rest = tuple(each for each in held if each.id != one.id)
    return rest if on == one.from_day else (*rest, replace(one, until_day=on))


def handed_over(held: Spans, order: Handover) -> Spans:
    """The spans after a handover: from the day on, all that the one officer has or is to have is the other's.

    Raises NothingToHandOver, and what a beginning raises.
    """
    given = [
        each
        for each in held
        if each.officer_id == order.from_officer and order.role in {None, each.role} and each.lasts_beyond(order.on)
    ]
    if not given:
        raise NothingToHandOver
    for one in given:
        day = max(one.from_day, order.on)
        new = Span(uuid4(), order.to_officer, one.role, one.owner, day, one.until_day)
        held = _taken_over(ended(held, one, day), new)
    return held


def _taken_over(held: Spans, new: Span) -> Spans:
    """What the other has in that role already stays, and what is given begins where that ends.

    Where the ownership comes to it, it begins anew with it.
    """
    theirs = _held_by(held, new.officer_id, new.role, new.from_day)
    if theirs is None:
        return begun(held, new)
    until = None if None in {theirs.until_day, new.until_day} else max(_days(theirs, new))
    if new.owner and not theirs.owner:
        return begun(ended(held, theirs, new.from_day), replace(new, until_day=until))
    if theirs.until_day is None or until == theirs.until_day:
        return held
    return _taken_over(held, replace(new, from_day=theirs.until_day))


def _held_by(held: Iterable[Span], officer_id: str, role: str, day: date) -> Span | None:
    theirs = (each for each in held if (each.officer_id, each.role) == (officer_id, role) and each.holds(day))
    return next(theirs, None)


def _days(*spans: Span) -> Collection[date]:
    return [span.until_day for span in spans if span.until_day is not None]


def owner_on(held: Iterable[Span], day: date) -> Span | None:
    """Who owns the client on a day."""
    return next((each for each in held if each.owner and each.holds(day)), None)


def credited(held: Iterable[Span], day: date) -> str | None:
    """Whom all sales to the client are credited to: the owner whom it asked to keep by that day (domain.md F3)."""
    owner = owner_on(held, day)
    kept = owner is not None and owner.kept_since is not None and owner.kept_since <= day
    return owner.officer_id if owner is not None and kept else None
