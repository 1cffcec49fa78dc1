"""Who goes in a role on which days: who holds it, or who stands in while he is on leave (domain.md B9, D2)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from app.kernel.coverage.span import Span, without


class Delegation(NamedTuple):
    """Days of an officer's leave on which a delegate stands in."""

    span: Span
    delegate: str


class Stint(NamedTuple):
    """Days on which an officer goes in a role: it is his own, or that of `acting_for`, where one is named."""

    officer: str
    span: Span
    acting_for: str = ""

    @property
    def holder(self) -> str:
        """Who holds the role."""
        return self.acting_for or self.officer


def stints(held: Iterable[tuple[str, Span]], leaves: Mapping[str, Sequence[Delegation]]) -> tuple[Stint, ...]:
    """Put delegates in the place of those who hold a role and are on leave; who has no delegate keeps his days.

    A visit counts for one holder: on a day on which an officer would go for several he goes for himself, else for the
    first of them by number. So the days of an officer do not overlap.
    """
    known = tuple(held)
    found: list[Stint] = []
    acting = sorted(_acting(known, leaves), key=lambda each: (each.acting_for, each))
    for each in (*sorted(_own(known, leaves)), *acting):
        taken = (other.span for other in found if other.officer == each.officer)
        found += [each._replace(span=days) for days in without(each.span, taken)]
    return tuple(found)


def serving(duty: Iterable[Stint], left: Mapping[str, date]) -> tuple[Stint, ...]:
    """The same without the days on which an officer serves no more; `left` has the first of them."""
    found = ((each, each.span.within(Span(date.min, left.get(each.officer, date.max)))) for each in duty)
    return tuple(each._replace(span=days) for each, days in found if days is not None)


def _own(held: Iterable[tuple[str, Span]], leaves: Mapping[str, Sequence[Delegation]]) -> Iterator[Stint]:
    for officer, span in held:
        gone = (leave.span for leave in leaves.get(officer, ()))
        yield from (Stint(officer, days) for days in without(span, gone))


def _acting(held: Iterable[tuple[str, Span]], leaves: Mapping[str, Sequence[Delegation]]) -> Iterator[Stint]:
    for officer, span in held:
        for leave in leaves.get(officer, ()):
            days = leave.span.within(span)
            if days is not None:
                yield Stint(leave.delegate, days, officer)
