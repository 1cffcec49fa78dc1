"""Who of those who hold a role is to make the visits that it owes a client (domain.md D2, G1)."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from app.kernel.coverage.span import Span, merged, without

NOBODY = ""
"""To whom falls what is due on days on which nobody holds the role."""


class Turn(NamedTuple):
    """Days on which the same officers hold a role, in the order of their numbers; nobody, where there are none."""

    span: Span
    holders: tuple[str, ...]


def turns(held: Sequence[tuple[str, Span]], away: Mapping[str, Sequence[Span]], whole: Span) -> tuple[Turn, ...]:
    """Cut days by who holds the role in them.

    Who is `away` leaves it to the others who hold it on these days; where all are away it stays theirs.
    """
    there = [(officer, span) for officer, days in held for span in without(days, away.get(officer, ()))]
    days = {day for _, span in (*held, *there) for day in span if whole.holds(day)}
    return tuple(
        Turn(Span(start, until), _on(there, start) or _on(held, start))
        for start, until in pairwise(sorted({*whole, *days}))
    )


def shared(visits: int, parts: Iterable[Turn], due: Callable[[Span], int]) -> dict[str, int]:
    """How many of the visits fall to each officer; they add up to `visits`.

    Each turn gets what is `due` of its days, of all that is due in the same proportion; where nothing is, by the length
    of turns. Of a turn that several hold each gets as many, and the first by number one more while some are left.
    """
    known = [turn for turn in parts if turn.span.start < turn.span.until]
    by_holders: Counter[tuple[str, ...]] = Counter()
    for turn, part in zip(known, _parts(visits, known, due), strict=True):
        by_holders[turn.holders] += part
    found: Counter[str] = Counter()
    for holders, part in by_holders.items():
        found.update(_divided(part, holders or (NOBODY,)))
    return {officer: number for officer, number in found.items() if number}


def days_of(officer: str, parts: Iterable[Turn]) -> tuple[Span, ...]:
    """The days on which it is an officer's turn."""
    return merged(turn.span for turn in parts if officer in turn.holders)


def _on(held: Iterable[tuple[str, Span]], day: date) -> tuple[str, ...]:
    return tuple(sorted({officer for officer, span in held if span.start <= day < span.until}))


def _parts(visits: int, parts: Sequence[Turn], due: Callable[[Span], int]) -> list[int]:
    if len({turn.holders for turn in parts}) == 1:
        return [visits, *(0 for _ in parts[1:])]
    weights = [due(turn.span) for turn in parts]
    if not any(weights):
        weights = [(turn.span.until - turn.span.start).days for turn in parts]
    ends, so_far = [0], 0
    for weight in weights:
        so_far += weight
        ends.append(-(-visits * so_far // sum(weights)))
    return [end - start for start, end in pairwise(ends)]


def _divided(visits: int, holders: Sequence[str]) -> dict[str, int]:
    each, rest = divmod(visits, len(holders))
    return {officer: each + (place < rest) for place, officer in enumerate(holders)}
