"""Points of an indicator: by bounds, by option, or on straight lines; in the range and direction they should have."""

from app.kernel.fact import Better
from app.kernel.quantity import POINTS, QuantityError, parse
from app.kernel.scorecard import Curve, LinearPoints, StepPoints
from app.rulebooks.compile.bounds import LOWEST, check_ascending, compile_bounds, first_against
from app.rulebooks.compile.scope import Readable, Scope, nearest_name, reason
from app.rulebooks.document.scorecards import IndicatorPart
from app.rulebooks.problem import Code, Path

WIDEST_PRODUCT = 2**62
"""What a product on a line may reach, so that every engine computes it exactly in 64 bits."""
HUNDRED = 100 * 10**POINTS.decimals


def compile_curve(part: IndicatorPart, readable: Readable, path: Path, scope: Scope, *, percent: bool) -> Curve | None:
    """The curve of the points at `path`, from 0 to 100 where `percent`; None where it has faults."""
    return _Compiler(part, readable, path, scope, percent=percent).curve()


def compile_points(text: str, path: Path, scope: Scope) -> int | None:
    """A number of points; what is not one is a finding."""
    try:
        return parse(text, POINTS)
    except QuantityError as error:
        scope.findings.add(Code.AMOUNT_INVALID, path, f"{text!r} {reason(error)}", "write points as a plain decimal")
        return None


def points_range(curve: Curve) -> tuple[int, int]:
    """The least and the most points a curve gives."""
    return min(curve.points), max(curve.points)


class _Compiler:
    def __init__(self, part: IndicatorPart, readable: Readable, path: Path, scope: Scope, *, percent: bool) -> None:
        self.part = part
        self.readable = readable
        self.path = path
        self.scope = scope
        self.percent = percent

    def curve(self) -> Curve | None:
        """The curve, its points checked."""
        points = {text: self._points(text, written) for text, written in self.part.points.items()}
        known = {text: each for text, each in points.items() if each is not None}
        curve = self._shaped(known, whole=len(known) == len(points))
        if curve is not None:
            self._check_course(curve)
        return curve

    def _points(self, text: str, written: str) -> int | None:
        points = compile_points(written, (*self.path, text), self.scope)
        if points is not None and self.percent and not 0 <= points <= HUNDRED:
            message = f"{written} is outside the points of a weighted scorecard"
            self.scope.findings.add(Code.POINTS_RANGE, (*self.path, text), message, "write points from 0 to 100")
            return None
        return points

    def _shaped(self, known: dict[str, int], *, whole: bool) -> Curve | None:
        if self.part.between == "linear" and not self.readable.measure:
            message = f"no line runs between the options of {self.readable.name}"
            where = (*self.path[:-1], "between")
            self.scope.findings.add(Code.LINE_MISPLACED, where, message, "remove between: linear", at_key=True)
            return None
        if self.readable.by_option:
            return self._by_option(known, whole=whole)
        return self._linear(known, whole=whole) if self.part.between == "linear" else self._steps(known, whole=whole)

    def _steps(self, known: dict[str, int], *, whole: bool) -> Curve | None:
        bounds = compile_bounds(self.readable, self._written(), self.scope, at_key=True)
        self._note_skipped()
        return StepPoints(bounds, tuple(known.values())) if bounds is not None and whole else None

    def _note_skipped(self) -> None:
        """Options of a grade without points of their own get those of the option before them: allowed, and told."""
        skipped = [option for option in self.readable.options if option not in self.part.points]
        if skipped and LOWEST not in self.part.points:
            verb = "gets" if len(skipped) == 1 else "get"
            self.scope.findings.note(
                f"{self.path[-2]}: {', '.join(skipped)} {verb} the points of the option before, "
                f"as no points are written for {'it' if len(skipped) == 1 else 'them'}"
            )

    def _by_option(self, known: dict[str, int], *, whole: bool) -> Curve | None:
        options, given = self.readable.options, self.part.points
        unknown = given.keys() - set(options)
        for option in unknown:
            message = f"{option!r} is no option of {self.readable.name}"
            self._report(Code.OPTION_UNKNOWN, (*self.path, option), message, nearest_name(option, options))
        absent = [option for option in options if option not in given]
        if absent[len(unknown) :]:
            message = f"options of {self.readable.name} are left out"
            self._report(Code.OPTIONS_INCOMPLETE, self.path, message, f"give points for {', '.join(absent)}")
        if absent or not whole:
            return None
        return StepPoints(tuple(range(1, len(options))), tuple(known[option] for option in options))

    def _linear(self, known: dict[str, int], *, whole: bool) -> Curve | None:
        written = self._written()
        read = [self.scope.value(self.readable, text, path, at_key=True) for text, path in written]
        anchors = tuple(each for each in read if each is not None)
        if len(anchors) < len(read):
            return None
        if not check_ascending(anchors, written, self.scope, at_key=True) or not whole:
            return None
        curve = LinearPoints.through(anchors, tuple(known.values()))
        self._check_width(curve)
        return curve

    def _check_width(self, curve: LinearPoints) -> None:
        ends = list(self.part.points)[1:]
        for slope, end, text in zip(curve.slopes, curve.anchors[1:], ends, strict=True):
            if 2 * ((end - slope.start) * abs(slope.step) + slope.span) > WIDEST_PRODUCT:
                message = f"the line to {text} is too long for exact arithmetic"
                mend = "use rounder anchors or points, or split the line"
                self._report(Code.LINE_TOO_WIDE, (*self.path, text), message, mend)

    def _check_course(self, curve: Curve) -> None:
        name, better = self.readable.name, self.readable.better
        low, high = points_range(curve)
        if low == high:
            mend = "give different points, or remove the indicator"
            self._report(Code.POINTS_FLAT, self.path, f"every {name} gets the same points", mend)
        against = None if self.part.direction == "any" else first_against(curve.points, better)
        if against is not None:
            texts = self.readable.options if self.readable.by_option else tuple(self.part.points)
            message = f"a {better} {name} is better, and gets fewer points here"
            mend = f"{self._other_course(curve)}, or write direction: any"
            self._report(Code.POINTS_AGAINST_DIRECTION, (*self.path, texts[against]), message, mend)

    def _other_course(self, curve: Curve) -> str:
        """The mend of points against the direction: the other direction, where all points follow it."""
        other: Better = "higher" if self.readable.better == "lower" else "lower"
        follows = self.readable.of_fact and first_against(curve.points, other) is None
        return f"write better: {other} on the fact {self.readable.name}" if follows else "mend the points"

    def _written(self) -> list[tuple[str, Path]]:
        return [(text, (*self.path, text)) for text in self.part.points]

    def _report(self, code: Code, path: Path, message: str, mend: str) -> None:
        self.scope.findings.add(code, path, message, mend, at_key=True)
