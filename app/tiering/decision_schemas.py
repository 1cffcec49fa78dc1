"""A decision over the wire, with every reason. Amounts and scores are decimal strings, exact to the last digit."""

from typing import Literal

from pydantic import ConfigDict, Field

from app.http.types import Day, Wire
from app.rulebooks.schemas import BilingualText


class RulebookRef(Wire):
    """The version that decided; its digest proves the content."""

    name: str
    version: int
    digest: str


class MissingFact(Wire):
    """A fact that a rule read and nobody gave, and how it counted."""

    fact: str
    counted_as: str
    rule: Literal["zero", "worst"]


class StaleFact(Wire):
    """A fact older than its rulebook allows."""

    fact: str
    as_of: Day
    max_age: str
    source: str | None = Field(description="Where the value comes from, as it was given.")


class Reason(Wire):
    """One comparison that decided: which value, held against what. Only what applies is present."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    fact: str | None = None
    classification: str | None = None
    measure: str | None = Field(None, description="`score`, or a dimension.")
    value: str
    at_least: str | None = None
    more_than: str | None = None
    at_most: str | None = None
    below: str | None = None
    is_: str | None = Field(None, alias="is")
    in_: list[str] | None = Field(None, alias="in")
    gives: str | None = Field(None, description="The class that this band or option gives.")
    held: bool = Field(
        default=True,
        description="False where it decided by not holding: under `not`, or where it leaves a tier's condition unmet.",
    )


class ClassificationResult(Wire):
    """A class, with every band, option and guard that was hit."""

    value: str
    label: BilingualText | None
    because: list[Reason]


class IndicatorResult(Wire):
    """An indicator's points, and what they add to the total."""

    indicator: str
    fact: str = Field(description="The fact that it reads, or the classification.")
    value: str
    points: str
    weight: str | None = Field(description="Percent of its dimension; null where points are summed.")
    contribution: str


class DimensionResult(Wire):
    """A dimension's score and the weight in force."""

    points: str
    weight: str | None = Field(description="Percent of the total; null where points are summed.")
    indicators: list[IndicatorResult]


class ScoreResult(Wire):
    """The total, and the weight profile that made it."""

    total: str
    weights: str = Field(description="The weight profile: `default`, or the one whose guard held.")
    dimensions: dict[str, DimensionResult]


class ShortOf(Wire):
    """A bound of a higher tier that is not reached yet."""

    measure: str
    value: str
    at_least: str
    short_by: str


class FactChange(Wire):
    """A fact before and after a move."""

    fact: str
    before: str
    after: str


class Move(Wire):
    """Changes that together reach a tier; proved by deciding the changed client."""

    changes: list[FactChange]
    reaches: str


class CeilingResult(Wire):
    """A ceiling that holds, and why."""

    at_most: str
    reason: str
    because: list[Reason]


class TierAbove(Wire):
    """A tier above the client's. Three things may keep the client out of it; at least one of them does."""

    tier: str
    bounds: Literal["enter", "stay"] = Field(
        description="Which bounds count: who stands in the tier or above it needs its stay bounds only."
    )
    lacking: list[ShortOf] = Field(description="Bounds that are not reached.")
    unmet: list[Reason] = Field(description="Why the tier's own condition is not met; empty where it is.")
    held_by: list[CeilingResult] = Field(description="Ceilings that hold the client below the tier, whatever it earns.")


class NextTier(TierAbove):
    """The tier directly above, what keeps the client out of it, and what it would take.

    Tiers need not be a ladder: each may have its own way in, and a higher one may be nearer than the next.
    """

    higher: list[TierAbove] = Field(description="Every tier above this one, lowest first, each with what it lacks.")
    moves: list[Move] | None = Field(
        description="Up to ten moves that reach this tier or a higher one, where `nearest` was asked for: first those "
        "of one fact, then pairs that need both; each of the two by size, the smallest first. A change is measured by "
        "the distance between the first and the last bound of its fact; where there is one bound, from zero to it."
    )
    search_complete: bool | None = Field(
        description="False where the search for moves ended early, so that there may be others and smaller ones; null "
        "where `nearest` was not asked for."
    )


class TierResult(Wire):
    """The tier, the bounds that made it, and what holds it down."""

    value: str
    label: BilingualText | None
    earned: str = Field(description="The tier before ceilings.")
    bounds: Literal["enter", "stay"] = Field(description="Whether entry or stay bounds counted.")
    because: list[Reason]
    ceilings: list[CeilingResult]
    next: NextTier | None


class ObligationResult(Wire):
    """Visits or contacts that a role owes the client."""

    role: str
    label: BilingualText | None
    at_least: int
    per: str
    counts: list[str]
    satisfied_by: str


class ReviewResult(Wire):
    """How often the client is reviewed; `full_every` is the review in full."""

    every: str
    full_every: str | None


class WarningResult(Wire):
    """What stands against the client: a rule of the rulebook, or what threatens its standing tier or takes it."""

    reason: str = Field(
        description="As the rulebook names it; or `near_stay_bound`, `below_stay_bound`, `stay_condition_unmet`, "
        "`held_by_ceiling`, and `lower_tier` where a rule that leads lower came first."
    )
    ceiling: str | None = Field(None, description="With `held_by_ceiling`: the reason that the ceiling gives.")
    because: list[Reason]


class Decision(Wire):
    """One client decided under one rulebook, with every reason."""

    rulebook: RulebookRef
    as_of: Day
    client_id: str | None
    complete: bool = Field(description="False where a missing fact counted as its worst.")
    missing: list[MissingFact]
    stale: list[StaleFact]
    classifications: dict[str, ClassificationResult]
    score: ScoreResult | None
    tier: TierResult | None
    obligations: list[ObligationResult]
    review: ReviewResult | None = Field(description="Null where clients of this tier or class are not reviewed.")
    warnings: list[WarningResult]
    exits: list[WarningResult]
    illustrative: list[str] = Field(description="Parts of the rulebook whose figures are ours and not the policy's.")


class NotDecided(Wire):
    """A rulebook in force that did not decide.

    It is not for this client, asks for facts that were not given, cannot read one that another rulebook can, or is of
    another build and this process cannot read it.
    """

    rulebook: str
    reason: Literal["not_applicable", "facts_required", "invalid_facts", "unreadable"]
    facts: list[str]


class Decisions(Wire):
    """The client under every rulebook in force that applies."""

    as_of: Day
    decisions: list[Decision]
    not_decided: list[NotDecided]
