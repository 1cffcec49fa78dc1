"""Decide one client, with reasons. Pure: the same rulebook, facts and standing give the same decision."""

from collections.abc import Mapping

from app.kernel.cadence import Period
from app.kernel.classification import Classification, applied
from app.kernel.condition import names
from app.kernel.decision import (
    Classified,
    Decision,
    DimensionScore,
    IndicatorScore,
    MissingFact,
    NotApplicable,
    Outcome,
    Refusal,
    Scored,
    Standing,
)
from app.kernel.obligation import owed
from app.kernel.reading import always_read, read_by_guards
from app.kernel.rulebook import ReviewCadence, Rulebook
from app.kernel.scorecard import FULL_WEIGHT, SUM_FACTOR, Dimension, Scorecard
from app.kernel.tier import decide_tier, stay_warnings


class Scorer:
    """A rulebook made ready to decide clients one by one; holds nothing of any client."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self._fallbacks = {name: fact.fallback for name, fact in rulebook.facts.items()}
        self._always_read = always_read(rulebook)
        self._refused = frozenset(name for name, fact in rulebook.facts.items() if fact.missing == "refuse")
        self._doubtful = frozenset(name for name, fact in rulebook.facts.items() if fact.missing == "worst")
        self.asked = tuple(sorted(names(rulebook.applies_to)))
        self._asked = frozenset(self.asked)
        self._early = tuple(each for each in rulebook.classifications if not each.after_score)
        self._late = tuple(each for each in rulebook.classifications if each.after_score)

    def decide(self, facts: Mapping[str, int], standing: Standing | None = None) -> Outcome:
        """Decide a client by its encoded facts (`Fact.encode`); absent ones count as their fact says.

        Returns a Refusal where a fact that may not be missing is read, and NotApplicable
        where `applies_to` does not hold or cannot be known.
        """
        env = {**self._fallbacks, **facts}
        absent = self._fallbacks.keys() - facts.keys()
        unknown = absent & self._asked & self._refused
        if unknown or not self.rulebook.applies_to.holds(env):
            return NotApplicable(tuple(sorted(unknown)))
        classified = [_classify(each, env) for each in self._early]
        score = _score(self.rulebook.scorecard, env) if self.rulebook.scorecard else None
        classified += [_classify(each, env) for each in self._late]
        read = absent & (self._always_read | read_by_guards(self.rulebook, env)) if absent else absent
        if read & self._refused:
            return Refusal(tuple(sorted(read & self._refused)))
        missing = tuple(MissingFact(name, env[name]) for name in self._fallbacks if name in read)
        return self._decision(env, standing.tier if standing else None, tuple(classified), score, missing)

    def _decision(
        self,
        env: dict[str, int],
        standing: int | None,
        classified: tuple[Classified, ...],
        score: Scored | None,
        missing: tuple[MissingFact, ...],
    ) -> Decision:
        book = self.rulebook
        tier = decide_tier(book.tiers, env, standing) if book.tiers else None
        if tier:
            env["tier"] = tier.rank
        return Decision(
            env=env,
            classifications=classified,
            score=score,
            tier=tier,
            obligations=owed(book.obligations, env),
            review=_review(book.reviews, env),
            stay_warnings=tuple(stay_warnings(book.tiers, env, tier)) if book.tiers and tier else (),
            warnings=tuple(each for each in book.warnings if each.when.holds(env)),
            exits=tuple(each for each in book.exits if each.when.holds(env)),
            missing=missing,
            complete=not any(each.name in self._doubtful for each in missing),
        )


def _classify(classification: Classification, env: dict[str, int]) -> Classified:
    rank = env[classification.name] = classification.rule.rank(env)
    return Classified(classification.name, rank, tuple(applied(classification.rule, env)))


def _score(card: Scorecard, env: dict[str, int]) -> Scored:
    """Score every dimension; leaves each dimension's score and the total in `env`."""
    if card.method == "points":
        dimensions = tuple(_summed(dimension, env) for dimension in card.dimensions)
        total = card.base * SUM_FACTOR + sum(each.score for each in dimensions)
        profile = "default"
    else:
        profile, weights = card.weights(env)
        dimensions = tuple(_weighted(each, weight, env) for each, weight in zip(card.dimensions, weights, strict=True))
        total = sum(each.weight * each.score for each in dimensions) // FULL_WEIGHT
    env["score"] = total
    return Scored(total, profile, dimensions)


def _weighted(dimension: Dimension, weight: int, env: dict[str, int]) -> DimensionScore:
    lines = []
    sum_ = 0
    for each in dimension.indicators:
        value = env[each.fact]
        points = each.curve.at(value)
        weighted = points * each.weight
        sum_ += weighted
        lines.append(IndicatorScore(each, value, points, weighted * weight))
    score = env[dimension.name] = sum_ * FULL_WEIGHT
    return DimensionScore(dimension, weight, score, tuple(lines))


def _summed(dimension: Dimension, env: dict[str, int]) -> DimensionScore:
    values = ((each, env[each.fact]) for each in dimension.indicators)
    points = [(each, value, each.curve.at(value)) for each, value in values]
    lines = tuple(IndicatorScore(each, value, at, at * SUM_FACTOR) for each, value, at in points)
    score = env[dimension.name] = sum(line.contribution for line in lines)
    return DimensionScore(dimension, FULL_WEIGHT, score, lines)


def _review(cadence: ReviewCadence | None, env: dict[str, int]) -> Period | None:
    if cadence is None:
        return None
    return cadence.every[env[cadence.by] if cadence.by else 0]
