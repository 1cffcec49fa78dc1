"""Whether an officer may be on leave on some days, and who may stand in; pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from app.kernel.coverage.span import Span, without
from app.organisation.faults import Fault, refused
from app.organisation.refusals import DelegateUnfit, LeaveOverlaps, NoSuchOfficer, ServesElsewhere, WrongPeriod
from app.organisation.staff_state import Ground, OfficerState, Service
from app.organisation.staffing import unseen


class Away(Protocol):
    """Days on which somebody is away."""

    @property
    def from_day(self) -> date:
        """The first."""

    @property
    def until_day(self) -> date:
        """The first that is none of them."""


@dataclass(frozen=True, slots=True)
class LeaveWish:
    """Days on which an officer is to be away, and who stands in."""

    officer_id: str
    from_day: date
    until_day: date
    delegate_id: str | None = None

    @property
    def days(self) -> Span:
        """From the first day to before the last."""
        return Span(self.from_day, self.until_day)


def leave_faults(wish: LeaveWish, officer: OfficerState, leaves: Iterable[Away], ground: Ground) -> Iterator[Fault]:
    """What is wrong with the days of a leave; `leaves` are those of the officer."""
    if not ground.sees_officer(officer):
        yield unseen(officer)
    elif wish.until_day <= wish.from_day:
        yield Fault(("until",), WrongPeriod, f"is not after {wish.from_day}, the first day")
    else:
        yield from _out_of_reach(officer, wish.days, ground)
        if not serving(officer, wish.days):
            yield Fault(("from",), WrongPeriod, f"the officer serves on no day from {wish.from_day} on")
        for each in _meeting(leaves, wish.days):
            says = f"is on leave from {each.from_day} to before {each.until_day} already: withdraw that first"
            yield Fault(("from",), LeaveOverlaps, says)


def delegate_faults(
    wish: LeaveWish, delegate: OfficerState | None, leaves: Iterable[Away], ground: Ground
) -> Iterator[Fault]:
    """What is wrong with who is to stand in, None where there is nobody of that number; `leaves` are the delegate's."""
    place = ("delegate_id",)
    if delegate is None or not ground.sees_officer(delegate):
        yield Fault(place, NoSuchOfficer, "no such officer", unseen(delegate).denied if delegate else None)
        return
    if delegate.officer == wish.officer_id:
        yield Fault(place, DelegateUnfit, "is the officer who is away: name another")
        return
    gap = next(without(wish.days, _served(delegate, ground)), None)
    if gap is not None:
        yield Fault(place, DelegateUnfit, f"does not serve within the key's unit from {gap.start} on")
    for each in _meeting(leaves, wish.days):
        says = f"is on leave from {each.from_day} to before {each.until_day}, when nobody would stand in"
        yield Fault(place, DelegateUnfit, says)


def out_of_reach(officer: OfficerState, days: Span, ground: Ground) -> list[Fault]:
    """Why the caller may not say when an officer is away, though he sees him."""
    return list(_out_of_reach(officer, days, ground))


def serving(officer: OfficerState, days: Span) -> Sequence[Service]:
    """The postings that an officer has on one of the days."""
    return [each for each in officer.services if each.from_day < days.until and each.lasts(days.start)]


def _out_of_reach(officer: OfficerState, days: Span, ground: Ground) -> Iterator[Fault]:
    outside = next((each.unit_id for each in serving(officer, days) if not ground.sees(each.unit_id)), None)
    if outside is not None:
        says = "the officer serves a unit outside the key's own in these days: this is for a key above both"
        yield Fault(("from",), ServesElsewhere, says, refused("officer", officer.officer, outside, says))


def _served(officer: OfficerState, ground: Ground) -> Iterator[Span]:
    """The days on which an officer serves within the caller's reach."""
    for each in officer.services:
        if ground.sees(each.unit_id):
            yield Span(each.from_day, each.until_day or date.max)


def _meeting(leaves: Iterable[Away], days: Span) -> Iterator[Away]:
    return (each for each in leaves if each.from_day < days.until and each.until_day > days.start)
