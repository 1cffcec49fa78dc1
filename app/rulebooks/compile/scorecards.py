"""Scorecards: weights in basis points that sum, points that follow their fact's direction."""

from itertools import pairwise

from app.kernel.condition import AllOf, Condition
from app.kernel.quantity import POINTS, SCORE, WEIGHT, QuantityError, parse, render
from app.kernel.scorecard import (
    FULL_WEIGHT,
    SUM_FACTOR,
    Curve,
    Dimension,
    Indicator,
    LinearPoints,
    Profile,
    Scorecard,
    StepPoints,
)
from app.rulebooks.compile.bounds import compile_bounds
from app.rulebooks.compile.conditions import compile_condition
from app.rulebooks.compile.scope import Readable, Scope, nearest_name
from app.rulebooks.document.scorecards import DimensionPart, IndicatorPart, ProfilePart, ScorecardPart
from app.rulebooks.problem import Code, Path

ROOT: Path = ("scorecard",)
WIDEST_PRODUCT = 2**62
HUNDRED = 100 * 10**POINTS.decimals


def compile_scorecard(part: ScorecardPart, scope: Scope) -> Scorecard | None:
    """Compile the scorecard; None where a dimension could not be."""
    return _Compiler(part, scope).scorecard()


def points_range(curve: Curve) -> tuple[int, int]:
    """The least and the most points a curve gives."""
    return min(curve.points), max(curve.points)


class _Compiler:
    def __init__(self, part: ScorecardPart, scope: Scope) -> None:
        self.part = part
        self.scope = scope
        self.weighted = part.method == "weighted"
        self.indicators: set[str] = set()

    def scorecard(self) -> Scorecard | None:
        """The scorecard, its weights checked."""
        dimensions = [self._dimension(name, part) for name, part in self.part.dimensions.items()]
        base = self._base()
        profiles = self._profiles()
        if self.weighted:
            self._check_sum({name: part.weight for name, part in self.part.dimensions.items()}, (*ROOT, "dimensions"))
        known = tuple(dimension for dimension in dimensions if dimension)
        if len(known) < len(dimensions) or base is None:
            return None
        self._check_size(known, base)
        return Scorecard(self.part.method, base, known, profiles)

    def _dimension(self, name: str, part: DimensionPart) -> Dimension | None:
        path: Path = (*ROOT, "dimensions", name)
        weight = self._weight(part.weight, path)
        lines = [self._indicator(each, line, (*path, "indicators", each)) for each, line in part.indicators.items()]
        if self.weighted:
            self._check_sum({each: line.weight for each, line in part.indicators.items()}, (*path, "indicators"))
        known = tuple(line for line in lines if line)
        return Dimension(name, weight, known) if weight is not None and len(known) == len(lines) else None

    def _indicator(self, name: str, part: IndicatorPart, path: Path) -> Indicator | None:
        if name in self.indicators:
            mend = "give one of them another name, and write its fact"
            self.scope.findings.add(Code.NAME_TAKEN, path, f"the indicator {name!r} stands twice", mend, at_key=True)
        self.indicators.add(name)
        fact = part.fact or name
        weight = self._weight(part.weight, path)
        readable = self.scope.read(fact, (*path, "fact") if part.fact else path)
        curve = self._curve(readable, part, (*path, "points")) if readable else None
        if curve is None or weight is None or readable is None:
            return None
        self._check_points(curve, readable, part, (*path, "points"))
        return Indicator(name, fact, weight, curve, part.illustrative)

    def _curve(self, readable: Readable, part: IndicatorPart, path: Path) -> Curve | None:
        points = [self._points(text, (*path, bound)) for bound, text in part.points.items()]
        if readable.by_option:
            return self._by_option(readable, part, path, points)
        if part.between == "linear":
            return self._linear(readable, part, path, points)
        written = [(bound, (*path, bound)) for bound in part.points]
        bounds = compile_bounds(readable, written, self.scope, at_key=True)
        known = tuple(each for each in points if each is not None)
        return StepPoints(bounds, known) if bounds is not None and len(known) == len(points) else None

    def _by_option(self, readable: Readable, part: IndicatorPart, path: Path, points: list[int | None]) -> Curve | None:
        if part.between == "linear":
            self.scope.findings.add(
                Code.LINE_MISPLACED,
                path,
                f"no line runs between options of {readable.name}",
                "remove between",
                at_key=True,
            )
        found = dict(zip(part.points, points, strict=True))
        for option in found.keys() - set(readable.options):
            mend = nearest_name(option, readable.options)
            self.scope.findings.add(
                Code.OPTION_UNKNOWN, (*path, option), f"{option!r} is no option of {readable.name}", mend, at_key=True
            )
        absent = [option for option in readable.options if option not in found]
        if absent:
            message, mend = f"options of {readable.name} are left out", f"give points for {', '.join(absent)}"
            self.scope.findings.add(Code.OPTIONS_INCOMPLETE, path, message, mend, at_key=True)
        known = tuple(value for option in readable.options if (value := found.get(option)) is not None)
        return StepPoints(tuple(range(1, len(known))), known) if len(known) == len(readable.options) else None

    def _linear(self, readable: Readable, part: IndicatorPart, path: Path, points: list[int | None]) -> Curve | None:
        if not readable.measure:
            self.scope.findings.add(
                Code.LINE_MISPLACED,
                path,
                f"no line runs between options of {readable.name}",
                "remove between",
                at_key=True,
            )
            return None
        anchors = [self.scope.value(readable, text, (*path, text), at_key=True) for text in part.points]
        known = [(x, p) for x, p in zip(anchors, points, strict=True) if x is not None and p is not None]
        if len(known) < len(anchors):
            return None
        texts = list(part.points)
        for at, ((x, _), (y, _)) in enumerate(pairwise(known)):
            if y <= x:
                message = f"{texts[at + 1]} does not lie above {texts[at]}, the anchor before it"
                self.scope.findings.add(
                    Code.BOUNDS_NOT_ASCENDING,
                    (*path, texts[at + 1]),
                    message,
                    "write anchors from low to high",
                    at_key=True,
                )
                return None
        curve = LinearPoints.through(tuple(x for x, _ in known), tuple(p for _, p in known))
        for slope, end in zip(curve.slopes, curve.anchors[1:], strict=True):
            if 2 * ((end - slope.start) * abs(slope.step) + slope.span) > WIDEST_PRODUCT:
                mend = "use rounder anchors or points, or split the line"
                self.scope.findings.add(
                    Code.LINE_TOO_WIDE, path, "a piece of the line is too wide for exact arithmetic", mend, at_key=True
                )
        return curve

    def _check_points(self, curve: Curve, readable: Readable, part: IndicatorPart, path: Path) -> None:
        low, high = points_range(curve)
        if self.weighted and (low < 0 or high > HUNDRED):
            self.scope.findings.add(
                Code.POINTS_RANGE,
                path,
                "points of a weighted scorecard run from 0 to 100",
                "keep them inside",
                at_key=True,
            )
        if low == high:
            mend = "give different points, or remove the indicator"
            self.scope.findings.add(Code.POINTS_FLAT, path, "every value gives the same points", mend, at_key=True)
        if part.direction == "any" or readable.better == "neither":
            return
        if list(curve.points) != sorted(curve.points, reverse=readable.better == "lower"):
            message = f"points do not follow {readable.name}, where {readable.better} is better"
            mend = "mend the points, or write direction: any"
            self.scope.findings.add(Code.POINTS_AGAINST_DIRECTION, path, message, mend, at_key=True)

    def _points(self, text: str, path: Path) -> int | None:
        try:
            return parse(text, POINTS)
        except QuantityError as error:
            self.scope.findings.add(Code.AMOUNT_INVALID, path, f"{text!r} {error}", "write points as a plain decimal")
            return None

    def _base(self) -> int | None:
        if self.weighted and self.part.base is not None:
            self.scope.findings.add(
                Code.WEIGHT_MISPLACED, (*ROOT, "base"), "a weighted scorecard has no base", "remove base", at_key=True
            )
        return self._points(self.part.base, (*ROOT, "base")) if self.part.base is not None else 0

    def _weight(self, text: str | None, path: Path) -> int | None:
        if not self.weighted:
            if text is not None:
                mend = "remove it, or use method: weighted"
                self.scope.findings.add(
                    Code.WEIGHT_MISPLACED, (*path, "weight"), "a points scorecard has no weights", mend, at_key=True
                )
            return FULL_WEIGHT
        if text is None:
            self.scope.findings.add(
                Code.WEIGHT_MISSING, path, "no weight is given", "write weight: its percent", at_key=True
            )
            return None
        return self._percent(text, (*path, "weight"))

    def _percent(self, text: str, path: Path) -> int | None:
        try:
            weight = parse(text.removesuffix("%"), WEIGHT)
        except QuantityError as error:
            self.scope.findings.add(Code.AMOUNT_INVALID, path, f"{text!r} {error}", "write a percent from 0 to 100")
            return None
        if weight < 0:
            self.scope.findings.add(
                Code.AMOUNT_OUT_OF_RANGE, path, f"a weight of {text} is negative", "write a percent from 0 to 100"
            )
            return None
        return weight

    def _check_sum(self, weights: dict[str, str | None], path: Path) -> None:
        try:
            found = [parse(text.removesuffix("%"), WEIGHT) for text in weights.values() if text is not None]
        except QuantityError:
            return
        if len(found) == len(weights) and sum(found) != FULL_WEIGHT:
            total = render(sum(found), WEIGHT)
            self.scope.findings.add(
                Code.WEIGHTS_SUM, path, f"weights sum to {total}", "make them sum to 100", at_key=True
            )

    def _profiles(self) -> tuple[Profile, ...]:
        parts = self.part.weights
        if parts and not self.weighted:
            mend = "remove weights, or use method: weighted"
            self.scope.findings.add(
                Code.WEIGHT_MISPLACED, (*ROOT, "weights"), "a points scorecard has no weights", mend, at_key=True
            )
            return ()
        if parts and not any(part.otherwise for part in parts):
            mend = "end with {otherwise: default}"
            self.scope.findings.add(
                Code.OTHERWISE_MISSING, (*ROOT, "weights"), "the weight profiles have no otherwise", mend, at_key=True
            )
        found = [
            self._profile(part, at, (*ROOT, "weights", at), last=at == len(parts) - 1) for at, part in enumerate(parts)
        ]
        return tuple(profile for profile in found if profile)

    def _profile(self, part: ProfilePart, at: int, path: Path, *, last: bool) -> Profile | None:
        if part.otherwise is not None:
            if not last:
                self.scope.findings.add(
                    Code.OTHERWISE_NOT_LAST, path, "profiles after otherwise are never tried", "move it last"
                )
            return None
        condition: Condition = AllOf(())
        if part.when is None:
            self.scope.findings.add(Code.RULE_MISSING, path, "a profile needs when", "name the clients it is for")
        else:
            condition = compile_condition(part.when, (*path, "when"), self.scope)
        for name in part.weights.keys() - self.part.dimensions.keys():
            mend = nearest_name(name, self.part.dimensions)
            self.scope.findings.add(
                Code.NAME_UNKNOWN, (*path, name), f"no dimension is named {name!r}", mend, at_key=True
            )
        counted = [name for name, dimension in self.part.dimensions.items() if dimension.weight not in {None, "0"}]
        absent = [name for name in counted if name not in part.weights]
        if absent:
            self.scope.findings.add(
                Code.WEIGHT_MISSING, path, f"no weight for {', '.join(absent)}", "weigh every dimension, 0 included"
            )
        self._check_sum(dict(part.weights), path)
        weights = [self._percent(part.weights.get(name, "0"), (*path, name)) for name in self.part.dimensions]
        return Profile(part.name or f"profile_{at + 1}", condition, tuple(weight or 0 for weight in weights))

    def _check_size(self, dimensions: tuple[Dimension, ...], base: int) -> None:
        most = abs(base) + sum(
            max(map(abs, line.curve.points)) for dimension in dimensions for line in dimension.indicators
        )
        if not self.weighted and most * SUM_FACTOR > SCORE.limit:
            mend = f"keep all points together under {render(SCORE.limit // SUM_FACTOR, POINTS)}"
            self.scope.findings.add(
                Code.POINTS_RANGE, ROOT, "the points are too large for exact arithmetic", mend, at_key=True
            )


def attainable(card: Scorecard) -> dict[str, tuple[int, int]]:
    """The ends within which each dimension and the score lie: exact where no fact is scored twice."""
    ends = {each.name: _dimension_range(card, each) for each in card.dimensions}
    if card.method == "points":
        totals = [card.base * SUM_FACTOR + sum(ends[each.name][at] for each in card.dimensions) for at in (0, 1)]
        return {**ends, "score": (totals[0], totals[1])}
    every = [tuple(each.weight for each in card.dimensions), *(profile.weights for profile in card.profiles)]
    lows, highs = (
        [
            sum(ends[each.name][at] * weight for each, weight in zip(card.dimensions, weights, strict=True))
            // FULL_WEIGHT
            for weights in every
        ]
        for at in (0, 1)
    )
    return {**ends, "score": (min(lows), max(highs))}


def _dimension_range(card: Scorecard, dimension: Dimension) -> tuple[int, int]:
    ranges = [(line.weight, points_range(line.curve)) for line in dimension.indicators]
    if card.method == "points":
        return sum(low for _, (low, _) in ranges) * SUM_FACTOR, sum(high for _, (_, high) in ranges) * SUM_FACTOR
    return (
        sum(weight * low for weight, (low, _) in ranges) * FULL_WEIGHT,
        sum(weight * high for weight, (_, high) in ranges) * FULL_WEIGHT,
    )
