"""Scorecards: dimensions and indicators by name, and the scores that they can attain."""

from app.kernel.quantity import POINTS, SCORE, render
from app.kernel.scorecard import FULL_WEIGHT, SUM_FACTOR, Dimension, Indicator, Scorecard
from app.rulebooks.compile.points import compile_curve, compile_points, points_range
from app.rulebooks.compile.scope import Scope
from app.rulebooks.compile.weights import check_sum, compile_profiles, compile_weight
from app.rulebooks.document.scorecards import DimensionPart, IndicatorPart, ProfilePart, ScorecardPart
from app.rulebooks.problem import Code, Path

ROOT: Path = ("scorecard",)
NO_WEIGHTS = "a points scorecard has no weights"


def compile_scorecard(part: ScorecardPart, scope: Scope) -> Scorecard | None:
    """Compile the scorecard; None where some of it is at fault or left out."""
    return _Compiler(part, scope).scorecard()


class _Compiler:
    def __init__(self, part: ScorecardPart, scope: Scope) -> None:
        self.part = part
        self.scope = scope
        self.weighted = part.method == "weighted"
        self.indicators: set[str] = set()

    def scorecard(self) -> Scorecard | None:
        """The scorecard, its weights checked; none where something in it is at fault, as its scores mean nothing."""
        before = len(self.scope.findings.found)
        parts = self.part.dimensions
        elsewhere = self._usual_weights_misplaced()
        weights = {name: None if elsewhere else self._weight(part.weight, _at(name)) for name, part in parts.items()}
        dimensions = [self._dimension(name, part, weights[name]) for name, part in parts.items()]
        if self.weighted:
            check_sum(weights, (*ROOT, "dimensions"), self.scope)
        base = self._base()
        profiles = () if elsewhere else compile_profiles(self._profiles(), weights, (*ROOT, "weights"), self.scope)
        known = tuple(dimension for dimension in dimensions if dimension)
        faulty = len(self.scope.findings.found) > before or self.scope.left_out.touches(ROOT)
        if len(known) < len(dimensions) or base is None or faulty:
            return None
        self._check_size(known, base)
        return Scorecard(self.part.method, base, known, profiles)

    def _dimension(self, name: str, part: DimensionPart, weight: int | None) -> Dimension | None:
        path: Path = (*_at(name), "indicators")
        weights = {each: self._weight(line.weight, (*path, each)) for each, line in part.indicators.items()}
        lines = [self._indicator(each, line, weights[each], (*path, each)) for each, line in part.indicators.items()]
        if self.weighted:
            check_sum(weights, path, self.scope)
        known = tuple(line for line in lines if line)
        return Dimension(name, weight, known) if weight is not None and len(known) == len(lines) else None

    def _indicator(self, name: str, part: IndicatorPart, weight: int | None, path: Path) -> Indicator | None:
        if name in self.indicators:
            mend = "give one of them another name, and write its fact"
            self._report(Code.NAME_TAKEN, path, f"the indicator {name!r} stands twice", mend)
        self.indicators.add(name)
        fact = part.fact or name
        readable = self.scope.read(fact, (*path, "fact") if part.fact else path, at_key=part.fact is None)
        if readable is None:
            return None
        curve = compile_curve(part, readable, (*path, "points"), self.scope, percent=self.weighted)
        return None if curve is None or weight is None else Indicator(name, fact, weight, curve, part.illustrative)

    def _weight(self, text: str | None, path: Path) -> int | None:
        if not self.weighted:
            if text is not None:
                mend = "remove it, or use method: weighted"
                self._report(Code.WEIGHT_MISPLACED, (*path, "weight"), NO_WEIGHTS, mend)
            return FULL_WEIGHT
        if text is None:
            self._report(Code.WEIGHT_MISSING, path, f"{path[-1]} has no weight", "write weight: its percent")
            return None
        return compile_weight(text, (*path, "weight"), self.scope)

    def _usual_weights_misplaced(self) -> bool:
        """Whether the weights of all other clients stand in a profile, and none on the dimensions."""
        usual = [at for at, profile in enumerate(self.part.weights) if profile.otherwise and profile.weights]
        weighed = any(part.weight is not None for part in self.part.dimensions.values())
        if not usual or weighed or not self.weighted:
            return False
        name, weight = next(iter(self.part.weights[usual[0]].weights.items()))
        mend = f"write weight: {weight} in {name}, and so on; the last profile is {{otherwise: default}} alone"
        message = "the usual weights stand on the dimensions, and not in a profile"
        self._report(Code.WEIGHT_MISPLACED, (*ROOT, "weights", usual[0]), message, mend)
        return True

    def _base(self) -> int | None:
        if self.part.base is None:
            return 0
        if self.weighted:
            mend = "remove it, or use method: points"
            self._report(Code.WEIGHT_MISPLACED, (*ROOT, "base"), "a weighted scorecard has no base", mend)
            return 0
        return compile_points(self.part.base, (*ROOT, "base"), self.scope)

    def _profiles(self) -> list[ProfilePart]:
        if self.part.weights and not self.weighted:
            mend = "remove them, or use method: weighted"
            self._report(Code.WEIGHT_MISPLACED, (*ROOT, "weights"), NO_WEIGHTS, mend)
            return []
        return self.part.weights

    def _check_size(self, dimensions: tuple[Dimension, ...], base: int) -> None:
        lines = (line for dimension in dimensions for line in dimension.indicators)
        most = abs(base) + sum(max(map(abs, line.curve.points)) for line in lines)
        if not self.weighted and most * SUM_FACTOR > SCORE.limit:
            mend = f"keep all points together under {render(SCORE.limit // SUM_FACTOR, POINTS)}"
            self._report(Code.POINTS_RANGE, ROOT, "the points are too large for exact arithmetic", mend)

    def _report(self, code: Code, path: Path, message: str, mend: str) -> None:
        self.scope.findings.add(code, path, message, mend, at_key=True)


def _at(dimension: str) -> Path:
    return (*ROOT, "dimensions", dimension)


def attainable(card: Scorecard) -> dict[str, tuple[int, int]]:
    """The ends within which each dimension and the score lie: exact where no fact is scored twice."""
    ends = {each.name: _dimension_ends(card, each) for each in card.dimensions}
    own = [ends[each.name] for each in card.dimensions]
    if card.method == "points":
        base = card.base * SUM_FACTOR
        return {**ends, "score": (base + sum(low for low, _ in own), base + sum(high for _, high in own))}
    every = [tuple(each.weight for each in card.dimensions), *(profile.weights for profile in card.profiles)]
    totals = [_total_ends(weights, own) for weights in every]
    return {**ends, "score": (min(low for low, _ in totals), max(high for _, high in totals))}


def _dimension_ends(card: Scorecard, dimension: Dimension) -> tuple[int, int]:
    points = card.method == "points"
    factors = [SUM_FACTOR if points else line.weight * FULL_WEIGHT for line in dimension.indicators]
    ranges = [points_range(line.curve) for line in dimension.indicators]
    pairs = list(zip(factors, ranges, strict=True))
    return sum(factor * low for factor, (low, _) in pairs), sum(factor * high for factor, (_, high) in pairs)


def _total_ends(weights: tuple[int, ...], ends: list[tuple[int, int]]) -> tuple[int, int]:
    pairs = list(zip(weights, ends, strict=True))
    low, high = sum(weight * low for weight, (low, _) in pairs), sum(weight * high for weight, (_, high) in pairs)
    return low // FULL_WEIGHT, high // FULL_WEIGHT
