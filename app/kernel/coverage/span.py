"""Half-open spans of days: `start` counts, `until` does not."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple


class Span(NamedTuple):
    """The days from `start` to before `until`."""

    start: date
    until: date

    def holds(self, day: date) -> bool:
        """Whether the day is one of its own."""
        return self.start <= day < self.until

    def within(self, other: "Span") -> "Span | None":
        """The days of both; None where there are none."""
        start, until = max(self.start, other.start), min(self.until, other.until)
        return Span(start, until) if start < until else None


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same days as spans that neither overlap nor touch, in order."""
    found: list[Span] = []
    for each in sorted(spans):
        if found and each.start <= found[-1].until:
            found[-1] = Span(found[-1].start, max(found[-1].until, each.until))
        else:
            found.append(each)
    return tuple(found)


def without(whole: Span, gone: Iterable[Span]) -> Iterator[Span]:
    """The days of `whole` that are in none of `gone`, in order."""
    start = whole.start
    for each in merged(gone):
        if each.start > start and start < whole.until:
            yield Span(start, min(each.start, whole.until))
        start = max(start, each.until)
    if start < whole.until:
        yield Span(start, whole.until)
