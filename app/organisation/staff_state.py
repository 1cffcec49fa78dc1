"""An officer with every posting, and what may be ordered of them."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from app.organisation.unit_state import UNSAID, Unsaid


class Service(NamedTuple):
    """A row of `posting`: an officer serves a unit in a role between two days; half-open, null means for good."""

    id: uuid.UUID
    unit_id: str
    role: str
    from_day: date
    until_day: date | None

    def lasts(self, day: date) -> bool:
        """Whether it has not ended by a day; it may still be to come."""
        return self.until_day is None or self.until_day > day

    def holds(self, day: date) -> bool:
        """Whether a day is one of its days."""
        return self.from_day <= day and self.lasts(day)

    def meets(self, other: "Service") -> bool:
        """Whether it is of the same unit and role as another, on a common day."""
        same = (self.unit_id, self.role) == (other.unit_id, other.role)
        return same and self.lasts(other.from_day) and other.lasts(self.from_day)


@dataclass(frozen=True, slots=True)
class OfficerState:
    """An officer; `services` by their first day."""

    officer: str
    name: str
    left_on: date | None = None
    services: tuple[Service, ...] = ()
    revision: int = 0


@dataclass(frozen=True, slots=True)
class PostingWish:
    """An officer is to serve a unit in a role: from today on where no day is said, for good where no end is."""

    unit_id: str
    role: str
    from_day: date | None = None
    until_day: date | None = None


@dataclass(frozen=True, slots=True)
class OfficerOrder:
    """An officer as they are to be: postings that do not stand yet begin, others stay."""

    officer_id: str
    name: str
    left_on: date | Unsaid | None = UNSAID
    postings: tuple[PostingWish, ...] = ()


class Days(NamedTuple):
    """When a unit is open, and whether the caller sees it."""

    opened_on: date
    closed_on: date | None
    seen: bool

    def __str__(self) -> str:
        until = f" until {self.closed_on}" if self.closed_on else ""
        return f"open from {self.opened_on}{until}"

    def cover(self, service: Service) -> bool:
        """Whether the unit is open throughout a posting."""
        ends_by = self.closed_on is None or (service.until_day is not None and service.until_day <= self.closed_on)
        return self.opened_on <= service.from_day and ends_by


@dataclass(frozen=True, slots=True)
class Ground:
    """What orders for officers are judged by: the units and roles that they name, the caller's unit, the day."""

    units: dict[str, Days]
    roles: frozenset[str]
    fence: str | None
    today: date

    def sees(self, unit: str) -> bool:
        """Whether the caller sees a unit."""
        return unit in self.units and self.units[unit].seen

    def sees_officer(self, officer: OfficerState) -> bool:
        """Whether the caller sees an officer: who serves, served or will serve a unit that the caller sees."""
        return self.fence is None or any(self.sees(service.unit_id) for service in officer.services)
