"""Scorecards over columns."""

from collections.abc import Iterator

import narwhals as nw

from app.kernel.columns.expressions import (
    Stage,
    divided,
    holds,
    integer,
    largest,
    read,
    smallest,
    stepped,
    summed,
)
from app.kernel.scorecard import FULL_WEIGHT, SUM_FACTOR, Indicator, LinearPoints, Scorecard, Slope, StepPoints


def scored(card: Scorecard) -> Iterator[Stage]:
    """The points of each indicator, the score of each dimension, the weights in force and the total."""
    lines = [each for dimension in card.dimensions for each in dimension.indicators]
    yield {f"points__{each.name}": _points(each) for each in lines}
    yield {f"env__{each.name}": _dimension(card, each.indicators) for each in card.dimensions}
    yield {f"dimension__{each.name}": read(each.name) for each in card.dimensions}
    yield {"weights": _profile(card), "env__score": _total(card)}
    yield {"score": read("score")}


def _points(line: Indicator) -> nw.Expr:
    of = read(line.fact)
    if isinstance(line.curve, StepPoints):
        return stepped(of, line.curve.bounds, line.curve.points)
    return _linear(of, line.curve)


def _linear(of: nw.Expr, curve: LinearPoints) -> nw.Expr:
    """Each piece adds what it rises by: nothing before its start, all of it after its end."""
    points = integer(curve.points[0])
    for slope, end in zip(curve.slopes, curve.anchors[1:], strict=True):
        inside = smallest([largest([of, integer(slope.start)]), integer(end)])
        points = points + _risen(inside, slope)
    return points


def _risen(inside: nw.Expr, slope: Slope) -> nw.Expr:
    moved = divided(
        (inside - integer(slope.start)) * integer(2 * abs(slope.step)) + integer(slope.span), 2 * slope.span
    )
    return moved if slope.step >= 0 else integer(0) - moved


def _dimension(card: Scorecard, lines: tuple[Indicator, ...]) -> nw.Expr:
    if card.method == "points":
        return summed(nw.col(f"points__{each.name}") for each in lines) * integer(SUM_FACTOR)
    return summed(nw.col(f"points__{each.name}") * (each.weight * FULL_WEIGHT) for each in lines)


def _total(card: Scorecard) -> nw.Expr:
    if card.method == "points":
        return summed(read(each.name) for each in card.dimensions) + integer(card.base * SUM_FACTOR)
    total = _weighted(card, tuple(each.weight for each in card.dimensions))
    for profile in reversed(card.profiles):
        total = nw.when(holds(profile.when)).then(_weighted(card, profile.weights)).otherwise(total)
    return total


def _weighted(card: Scorecard, weights: tuple[int, ...]) -> nw.Expr:
    """The total under one set of dimension weights, from points, so that nothing is ever divided."""
    pairs = zip(card.dimensions, weights, strict=True)
    lines = ((each, weight) for dimension, weight in pairs if weight for each in dimension.indicators)
    return summed(nw.col(f"points__{each.name}") * (each.weight * weight) for each, weight in lines)


def _profile(card: Scorecard) -> nw.Expr:
    name = nw.lit("default")
    for profile in reversed(card.profiles):
        name = nw.when(holds(profile.when)).then(nw.lit(profile.name)).otherwise(name)
    return name
