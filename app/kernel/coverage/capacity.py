"""Whether what an officer is to make fits into the working days that are left (domain.md G1, G3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from app.kernel.coverage.span import Span
from app.kernel.coverage.working_days import WorkingDays

Verdict = Literal["nothing_to_make", "fits", "full", "overloaded"]


@dataclass(frozen=True, slots=True)
class Load:
    """What is to be made against what can be, in visits; `working_days` are the officers' own."""

    to_make: int
    working_days: int
    capacity: int
    overload: int

    @property
    def ratio(self) -> Fraction | None:
        """To be made of what can be; None where nothing can be made."""
        return Fraction(self.to_make, self.capacity) if self.capacity else None

    @property
    def verdict(self) -> Verdict:
        """`full` leaves no room; `overloaded` leaves visits over, of one officer at least where the load is of many."""
        if self.overload:
            return "overloaded"
        if not self.to_make:
            return "nothing_to_make"
        return "full" if self.to_make == self.capacity else "fits"

    def __add__(self, other: "Load") -> "Load":
        return Load(
            self.to_make + other.to_make,
            self.working_days + other.working_days,
            self.capacity + other.capacity,
            self.overload + other.overload,
        )


NO_LOAD = Load(0, 0, 0, 0)


def load(to_make: int, left: Span, working: WorkingDays, per_day: int) -> Load:
    """The load of one officer: `per_day` visits on each of his working days in the days that are left.

    A joint visit is one visit to each of the officers who make it. Raises BeyondCalendarError.
    """
    days = working.count(left)
    return Load(to_make, days, days * per_day, max(to_make - days * per_day, 0))


def loads(parts: Iterable[Load]) -> Load:
    """The load of many: overloads add up, so that nobody's free days hide what does not fit into another's."""
    return sum(parts, NO_LOAD)


def at_work(working: WorkingDays, away: Iterable[Span]) -> WorkingDays:
    """An officer's own working days: the calendar's without those of the spans in which he is away."""
    within = (span.within(working.reach) for span in away)
    return working.closed({day for span in within if span is not None for day in working.of(span)})
