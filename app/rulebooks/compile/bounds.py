"""Inclusive lower bounds: ascending, from the lowest value there is, so that a gap cannot be written."""

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
    if any(value is None for value in values):
        return None
    bounds = [value for value in values if value is not None]
    for at in range(1, len(bounds)):
        if bounds[at] <= bounds[at - 1]:
            text, path = written[at]
            message = f"{text} does not lie above {written[at - 1][0]}, the bound before it"
            scope.findings.add(
                Code.BOUNDS_NOT_ASCENDING, path, message, "write the bounds from low to high", at_key=at_key
            )
    if bounds[0] != readable.low:
        text, path = written[0]
        mend = f"start at {readable.render(readable.low)}, or write min"
        message = f"the first bound {text} leaves out what lies below it"
        scope.findings.add(Code.BOUND_FIRST, path, message, mend, at_key=at_key)
    return tuple(bounds[1:])


def _bound(readable: Readable, text: str, path: Path, scope: Scope, *, first: bool, at_key: bool) -> int | None:
    if text == LOWEST and first and LOWEST not in readable.options:
        return readable.low
    return scope.value(readable, text, path, at_key=at_key)
