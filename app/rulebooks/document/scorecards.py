"""Scorecards as they are written: dimensions, indicators, points and weight profiles."""

from typing import Literal

from pydantic import ConfigDict, Field

from app.rulebooks.document.conditions import ConditionPart
from app.rulebooks.document.values import Amount, Described, Name, Part


class IndicatorPart(Described):
    """Points of one fact: by inclusive lower bounds, by option, or on straight lines between anchors.

    For bounds, the first is the fact's minimum, which may be written `min`.
    """

    fact: Name | None = Field(None, description="The fact it scores; the indicator's own name where nothing is said.")
    weight: Amount | None = Field(None, description="Percent of its dimension; all of a dimension's sum to 100.")
    points: dict[Amount, Amount] = Field(min_length=1)
    between: Literal["step", "linear"] = "step"
    direction: Literal["fact", "any"] = Field(
        "fact", description="`any` allows points that rise and fall; else they follow the fact's better direction."
    )


class DimensionPart(Described):
    """Indicators scored together. A weight of 0 scores the dimension without counting it in the total."""

    weight: Amount | None = None
    indicators: dict[Name, IndicatorPart] = Field(min_length=1)


class ProfilePart(Part):
    """Dimension weights for the clients that `when` names, or `otherwise: default` as the last."""

    model_config = ConfigDict(extra="allow", frozen=True, populate_by_name=True)
    __pydantic_extra__: dict[str, Amount]

    name: Name | None = None
    when: ConditionPart | None = None
    otherwise: Literal["default"] | None = None

    @property
    def weights(self) -> dict[str, str]:
        """The weights by dimension, as written."""
        return self.__pydantic_extra__


class ScorecardPart(Described):
    """`weighted`: 0 to 100 by weights. `points`: `base` plus the sum of points, as credit scorecards are written."""

    method: Literal["weighted", "points"]
    base: Amount | None = None
    dimensions: dict[Name, DimensionPart] = Field(min_length=1)
    weights: list[ProfilePart] = Field(default_factory=list)
