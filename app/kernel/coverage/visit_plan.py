"""The terms of a plan of visits: what is to be made, whose days it may use, what is proposed (domain.md D2)."""

from collections.abc import Collection
from datetime import date
from typing import Final, Literal, NamedTuple

from app.kernel.coverage.span import Span

Reason = Literal["no_days", "no_room", "client_visited"]
"""Why a visit finds no day: its officer has none, or none with room, or on each with room the client has a visit."""

EVER: Final = (Span(date.min, date.max),)


class ToMake(NamedTuple):
    """An officer is still to make so many visits to a client in a role.

    With `each_holder` only visits for one holder count: the officer's own, or those of `acting_for`, for whom he stands
    in. Else those for any holder do, and `officer` is the one who is to go. `within` are the days on which he goes in
    the role: on others a visit is for nothing.
    """

    client: str
    role: str
    officer: str
    visits: int
    each_holder: bool = False
    within: tuple[Span, ...] = EVER
    acting_for: str = ""


class Diary(NamedTuple):
    """The working days of his own that an officer has left, and how many visits one of them takes at most."""

    days: Collection[date]
    per_day: int


class Goer(NamedTuple):
    """An officer who goes, in the role held at the client; None where the officer holds none there.

    It is `acting_for` who holds it, where one is named: the officer stands in for him.
    """

    officer: str
    role: str | None
    acting_for: str = ""

    @property
    def holder(self) -> str:
        """Who holds the role."""
        return self.acting_for or self.officer


class DayVisit(NamedTuple):
    """A visit to a client on a day, planned or proposed; those proposed name their goers in order."""

    day: date
    client: str
    goers: tuple[Goer, ...]


class Unplaced(NamedTuple):
    """So many of the visits that an officer is to make find no day."""

    client: str
    role: str
    officer: str
    visits: int
    reason: Reason


class VisitPlan(NamedTuple):
    """What is proposed, in the order of days and clients, and what finds no day, in the order of clients."""

    proposed: tuple[DayVisit, ...]
    unplaced: tuple[Unplaced, ...]
