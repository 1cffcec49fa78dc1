"""What a decision is: every outcome with the arithmetic behind it, as plain tuples of integers."""

from collections.abc import Mapping
from typing import NamedTuple

from app.kernel.cadence import Period
from app.kernel.classification import Bands, Matrix, Options
from app.kernel.condition import Condition
from app.kernel.obligation import ObligationRule
from app.kernel.rulebook import Trigger
from app.kernel.scorecard import Dimension, Indicator
from app.kernel.tier import StayWarning, TierDecision


class Standing(NamedTuple):
    """Where a client stands before this decision: its tier's rank."""

    tier: int


class Classified(NamedTuple):
    """A classification's rank, and what was applied to reach it: guards, bands, options, cells."""

    name: str
    rank: int
    applied: tuple[Condition | Bands | Options | Matrix, ...]


class IndicatorScore(NamedTuple):
    """An indicator's points (4 decimals) and what they add to the total (12 decimals)."""

    indicator: Indicator
    value: int
    points: int
    contribution: int


class DimensionScore(NamedTuple):
    """A dimension's score (12 decimals) and the weight in force (basis points)."""

    dimension: Dimension
    weight: int
    score: int
    indicators: tuple[IndicatorScore, ...]


class Scored(NamedTuple):
    """The total (12 decimals), and the weight profile that made it."""

    total: int
    profile: str
    dimensions: tuple[DimensionScore, ...]


class MissingFact(NamedTuple):
    """A fact that a rule read and nobody gave, and the value it counted as."""

    name: str
    counted: int


class Decision(NamedTuple):
    """One client decided under one rulebook. `env` holds every value that a rule read."""

    env: Mapping[str, int]
    classifications: tuple[Classified, ...]
    score: Scored | None
    tier: TierDecision | None
    obligations: tuple[ObligationRule, ...]
    review: Period | None
    stay_warnings: tuple[StayWarning, ...]
    warnings: tuple[Trigger, ...]
    exits: tuple[Trigger, ...]
    missing: tuple[MissingFact, ...]
    complete: bool


class Refusal(NamedTuple):
    """No decision: facts that the rules read and that may not be missing."""

    missing: tuple[str, ...]


class NotApplicable(NamedTuple):
    """The rulebook is not for this client: `applies_to` fails, or `missing` facts leave it open."""

    missing: tuple[str, ...]


Outcome = Decision | Refusal | NotApplicable
