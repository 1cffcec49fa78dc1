"""What rules read, and the few expressions that every outcome is made of."""

from collections.abc import Iterable
from functools import reduce
from operator import and_, or_

import narwhals as nw

from app.kernel.condition import AllOf, AtLeastOf, Condition, Not, OneOf, Within

Stage = dict[str, nw.Expr]
"""Columns that are made at once: each may read what earlier stages made."""

TRUE, FALSE = nw.lit(value=True), nw.lit(value=False)


def read(name: str) -> nw.Expr:
    """What rules know by this name."""
    return nw.col(f"env__{name}")


def integer(number: int) -> nw.Expr:
    """A 64-bit literal: engines that type literals by size would add the small ones in 32 bits.

    Beside a 64-bit column a bare number will do, for every engine widens it; it costs a quarter to plan.
    """
    return nw.lit(number, dtype=nw.Int64)


def holds(condition: Condition) -> nw.Expr:
    """Whether a condition holds."""
    match condition:
        case Within(name, low, high):
            ends = [] if low is None else [read(name) >= low]
            ends += [] if high is None else [read(name) <= high]
            return every(ends)
        case OneOf(name, members):
            return either(read(name) == member for member in sorted(members))
        case AllOf(parts):
            return every(map(holds, parts))
        case AtLeastOf(count, parts):
            held = (holds(part).cast(nw.Int64) for part in parts)
            return reduce(lambda total, part: total + part, held, integer(0)) >= integer(count)
        case Not(part):
            return ~holds(part)


def every(flags: Iterable[nw.Expr]) -> nw.Expr:
    """Whether all hold; so does nothing."""
    return reduce(and_, flags, TRUE)


def either(flags: Iterable[nw.Expr]) -> nw.Expr:
    """Whether any holds; nothing does not."""
    return reduce(or_, flags, FALSE)


def stepped(of: nw.Expr, bounds: tuple[int, ...], outcomes: tuple[int, ...]) -> nw.Expr:
    """The outcome of the step that holds the value, by inclusive lower bounds."""
    found = integer(outcomes[0])
    for bound, outcome in zip(bounds, outcomes[1:], strict=True):
        found = nw.when(of >= bound).then(nw.lit(outcome)).otherwise(found)
    return found


def picked(of: nw.Expr, outcomes: Iterable[nw.Expr]) -> nw.Expr:
    """The outcome at a position."""
    first, *others = outcomes
    for code, outcome in enumerate(others, 1):
        first = nw.when(of == code).then(outcome).otherwise(first)
    return first


def largest(values: Iterable[nw.Expr]) -> nw.Expr:
    """The largest of one or more, nulls left out: Spark refuses to compare one value with nothing."""
    first, *others = values
    return nw.max_horizontal(first, *others) if others else first


def smallest(values: Iterable[nw.Expr]) -> nw.Expr:
    """The smallest of one or more, nulls left out."""
    first, *others = values
    return nw.min_horizontal(first, *others) if others else first


def summed(terms: Iterable[nw.Expr]) -> nw.Expr:
    """The sum of one or more."""
    first, *others = terms
    return reduce(lambda total, term: total + term, others, first)


def divided(number: nw.Expr, by: int) -> nw.Expr:
    """Floor of a quotient of non-negative integers, exact on engines that divide through doubles.

    The remainder is taken off first, in integers; the double quotient of what is left is then
    within 2^-12 of a whole number, which rounding restores (quotients stay below 2^40).
    """
    whole = number - number % integer(by)
    return (whole / integer(by)).round(0).cast(nw.Int64)
