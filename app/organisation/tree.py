"""The organisation as a tree over time: where units stood, and from that who stood under whom, and when.

Days are half-open, as in the tables. A unit's moves are its whole history: it opens with the first and stands where
the last has put it until it closes.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple


class Move(NamedTuple):
    """From a day on a unit stands under another; under none, where it is the head office."""

    from_day: date
    parent: str | None


class Place(NamedTuple):
    """A row of `unit_placement`."""

    unit_id: str
    from_day: date
    parent_id: str | None
    until_day: date | None


class Under(NamedTuple):
    """A row of `unit_tree`: between two days one unit stood so many levels under another, or is it."""

    ancestor: str
    descendant: str
    from_day: date
    until_day: date | None
    distance: int


@dataclass(frozen=True)
class Branching:
    """One unit's part of the tree: its moves, in their order, and when it closes."""

    unit: str
    moves: tuple[Move, ...]
    closed_on: date | None

    @property
    def opened_on(self) -> date:
        """The first day."""
        return self.moves[0].from_day

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Where it stands, period after period."""
        ends = [*(move.from_day for move in self.moves[1:]), self.closed_on]
        return tuple(Place(self.unit, *move, end) for move, end in zip(self.moves, ends, strict=True))

    def parent_on(self, day: date) -> str | None:
        """The unit above on a day on which it stands."""
        return next((move.parent for move in reversed(self.moves) if move.from_day <= day), None)

    def nearest(self, today: date) -> date:
        """The day nearest to today on which it stands."""
        day = max(today, self.opened_on)
        return day if self.closed_on is None else min(day, self.closed_on - timedelta(days=1))

    def covers(self, place: Place) -> bool:
        """Whether it is open throughout a place of another."""
        return self.opened_on <= place.from_day and _ends_by(place.until_day, self.closed_on)


Tree = Mapping[str, Branching]


def path(tree: Tree, unit: str, day: date) -> Iterator[str]:
    """The unit and those above it on a day, up to the root; also where units are missing, or stand in a circle."""
    passed: set[str] = set()
    above: str | None = unit
    while above is not None and above not in passed:
        yield above
        passed.add(above)
        above = tree[above].parent_on(day) if above in tree else None


def children(tree: Tree) -> dict[str, list[Place]]:
    """Every place under each unit."""
    found: dict[str, list[Place]] = {}
    for branching in tree.values():
        for place in branching.places:
            if place.parent_id is not None:
                found.setdefault(place.parent_id, []).append(place)
    return found


def below(under: Mapping[str, Iterable[Place]], units: Iterable[str]) -> set[str]:
    """The units, and all that ever stands below them."""
    found: set[str] = set()
    waiting = set(units)
    while waiting:
        found |= waiting
        waiting = {place.unit_id for unit in waiting for place in under.get(unit, ())} - found
    return found


def closure(tree: Tree, units: Iterable[str]) -> list[Under]:
    """The rows of `unit_tree` whose descendant is one of `units`."""
    known: dict[str, list[Under]] = {}
    return [row for unit in units for row in _rows(tree, unit, known)]


def _rows(tree: Tree, unit: str, known: dict[str, list[Under]]) -> list[Under]:
    """A unit's rows: itself, and through each of its places the rows of the unit above."""
    if unit not in known:
        branching = tree[unit]
        rows = [Under(unit, unit, branching.opened_on, branching.closed_on, 0)]
        for place in branching.places:
            if place.parent_id is not None:
                rows += _through(place, _rows(tree, place.parent_id, known))
        known[unit] = _merged(rows)
    return known[unit]


def _through(place: Place, above: Iterable[Under]) -> Iterator[Under]:
    """What a unit's stay under another gives of that one's rows."""
    for row in above:
        first = max(place.from_day, row.from_day)
        until = place.until_day if _ends_by(place.until_day, row.until_day) else row.until_day
        if until is None or first < until:
            yield Under(row.ancestor, place.unit_id, first, until, row.distance + 1)


def _merged(rows: Iterable[Under]) -> list[Under]:
    """Rows that follow on one another under the same unit at the same distance, as one."""
    merged: list[Under] = []
    for row in sorted(rows, key=lambda each: (each.ancestor, each.from_day)):
        last = merged[-1] if merged else None
        if last and (last.ancestor, last.until_day, last.distance) == (row.ancestor, row.from_day, row.distance):
            merged[-1] = last._replace(until_day=row.until_day)
        else:
            merged.append(row)
    return merged


def _ends_by(until: date | None, other: date | None) -> bool:
    """Whether a period's end is not after another's; None is after every day."""
    return other is None or (until is not None and until <= other)
