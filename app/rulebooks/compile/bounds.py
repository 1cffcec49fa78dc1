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
    values = [_bound(readable, text, path, scope, at_key=at_key) for text, path in written]
    bounds = tuple(value for value in values if value is not None)
    if len(bounds) < len(values):
        return None
    if not check_ascending(bounds, written, scope, at_key=at_key):
        return None
    if bounds[0] != readable.low:
        text, path = written[0]
        message = f"nothing is said of {readable.name} below {text}, the first bound"
        mend = f"begin with min, which is {readable.render(readable.low)}"
        scope.findings.add(Code.BOUND_FIRST, path, message, mend, at_key=at_key)
    return bounds[1:]


def check_ascending(
    values: Sequence[int], written: list[tuple[str, Path]], scope: Scope, *, at_key: bool = False
) -> bool:
    """Whether each value lies above the one before it; all of them the other way round are one fault."""
    steps = list(pairwise(zip(values, written, strict=True)))
    falls = [(before, text, path) for (low, (before, _)), (high, (text, path)) in steps if high <= low]
    mend = "write the bounds from low to high"
    if len(falls) == len(steps) > 0 and len(set(values)) == len(values):
        message = f"the bounds run from high to low, from {written[0][0]} to {written[-1][0]}"
        scope.findings.add(Code.BOUNDS_NOT_ASCENDING, written[0][1], message, mend, at_key=at_key)
        return False
    for before, text, path in falls:
        message = f"{text} does not lie above {before}, which stands before it"
        scope.findings.add(Code.BOUNDS_NOT_ASCENDING, path, message, mend, at_key=at_key)
    return not falls


def first_against(outcomes: Sequence[int], better: Better) -> int | None:
    """The position of the first outcome that is worse than the one before it although its value is better.

    `outcomes` are in the order of their values; where no direction is better, there is none.
    """
    for at, (before, after) in enumerate(pairwise(outcomes), 1):
        if (better == "higher" and after < before) or (better == "lower" and after > before):
            return at
    return None


def _bound(readable: Readable, text: str, path: Path, scope: Scope, *, at_key: bool) -> int | None:
    if text == LOWEST and LOWEST not in readable.options:
        return readable.low
    return scope.value(readable, text, path, at_key=at_key)
