"""Which reign governs a client on a day. Pure, so that it can be asked for a hundred thousand clients.

A client's path is the unit that leads it, then the units above, up to the head office. A pilot (domain.md A17) governs
over the version of the whole bank; of several on one path the nearest unit's does. Two pilots of different versions are
never let onto one path; should a unit be moved under another pilot's later, it keeps its own.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Term:
    """Where and when a version is to govern: in these units and below, or with none in the whole bank."""

    units: tuple[str, ...]
    from_day: date
    until_day: date | None = None


@dataclass(frozen=True, slots=True)
class Reign:
    """One version's half-open days in a unit and below, or with `unit` None in the whole bank."""

    number: int
    unit: str | None
    from_day: date
    until_day: date | None

    @property
    def called_off(self) -> bool:
        """Whether it was ended before it began."""
        return self.until_day is not None and self.until_day <= self.from_day

    def holds(self, day: date) -> bool:
        """Whether `day` is one of its own; in the whole bank a later reign may govern on it all the same."""
        return self.from_day <= day and (self.until_day is None or day < self.until_day)


class Reigns:
    """The reigns of one rulebook."""

    def __init__(self, reigns: Iterable[Reign]) -> None:
        begun = sorted((each for each in reigns if not each.called_off), key=_order)
        self._bank = [each for each in begun if each.unit is None]
        self._starts = [each.from_day for each in self._bank]
        self._pilots: defaultdict[str, list[Reign]] = defaultdict(list)
        for each in reversed(begun):
            if each.unit is not None:
                self._pilots[each.unit].append(each)

    def governing(self, path: Sequence[str], day: date) -> Reign | None:
        """The reign that governs a client of this path on `day`: the nearest unit's, else the bank's, else None."""
        for unit in path if self._pilots else ():
            for pilot in self._pilots.get(unit, ()):
                if pilot.holds(day):
                    return pilot
        at = bisect_right(self._starts, day)
        return self._bank[at - 1] if at and self._bank[at - 1].holds(day) else None

    def governs_since(self, path: Sequence[str], day: date) -> date | None:
        """Since when the reign that governs on `day` has done so without a break; None where none does."""
        reign = self.governing(path, day)
        if reign is None:
            return None
        pilots = (each for unit in path for each in self._pilots.get(unit, ()))
        ends = {each.until_day for each in pilots if each.until_day is not None and each.until_day <= day}
        turns = sorted({reign.from_day, *ends}, reverse=True)
        before = (turn for turn in turns if self.governing(path, turn - timedelta(1)) is not reign)
        return next(before, reign.from_day)

    def anywhere(self, day: date) -> list[Reign]:
        """Every reign that governs somebody on `day`: those of pilots, and the bank's."""
        pilots = (pilot for each in self._pilots.values() for pilot in each if pilot.holds(day))
        bank = self.governing((), day)
        return [*pilots, *([bank] if bank else ())]

    def next_start(self, day: date) -> date | None:
        """The first day after `day` on which a reign of the whole bank begins."""
        at = bisect_right(self._starts, day)
        return self._starts[at] if at < len(self._starts) else None


def _order(reign: Reign) -> tuple[date, int, date]:
    return reign.from_day, reign.number, reign.until_day or date.max
