"""How good the places of a row are for a visit that is to be far from others (domain.md D2)."""

from collections.abc import Iterable, Iterator
from itertools import pairwise


def badness(length: int, others: Iterable[int], apart: int, left: int) -> Iterator[tuple[int, int]]:
    """For each of `length` places in order, how bad it is for a visit; the least is the best, (0, 0) is good.

    By how much it is nearer than `apart` to a visit at one of `others`; then how many of `left` more visits would no
    longer find a place that far from all. `others` may hold a place at or behind the end of the row.
    """
    gaps = list(pairwise(sorted([-apart, *others, max(length - 1, 0) + apart])))
    fit = sum(_between(before, after, apart) for before, after in gaps)
    for before, after in gaps:
        elsewhere = fit - _between(before, after, apart)
        for place in range(max(before + 1, 0), min(after + 1, length)):
            near = max(apart - min(place - before, after - place), 0)
            more = elsewhere + _between(before, place, apart) + _between(place, after, apart)
            yield near, max(left - more, 0)


def _between(before: int, after: int, apart: int) -> int:
    """How many visits fit between two."""
    return max((after - before) // apart - 1, 0)
