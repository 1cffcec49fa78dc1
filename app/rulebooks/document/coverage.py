"""Coverage, selection and examples as they are written."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from app.http.types import InDigits
from app.rulebooks.document.conditions import ConditionPart
from app.rulebooks.document.values import Amount, Described, Name, Part, PeriodText, Title

VisitKind = Name
Owed = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}( per (month|quarter|half_year|year))?$")]


class ObligationPart(Described):
    """`role` owes at least so many visits or contacts per period to a client for which `when` holds."""

    role: Name
    when: ConditionPart | None = None
    at_least: Annotated[int, Field(ge=1, le=366), InDigits]
    per: Literal["month", "quarter", "half_year", "year"]
    counts: list[VisitKind] | None = Field(None, min_length=1)
    satisfied_by: Literal["any_holder", "each"] | None = None


class PartPeriodPart(Part):
    """What is owed for a part of a period: pro rata of its working days, rounded to whole visits; or all of it.

    A part of fewer than `min_days` working days owes nothing.
    """

    by: Literal["working_days", "nothing"] = "working_days"
    round: Literal["up", "down", "nearest"] = "up"
    min_days: Annotated[int, Field(ge=0, le=31), InDigits] = 0


class CheckpointPart(Part):
    """Once more than `elapsed` of a period's working days are over, who has done less than `done` is at risk."""

    elapsed: Amount
    done: Amount


class CoveragePart(Described):
    """Who owes which client how many visits (domain.md D2). Of several rules for one role the largest holds."""

    counts: list[VisitKind] = Field(default_factory=lambda: ["visit", "contact"], min_length=1)
    kinds: dict[VisitKind, Title] = Field(
        default_factory=dict, description="Labels of the kinds that may be recorded, those that count among them."
    )
    satisfied_by: Literal["any_holder", "each"] = "any_holder"
    credit: Literal["each_role", "lead_only"] = Field(
        "each_role", description="Whom a joint visit credits: each role that attends, or the one that leads."
    )
    part_period: PartPeriodPart = PartPeriodPart()
    grace: PeriodText | None = Field(
        None, description="How long after a period's end visits are still entered, marked late; then it is closed."
    )
    checkpoints: list[CheckpointPart] = Field(default_factory=list, max_length=20)
    obligations: list[ObligationPart] = Field(min_length=1)


class SelectionPart(Described):
    """A concentration model (domain.md C1): the largest `clients` by `rank_by` carry `carry` of it."""

    name: Name
    rank_by: Name
    clients: Amount
    carry: Amount


class ExpectPart(Part):
    """What a decision must say: classifications by name, and any of these."""

    model_config = ConfigDict(extra="allow", frozen=True, populate_by_name=True)
    __pydantic_extra__: dict[str, Amount]

    tier: Name | None = None
    score: Amount | None = None
    complete: bool | None = None
    applies: bool | None = None
    refused: list[Name] | None = Field(None, description="The facts that are asked for instead of a decision.")
    missing: list[Name] | None = None
    obligations: dict[Owed, Annotated[int, InDigits]] | None = Field(
        None, description="All that is owed: role to required number, or `role per month` where it owes in two periods."
    )
    review: str | None = None
    warnings: list[Name] | None = None
    exits: list[Name] | None = None

    @property
    def classes(self) -> dict[str, str]:
        """The expected class by classification."""
        return self.__pydantic_extra__


class StandingPart(Part):
    """Where the client of an example stands."""

    tier: Name


class ExamplePart(Part):
    """A case with its outcome, run at check and at publication; a failing one refuses publication."""

    note: str | None = None
    given: dict[Name, Amount] = Field(default_factory=dict)
    standing: StandingPart | None = None
    expect: ExpectPart
