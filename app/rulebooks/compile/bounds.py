"""Inclusive lower bounds: ascending, from the lowest value there is, so that a gap cannot be written."""

from collections.abc import Sequence
from itertools import pairwise

from app.kernel.fact import Better
from app.rulebooks.compile.scope import Readable, Scope
from app.rulebooks.problem import Code, Path

LOWEST = "min"
"""May stand for the first bound: the lowest value the name can have."""


def compile_bounds(
    readable: Readable, written: list[tuple[str, Path]], scope: Scope, *, at_key: bool = False
) -> tuple[int, ...] | None:
    """The bounds after the first, in the value's units.

    `written` holds each bound's text and place, in order. The first must be the lowest value, or
    `min`; the kernel needs no bound for it. None where a bound could not be read.
    """
    values = [
        _bound(readable, text, path, scope, first=at == 0, at_key=at_key) for at, (text, path) in enumerate(written)
    ]
    bounds = tuple(value for value in values if value is not None)
    if len(bounds) < len(values):
        return None
    check_ascending(bounds, written, scope, at_key=at_key)
    if bounds[0] != readable.low:
        text, path = written[0]
        message = f"nothing is said of {readable.name} below {text}, the first bound"
        mend = f"begin with min, which is {readable.render(readable.low)}"
        scope.findings.add(Code.BOUND_FIRST, path, message, mend, at_key=at_key)
    return bounds[1:]


def check_ascending(
    values: Sequence[int], written: list[tuple[str, Path]], scope: Scope, *, at_key: bool = False
) -> None:
    """Each value lies above the one before it."""
    for (low, high), ((before, _), (text, path)) in zip(pairwise(values), pairwise(written), strict=True):
        if high <= low:
            message = f"{text} does not lie above {before}, which stands before it"
            mend = "write the bounds from low to high"
            scope.findings.add(Code.BOUNDS_NOT_ASCENDING, path, message, mend, at_key=at_key)


def first_against(outcomes: Sequence[int], better: Better) -> int | None:
    """The position of the first outcome that is worse than the one before it although its value is better.

    `outcomes` are in the order of their values; where no direction is better, there is none.
    """
    for at, (before, after) in enumerate(pairwise(outcomes), 1):
        if (better == "higher" and after < before) or (better == "lower" and after > before):
            return at
    return None


def _bound(readable: Readable, text: str, path: Path, scope: Scope, *, first: bool, at_key: bool) -> int | None:
    if text == LOWEST and first and LOWEST not in readable.options:
        return readable.low
    return scope.value(readable, text, path, at_key=at_key)
