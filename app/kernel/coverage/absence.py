"""Days on which nobody is there to visit: everybody who holds a role is away at once (domain.md D2, B9)."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from app.kernel.coverage.span import Span, merged, without


class Holding(NamedTuple):
    """The days on which somebody holds a role at a client, and those of them on which he is away undelegated."""

    span: Span
    away: Sequence[Span]


def unattended(holdings: Iterable[Holding]) -> tuple[Span, ...]:
    """The days on which a role is held, and nobody who holds it is there; days on which nobody holds it are none."""
    known = tuple(holdings)
    there = merged(span for each in known for span in without(each.span, each.away))
    return tuple(span for held in merged(each.span for each in known) for span in without(held, there))
