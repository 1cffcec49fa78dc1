"""Tiers: entry and stay bounds, ceilings, and the margin that warns (domain.md A6, A11)."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.kernel.condition import Condition, Env


@dataclass(frozen=True, slots=True)
class Bound:
    """A least score, of `score` or of a dimension, in units of a score."""

    measure: str
    least: int


@dataclass(frozen=True, slots=True)
class TierRule:
    """What a tier asks: every bound, and `when` where it is given."""

    rank: int
    enter: tuple[Bound, ...]
    stay: tuple[Bound, ...]
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Ceiling:
    """While `when` holds, no tier above `at_most`."""

    when: Condition
    at_most: int
    reason: str


@dataclass(frozen=True, slots=True)
class Tiers:
    """Ranks are positions in `labels`, lowest first. `rules` run from the highest tier down."""

    labels: tuple[str, ...]
    rules: tuple[TierRule, ...]
    otherwise: int
    ceilings: tuple[Ceiling, ...] = ()
    warn_within: int | None = None
    illustrative: bool = False

    def rule(self, rank: int) -> TierRule | None:
        """The rule that leads to a tier; None for the one that asks nothing."""
        return next((rule for rule in self.rules if rule.rank == rank), None)


@dataclass(frozen=True, slots=True)
class TierDecision:
    """The tier, the bounds that made it, and the ceilings that hold it down.

    `earned` is the tier before ceilings. `bounds` are those of the earned tier; `stayed` says
    that they were stay bounds, because the client stood there or higher.
    """

    rank: int
    earned: int
    bounds: tuple[Bound, ...]
    stayed: bool
    when: Condition | None
    ceilings: tuple[Ceiling, ...]


def decide_tier(tiers: Tiers, env: Env, standing: int | None) -> TierDecision:
    """The highest tier whose bounds all hold, then ceilings.

    A client that stands in a tier, or above it, needs only the tier's stay bounds: the margin
    belongs to the boundary, and a client on its way down meets it from above.
    """
    ceilings = tuple(ceiling for ceiling in tiers.ceilings if ceiling.when.holds(env))
    earned, bounds, stayed, when = _earned(tiers, env, -1 if standing is None else standing)
    rank = min([earned, *(ceiling.at_most for ceiling in ceilings)])
    return TierDecision(rank, earned, bounds, stayed, when, ceilings)


def near_stay_bounds(tiers: Tiers, env: Env, standing: int | None) -> Iterator[tuple[Bound, bool]]:
    """The stay bounds of the standing tier that the client has missed, or holds by less than the margin.

    Yields the bound and whether it is missed (A11: a potential demotion starts with a warning).
    """
    rule = None if standing is None else tiers.rule(standing)
    for bound in rule.stay if rule else ():
        margin = env[bound.measure] - bound.least
        if margin < 0 or (tiers.warn_within is not None and margin < tiers.warn_within):
            yield bound, margin < 0


def _earned(tiers: Tiers, env: Env, standing: int) -> tuple[int, tuple[Bound, ...], bool, Condition | None]:
    for rule in tiers.rules:
        stays = rule.rank <= standing
        bounds = rule.stay if stays else rule.enter
        if all(env[bound.measure] >= bound.least for bound in bounds) and (rule.when is None or rule.when.holds(env)):
            return rule.rank, bounds, stays, rule.when
    return tiers.otherwise, (), False, None
