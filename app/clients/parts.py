"""Which units lead and assist a client, as half-open days: what a new wish changes in them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple


class Part(NamedTuple):
    """What a unit is to a client: `lead` or `assisting`."""

    part: str
    unit_id: str


def parts_of(lead: str, assisting: Iterable[str]) -> frozenset[Part]:
    """The parts of a client that `lead` leads and `assisting` assist."""
    return frozenset((Part("lead", lead), *(Part("assisting", unit) for unit in assisting)))


@dataclass(slots=True)
class PartChanges:
    """Rows to take away, for they began today; rows that end today; parts that begin today."""

    removed: list[Part] = field(default_factory=list)
    ended: list[Part] = field(default_factory=list)
    begun: list[Part] = field(default_factory=list)


def changed_parts(held: Mapping[Part, date], wanted: frozenset[Part], today: date) -> PartChanges:
    """What makes `wanted` of `held`, the parts without an end by the day they began.

    A part that began today and is wanted no more was never held for a whole day: it leaves no row.
    """
    changes = PartChanges()
    for part, since in sorted(held.items()):
        if part not in wanted:
            (changes.ended if since < today else changes.removed).append(part)
    changes.begun.extend(sorted(wanted - held.keys()))
    return changes
