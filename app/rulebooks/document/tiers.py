"""Tiers, movement, reviews and exits as they are written."""

from typing import Literal

from pydantic import ConfigDict, Field

from app.rulebooks.document.conditions import ConditionPart
from app.rulebooks.document.values import MOST_LISTED, Amount, Described, Name, Part, PeriodText, Title


class TierRulePart(Described):
    """Least scores to enter and to stay (the entry bounds where nothing is said), and a condition beside them."""

    enter: dict[Name, Amount] = Field(min_length=1)
    stay: dict[Name, Amount] | None = None
    when: ConditionPart | None = None


class TierRulesPart(Part):
    """A rule for every tier but the last, which is `otherwise`."""

    model_config = ConfigDict(extra="allow", frozen=True, populate_by_name=True)
    __pydantic_extra__: dict[str, TierRulePart]

    otherwise: Name

    @property
    def by_tier(self) -> dict[str, TierRulePart]:
        """The rules by the tier they lead to."""
        return self.__pydantic_extra__


class CeilingPart(Described):
    """While `when` holds, no tier above `at_most`."""

    when: ConditionPart
    at_most: Name
    reason: Name


class PromotionPart(Part):
    """What a promotion needs before it takes effect."""

    needs: Literal["recognition", "nothing"]


class WarningMarginPart(Part):
    """How near to a stay bound a warning stands, in points above it."""

    within: Amount


class PlanPart(Part):
    """The improvement plan before a demotion: opened within, running for, extended at most so often."""

    open_within: PeriodText
    runs: PeriodText
    extensions: int = Field(0, ge=0, le=12)


class DemotionPart(Part):
    """After how many reviews below the stay bound a demotion takes effect."""

    after_reviews: int = Field(1, ge=1, le=12)
    plan: PlanPart | None = None


class MovementPart(Part):
    """How a client changes tier (domain.md A11, B8)."""

    promotion: PromotionPart | None = None
    warning: WarningMarginPart | None = None
    demotion: DemotionPart | None = None


class TiersPart(Described):
    """Tiers from lowest to highest, tried from the highest; ceilings hold them down."""

    order: list[Name] = Field(min_length=2, max_length=MOST_LISTED)
    labels: dict[Name, Title] = Field(default_factory=dict)
    rules: TierRulesPart
    ceilings: list[CeilingPart] = Field(default_factory=list)
    movement: MovementPart | None = None


class ReviewsPart(Described):
    """How often clients are reviewed, by tier or by the classification that `by` names (domain.md A10)."""

    by: Name | None = None
    every: dict[Name, PeriodText] | PeriodText
    full_every: PeriodText | None = None
    remind_before: list[PeriodText] = Field(default_factory=list)
    overdue_after: list[dict[PeriodText, Name]] = Field(default_factory=list)


class TriggerPart(Described):
    """A condition with the reason it gives: a warning, or an exit (domain.md A12)."""

    when: ConditionPart
    reason: Name
