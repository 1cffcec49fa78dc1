"""A compiled rulebook: what the published document says, every name resolved and every amount an integer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, get_args

from app.kernel.cadence import Period
from app.kernel.classification import Classification
from app.kernel.condition import AllOf, Condition
from app.kernel.coverage.rules import CoverageRules
from app.kernel.exit_process import ExitStep
from app.kernel.fact import Fact
from app.kernel.obligation import ObligationRule
from app.kernel.recognition import RecognitionRules, Step
from app.kernel.review_cycle import Notices
from app.kernel.scorecard import Scorecard
from app.kernel.tier import Tiers

UNWRITTEN_RECOGNITION: Final = RecognitionRules(
    experts=0, scores=(), quorum=1, majority="more_than_half", limits=dict.fromkeys(get_args(Step), Period(0, 30))
)
"""Recognition by a rulebook that needs it and does not say how, as some did that were published before they could."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """A condition that raises a warning or starts an exit, with the reason it gives (A12)."""

    when: Condition
    reason: str


@dataclass(frozen=True, slots=True)
class ReviewCadence:
    """How often a client is reviewed (A10): `by` names a classification or `tier`, whose ranks pick the period.

    `every[rank]` is None where a rank is not reviewed; without `by` the one entry holds for all. `notices` say who is
    told of a review before it is due, and after.
    """

    by: str | None
    every: tuple[Period | None, ...]
    full_every: Period | None = None
    notices: Notices = field(default_factory=Notices)


@dataclass(frozen=True)
class Rulebook:
    """Everything a decision needs, and nothing that changes with time.

    `classifications` are in an order in which each reads only what stands before it. `recognition` is None where
    nothing is recognised under the rulebook, `coverage` where nobody owes a visit. `exit_steps` are in the order in
    which they are done.
    """

    name: str
    facts: Mapping[str, Fact]
    applies_to: Condition = field(default_factory=lambda: AllOf(()))
    classifications: tuple[Classification, ...] = ()
    scorecard: Scorecard | None = None
    tiers: Tiers | None = None
    obligations: tuple[ObligationRule, ...] = ()
    coverage: CoverageRules | None = None
    reviews: ReviewCadence | None = None
    warnings: tuple[Trigger, ...] = ()
    exits: tuple[Trigger, ...] = ()
    recognition: RecognitionRules | None = None
    exit_steps: tuple[ExitStep, ...] = ()

    def conditions(self) -> Iterator[Condition]:
        """Every condition but the guards of classifications: each of these is read for every client."""
        yield self.applies_to
        yield from (each.when for each in self.obligations)
        yield from (each.when for each in (*self.warnings, *self.exits))
        yield from (each.when for each in (self.scorecard.profiles if self.scorecard else ()))
        if self.tiers:
            yield from (each.when for each in self.tiers.ceilings)
            yield from (each.when for each in self.tiers.rules if each.when is not None)
