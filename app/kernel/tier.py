"""Tiers: entry and stay bounds, ceilings, what keeps a client out of a tier, what warns (domain.md A6, A11).

What a rulebook says of movement is here as well; `movement.py` moves a client by it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from app.kernel.cadence import Period
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

    def asks(self, standing: int | None) -> tuple[Bound, ...]:
        """The bounds that count for a client of this standing."""
        return self.stay if stays(self.rank, standing) else self.enter


@dataclass(frozen=True, slots=True)
class Ceiling:
    """While `when` holds, no tier above `at_most`."""

    when: Condition
    at_most: int
    reason: str


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """The improvement plan before a demotion (A11): to be opened within, running for, extended at most so often."""

    open_within: Period
    runs: Period
    extensions: int


@dataclass(frozen=True, slots=True)
class MovementRules:
    """How a client changes tier (A11, B8).

    `after_reviews` is how many reviews in a row must find the client below its tier before it is demoted.
    """

    needs_recognition: bool
    after_reviews: int = 1
    plan: PlanTerms | None = None


@dataclass(frozen=True, slots=True)
class Tiers:
    """Ranks are positions in `labels`, lowest first. `rules` run from the highest tier down.

    `movement` is None where the rulebook says nothing of it (`movement.UNWRITTEN`).
    """

    labels: tuple[str, ...]
    rules: tuple[TierRule, ...]
    otherwise: int
    ceilings: tuple[Ceiling, ...] = ()
    warn_within: int | None = None
    illustrative: bool = False
    movement: MovementRules | None = None

    def rule(self, rank: int) -> TierRule | None:
        """The rule that leads to a tier; None for the one that asks nothing."""
        return next((rule for rule in self.rules if rule.rank == rank), None)


@dataclass(frozen=True, slots=True)
class TierDecision:
    """The tier, the bounds that made it, and the ceilings that hold it down.

    `earned` is the tier before ceilings. `bounds` are those of the earned tier; `stayed` says
    that they were stay bounds, because the client stood there or higher. `standing` is where the
    client stood, None where nobody knows.
    """

    rank: int
    earned: int
    bounds: tuple[Bound, ...]
    stayed: bool
    when: Condition | None
    ceilings: tuple[Ceiling, ...]
    standing: int | None


@dataclass(frozen=True, slots=True)
class TierAbove:
    """A tier above the client's, and all that keeps the client out of it.

    `short` are the bounds it misses, of those that count for its standing (`stays`); `unmet` is the
    tier's condition where that fails; `ceilings` are those that hold the client below the tier.
    """

    rank: int
    stays: bool
    short: tuple[Bound, ...]
    unmet: Condition | None
    ceilings: tuple[Ceiling, ...]


class StayWarning(NamedTuple):
    """Why a client may lose the tier it stands in: a bound missed or nearly so, a condition, a ceiling.

    Without a cause a rule that leads lower came first.
    """

    reason: Literal["near_stay_bound", "below_stay_bound", "stay_condition_unmet", "held_by_ceiling", "lower_tier"]
    cause: Bound | Condition | Ceiling | None


def stays(rank: int, standing: int | None) -> bool:
    """Whether a client of this standing needs only the stay bounds of the tier: it stands there, or above it.

    The margin belongs to the boundary, and a client on its way down meets it from above.
    """
    return standing is not None and rank <= standing


def decide_tier(tiers: Tiers, env: Env, standing: int | None) -> TierDecision:
    """The highest tier whose bounds and condition all hold, then ceilings."""
    ceilings = tuple(ceiling for ceiling in tiers.ceilings if ceiling.when.holds(env))
    rule = next((rule for rule in tiers.rules if _earns(rule, env, standing)), None)
    earned = rule.rank if rule else tiers.otherwise
    rank = min([earned, *(ceiling.at_most for ceiling in ceilings)])
    if rule is None:
        return TierDecision(rank, earned, (), False, None, ceilings, standing)
    return TierDecision(rank, earned, rule.asks(standing), stays(earned, standing), rule.when, ceilings, standing)


def tiers_above(tiers: Tiers, env: Env, decided: TierDecision) -> Iterator[TierAbove]:
    """Every tier above the decided one, lowest first, with what keeps the client out of it.

    Of what was earned only ceilings keep it. A tier that no rule leads to is not to be reached, and left out.
    """
    for rank in range(decided.rank + 1, len(tiers.labels)):
        rule = None if rank <= decided.earned else tiers.rule(rank)
        if rule is None and rank > decided.earned:
            continue
        short = _missed(rule.asks(decided.standing), env) if rule else ()
        unmet = _unmet(rule, env) if rule else None
        held = tuple(each for each in decided.ceilings if each.at_most < rank)
        yield TierAbove(rank, stays(rank, decided.standing), short, unmet, held)


def stay_warnings(tiers: Tiers, env: Env, decided: TierDecision) -> Iterator[StayWarning]:
    """What threatens the standing tier, or takes it (A11: a potential demotion starts with a warning).

    What staying asks warns where it is missed; a bound warns already within the margin, the margin included.
    """
    standing = decided.standing
    if standing is None:
        return
    rule = tiers.rule(standing)
    if rule is not None:
        yield from _near_or_missed(rule.stay, env, tiers.warn_within)
        if unmet := _unmet(rule, env):
            yield StayWarning("stay_condition_unmet", unmet)
    elif decided.earned < standing:
        yield StayWarning("lower_tier", None)
    yield from (StayWarning("held_by_ceiling", each) for each in decided.ceilings if each.at_most < standing)


def _near_or_missed(bounds: tuple[Bound, ...], env: Env, within: int | None) -> Iterator[StayWarning]:
    for bound in bounds:
        margin = env[bound.measure] - bound.least
        if margin < 0:
            yield StayWarning("below_stay_bound", bound)
        elif within is not None and margin <= within:
            yield StayWarning("near_stay_bound", bound)


def _earns(rule: TierRule, env: Env, standing: int | None) -> bool:
    return not _missed(rule.asks(standing), env) and not _unmet(rule, env)


def _missed(bounds: tuple[Bound, ...], env: Env) -> tuple[Bound, ...]:
    return tuple(bound for bound in bounds if env[bound.measure] < bound.least)


def _unmet(rule: TierRule, env: Env) -> Condition | None:
    return None if rule.when is None or rule.when.holds(env) else rule.when
