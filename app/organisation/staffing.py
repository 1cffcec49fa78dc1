"""What orders make of an officer and their postings; pure. What was stays: only what still lasts is ended or moved."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from app.organisation.faults import Fault, Steps, no_such_unit, refused
from app.organisation.refusals import (
    DayPassed,
    NoSuchRole,
    OfficerNotFound,
    PostingEnded,
    PostingNeeded,
    PostingOverlaps,
    ServesElsewhere,
    WrongPeriod,
)
from app.organisation.staff_state import Ground, OfficerOrder, OfficerState, PostingWish, Service
from app.organisation.unit_state import UNSAID


@dataclass(slots=True)
class Staffing:
    """One officer on the way to what is ordered, and what is wrong with that."""

    ground: Ground
    officer: OfficerState
    faults: list[Fault] = field(default_factory=list)
    begun: list[Service] = field(default_factory=list)
    """Postings of this very order: that one lasts and that it ends cannot both be meant."""

    def begin(self, wish: PostingWish, place: Steps = ()) -> Service | None:
        """Have a posting begin; the one that stands already, where it is the same; None where something is wrong."""
        return self._begin(wish, place) if self._may_post(place) else None

    def _begin(self, wish: PostingWish, place: Steps) -> Service | None:
        service = self._wished(wish)
        faults = list(self._unfit(service, wish, place))
        self.faults += faults
        if faults:
            return None
        there = next((each for each in self.officer.services if each.meets(service)), None)
        if there is None:
            self._replace((), service)
            self.begun.append(service)
            return service
        return self._stands(there, service, place)

    def end(self, service: Service, on: date, place: Steps = ("on",)) -> Service | None:
        """Have a posting end. One that has not begun by then never does: it goes, and is returned without a day."""
        today = self.ground.today
        if service.until_day == on:
            return service
        if not service.lasts(on):
            self._find(place, PostingEnded, f"the posting ends on {service.until_day} already; begin another from then")
        elif on < today:
            self._find(place, DayPassed, f"a posting ends on {today} or later")
        else:
            return self._cut(service, on)
        return None

    def move(self, wish: PostingWish, place: Steps = ()) -> Service | None:
        """End every posting that the caller sees and that lasts on the day, and begin another, as `begin` does."""
        today = self.ground.today
        day = wish.from_day or today
        if not self._may_post(place):
            return None
        if day < today:
            self._find((*place, "from"), DayPassed, f"an officer moves on {today} or later")
            return None
        for service in self.officer.services:
            stays = service.holds(day) and service[1:3] == (wish.unit_id, wish.role) and service.until_day is None
            if service.lasts(day) and not stays and self.ground.sees(service.unit_id):
                self._cut(service, day)
        return self._begin(wish, place)

    def rename(self, name: str) -> None:
        """Give the officer another name."""
        if name != self.officer.name and self._may_change(("name",)):
            self.officer = replace(self.officer, name=name)

    def leave(self, on: date | None) -> None:
        """Have the officer leave, which ends every posting; None has them stay, or come back without a posting."""
        if on == self.officer.left_on or not self._may_change(("left_on",)):
            return
        if on is not None and on < self.ground.today:
            self._find(("left_on",), DayPassed, f"an officer leaves on {self.ground.today} or later")
            return
        self.officer = replace(self.officer, left_on=on)
        for service in self.officer.services:
            if on is not None and service.lasts(on):
                self._cut(service, on)

    def _wished(self, wish: PostingWish) -> Service:
        """The posting as it is wished, no longer than the officer stays."""
        ends = [day for day in (wish.until_day, self.officer.left_on) if day is not None]
        return Service(
            uuid.uuid4(), wish.unit_id, wish.role, wish.from_day or self.ground.today, min(ends, default=None)
        )

    def _unfit(self, service: Service, wish: PostingWish, place: Steps) -> Iterator[Fault]:
        """What is wrong with a posting, whatever others there are."""
        if wish.role not in self.ground.roles:
            yield Fault((*place, "role"), NoSuchRole, "no such role")
        if service.until_day is not None and service.until_day <= service.from_day:
            which = "the officer leaves" if service.until_day == self.officer.left_on else "the posting ends"
            yield Fault((*place, "from"), WrongPeriod, f"{which} on {service.until_day}, before it begins")
        elif not self.ground.sees(wish.unit_id):
            yield no_such_unit((*place, "unit_id"), wish.unit_id if wish.unit_id in self.ground.units else None)
        elif not self.ground.units[wish.unit_id].cover(service):
            says = f"the unit is {self.ground.units[wish.unit_id]}, not throughout from {service.from_day}"
            yield Fault((*place, "from"), WrongPeriod, says)

    def _stands(self, there: Service, service: Service, place: Steps) -> Service | None:
        """What becomes of a posting that meets the wished one: it may be the same, or be given its end."""
        if there.holds(service.from_day):
            if there.until_day == service.until_day:
                return there
            if service.until_day is not None and there not in self.begun:
                return self.end(there, service.until_day, (*place, "until"))
        until = f" until {there.until_day}" if there.until_day else ""
        self._find((*place, "from"), PostingOverlaps, f"serves there in that role from {there.from_day}{until} already")
        return None

    def _cut(self, service: Service, on: date) -> Service:
        if on <= service.from_day:
            self._replace((service,))
            return service._replace(until_day=service.from_day)
        shorter = service._replace(until_day=on)
        self._replace((service,), shorter)
        return shorter

    def _replace(self, gone: tuple[Service, ...], *new: Service) -> None:
        kept = [each for each in self.officer.services if each not in gone]
        services = tuple(sorted([*kept, *new], key=lambda each: (each.from_day, each.unit_id, each.role)))
        self.officer = replace(self.officer, services=services)

    def _may_change(self, place: Steps) -> bool:
        """Whether the officer is the caller's alone to change: nothing outside the fence depends on them."""
        _, outside = self._served()
        if not outside:
            return True
        says = "the officer serves a unit outside the key's own too: this is for a key above both"
        return self._is_anothers(place, outside[0], says)

    def _may_post(self, place: Steps) -> bool:
        """Whether the caller may have the officer serve: nobody takes another unit's staff, who served here or not."""
        inside, outside = self._served()
        if inside or not outside:
            return True
        says = "the officer serves outside the key's unit alone: this is for a key above both"
        return self._is_anothers(place, outside[0], says)

    def _served(self) -> tuple[list[str], list[str]]:
        """The units of the postings that last: those that the caller sees, and the others."""
        units = [each.unit_id for each in self.officer.services if each.lasts(self.ground.today)]
        inside = [unit for unit in units if self.ground.sees(unit)]
        return inside, [unit for unit in units if unit not in inside]

    def _is_anothers(self, place: Steps, outside: str, says: str) -> bool:
        denied = refused("officer", self.officer.officer, outside, says)
        self.faults.append(Fault(place, ServesElsewhere, says, denied))
        return False

    def _find(
        self, place: Steps, problem: type[WrongPeriod | DayPassed | PostingEnded | PostingOverlaps], says: str
    ) -> None:
        self.faults.append(Fault(place, problem, says))


def staffed(old: OfficerState | None, order: OfficerOrder, ground: Ground) -> Staffing:
    """Carry out an order for an officer who is there, or is new."""
    if old is None:
        return _hired(order, ground)
    staffing = Staffing(ground, old)
    if not ground.sees_officer(old):
        staffing.faults.append(unseen(old))
        return staffing
    staffing.rename(order.name)
    if order.left_on != UNSAID:
        staffing.leave(order.left_on)
    _begin_all(staffing, order)
    return staffing


def unseen(officer: OfficerState) -> Fault:
    """An officer who is there, but not for the caller."""
    unit = officer.services[-1].unit_id if officer.services else None
    return Fault(("officer_id",), OfficerNotFound, "no such officer", refused("officer", officer.officer, unit))


def _hired(order: OfficerOrder, ground: Ground) -> Staffing:
    """A new officer; also one who left in the past, as a bank has them on file."""
    left_on = None if order.left_on == UNSAID else order.left_on
    staffing = Staffing(ground, OfficerState(order.officer_id, order.name, left_on))
    if ground.fence is not None and not order.postings:
        says = "a key of a unit posts a new officer within it, or would not see them"
        staffing.faults.append(Fault(("postings",), PostingNeeded, says))
    _begin_all(staffing, order)
    return staffing


def _begin_all(staffing: Staffing, order: OfficerOrder) -> None:
    for at, wish in enumerate(order.postings):
        staffing.begin(wish, ("postings", at))
