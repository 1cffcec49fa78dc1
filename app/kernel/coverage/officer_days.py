"""An officer's days as they fill, and what is left of what the officer is to make (domain.md D2, G1)."""

from collections.abc import Collection, Sequence
from datetime import date

from app.kernel.coverage.visit_plan import EVER, Diary, Goer, Reason, ToMake


class OfficerDays:
    """An officer's days as they fill: `room` on each for so many visits more; `asked` is what is to be made on all."""

    def __init__(self, diary: Diary) -> None:
        self.per_day = diary.per_day
        self.room = dict.fromkeys(diary.days, diary.per_day)
        self.asked = 0

    def take(self, day: date) -> None:
        """Make one visit on a day; the days of others are no matter."""
        if day in self.room:
            self.room[day] -= 1

    def made(self, day: date) -> int:
        """How many visits there are on a working day."""
        return self.per_day - self.room[day]

    @property
    def free(self) -> int:
        """How many visits more all days take."""
        return sum(room for room in self.room.values() if room > 0)


class Line:
    """What is `left` of what one officer is to make to the client in one role.

    `days` are the officer's on which he goes in the role. `serves` is whose obligation it is: the role's, or one
    holder's. `claims` are what one visit has once: an officer, and an obligation.
    """

    def __init__(self, to_make: ToMake, officer: OfficerDays, left: int) -> None:
        self.to_make = to_make
        self.officer = officer
        self.left = left
        self.goer = Goer(to_make.officer, to_make.role, to_make.acting_for)
        self.serves = (to_make.role, self.goer.holder) if to_make.each_holder else (to_make.role,)
        self.claims = frozenset({("officer", to_make.officer), ("obligation", *self.serves)})
        self.days: Collection[date] = officer.room
        if to_make.within != EVER:
            self.days = {day for day in officer.room if any(span.holds(day) for span in to_make.within)}

    def open(self, day: date) -> bool:
        """Whether the officer can go on a day."""
        return self.officer.room.get(day, 0) > 0 and day in self.days

    @property
    def reason(self) -> Reason:
        """Why what is left finds no day, once nothing more can be placed."""
        if not self.days:
            return "no_days"
        return "client_visited" if any(map(self.open, self.days)) else "no_room"


def together(lines: Sequence[Line]) -> Sequence[Line]:
    """Who of those who can go makes one visit: each officer in one role, and one of the holders where any will do."""
    going, taken = [], set[tuple[str, ...]]()
    for line in lines:
        if taken.isdisjoint(line.claims):
            going.append(line)
            taken |= line.claims
    return going
