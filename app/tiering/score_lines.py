"""A score line by line, as it goes over the wire: total, dimensions, and every indicator's points.

A scorecard may have dozens of lines, so what a line says is made once wherever it can only say a few things.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from app.kernel.decision import DimensionScore, IndicatorScore, Scored
from app.kernel.fact import Fact
from app.kernel.quantity import POINTS, SCORE, WEIGHT, render
from app.kernel.rulebook import Rulebook
from app.kernel.scorecard import Indicator, StepPoints
from app.tiering.reasons import SHOWN_DECIMALS, Reasons, Words


class ScoreLines:
    """Presents the scores of one rulebook."""

    def __init__(self, rulebook: Rulebook, reasons: Reasons) -> None:
        card = rulebook.scorecard
        self._weighted = card is not None and card.method == "weighted"
        self._weights: dict[int, str] = {}
        self._lines = {
            id(each): _Line(each, rulebook.facts.get(each.fact), reasons, self._weight(each.weight))
            for dimension in (card.dimensions if card else ())
            for each in dimension.indicators
        }

    def of(self, score: Scored) -> Words:
        """The total, the weight profile, and every dimension with its lines."""
        return {
            "total": render(score.total, SCORE, SHOWN_DECIMALS),
            "weights": score.profile,
            "dimensions": {each.dimension.name: self._dimension(each) for each in score.dimensions},
        }

    def _dimension(self, scored: DimensionScore) -> Words:
        lines = self._lines
        return {
            "points": render(scored.score, SCORE, SHOWN_DECIMALS),
            "weight": self._weight(scored.weight),
            "indicators": [lines[id(each.indicator)].words(each) for each in scored.indicators],
        }

    def _weight(self, weight: int) -> str | None:
        """A weight as text; points that are summed have none."""
        if not self._weighted:
            return None
        text = self._weights.get(weight)
        if text is None:
            text = self._weights[weight] = render(weight, WEIGHT)
        return text


class _Line:
    """One indicator. What is kept has as many entries as there are options or steps, times weight profiles."""

    __slots__ = ("_few_points", "_few_values", "_head", "_said", "_text", "_texts", "_weight")

    def __init__(self, indicator: Indicator, fact: Fact | None, reasons: Reasons, weight: str | None) -> None:
        self._head = {"indicator": indicator.name, "fact": indicator.fact}
        self._text: Callable[[int], str] = fact.render if fact else partial(reasons.text, indicator.fact)
        self._weight = weight
        self._few_values = fact is None or bool(fact.options) or fact.kind == "flag"  # none: it reads a class
        self._few_points = isinstance(indicator.curve, StepPoints)
        self._said: dict[tuple[int, int], Words] = {}
        self._texts: dict[tuple[int, int], tuple[str, str]] = {}

    def words(self, line: IndicatorScore) -> Words:
        said = self._said.get((line.value, line.contribution))
        if said is None:
            said = self._say(line)
            if self._few_values:
                self._said[line.value, line.contribution] = said
        return said

    def _say(self, line: IndicatorScore) -> dict[str, Any]:
        points, contribution = self._points(line)
        return {
            **self._head,
            "value": self._text(line.value),
            "points": points,
            "weight": self._weight,
            "contribution": contribution,
        }

    def _points(self, line: IndicatorScore) -> tuple[str, str]:
        texts = self._texts.get((line.points, line.contribution))
        if texts is None:
            texts = render(line.points, POINTS), render(line.contribution, SCORE, SHOWN_DECIMALS)
            if self._few_points:
                self._texts[line.points, line.contribution] = texts
        return texts
