"""Scorecards: points by indicator, weighted or summed, as one exact integer (domain.md A2, A7, D3).

Units: points have 4 decimals; a weight is in basis points of its whole; so a weighted score is a
sum of products with 12 decimals and is never rounded. Only linear points round, once, half up.
"""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from math import gcd
from typing import Literal

from app.kernel.condition import Condition, Env

FULL_WEIGHT = 10_000
"""100 % in basis points."""

SUM_FACTOR = FULL_WEIGHT * FULL_WEIGHT
"""What lifts plain points to the 12 decimals of a score."""


@dataclass(frozen=True, slots=True)
class StepPoints:
    """Points by inclusive lower bounds; `points[i]` holds from `bounds[i - 1]`, the first from the lowest value."""

    bounds: tuple[int, ...]
    points: tuple[int, ...]

    def at(self, value: int) -> int:
        """Points of the step that holds `value`."""
        return self.points[bisect_right(self.bounds, value)]


@dataclass(frozen=True, slots=True)
class Slope:
    """One straight piece: from `start` the points rise (or fall) by `step` for every `span` of value."""

    start: int
    points: int
    step: int
    span: int

    def at(self, value: int) -> int:
        """Points on the piece, rounded half up in size, counted from its lower end."""
        moved = (2 * (value - self.start) * abs(self.step) + self.span) // (2 * self.span)
        return self.points + (moved if self.step >= 0 else -moved)


@dataclass(frozen=True, slots=True)
class LinearPoints:
    """Points between anchors on straight lines; level before the first anchor and after the last."""

    anchors: tuple[int, ...]
    points: tuple[int, ...]
    slopes: tuple[Slope, ...]

    @classmethod
    def through(cls, anchors: tuple[int, ...], points: tuple[int, ...]) -> "LinearPoints":
        """The line through the anchors, each piece's slope in lowest terms so that products stay small."""
        corners = pairwise(zip(anchors, points, strict=True))
        return cls(anchors, points, tuple(_slope(x, p, y - x, q - p) for (x, p), (y, q) in corners))

    def at(self, value: int) -> int:
        """Points at `value`."""
        piece = bisect_right(self.anchors, value)
        if piece == 0:
            return self.points[0]
        return self.points[-1] if piece == len(self.anchors) else self.slopes[piece - 1].at(value)


Curve = StepPoints | LinearPoints


@dataclass(frozen=True, slots=True)
class Indicator:
    """One line of a scorecard: points of a fact, and the weight of those points in their dimension.

    For a choice the curve's steps are its options' positions.
    """

    name: str
    fact: str
    weight: int
    curve: Curve
    illustrative: bool = False


@dataclass(frozen=True, slots=True)
class Dimension:
    """Indicators that are scored together; a dimension of weight 0 is scored without counting (A6)."""

    name: str
    weight: int
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """Dimension weights for the clients that `when` names (A7); they replace the dimensions' own."""

    name: str
    when: Condition
    weights: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """`weighted`: 0 to 100 by weights. `points`: a base plus the sum of points, negative ones allowed."""

    method: Literal["weighted", "points"]
    base: int
    dimensions: tuple[Dimension, ...]
    profiles: tuple[Profile, ...] = ()

    def weights(self, env: Env) -> tuple[str, tuple[int, ...]]:
        """The name and the dimension weights of the first profile that holds, else the dimensions' own."""
        for profile in self.profiles:
            if profile.when.holds(env):
                return profile.name, profile.weights
        return "default", tuple(dimension.weight for dimension in self.dimensions)


def _slope(start: int, points: int, span: int, rise: int) -> Slope:
    shared = gcd(span, rise) or 1
    return Slope(start, points, rise // shared, span // shared)
