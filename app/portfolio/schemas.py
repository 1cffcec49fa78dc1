"""What is asked of portfolio runs, over the wire."""

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from app.clients.categories import Level
from app.clients.schemas import ClientId, Label
from app.http.types import Day, Wire
from app.organisation.schemas import OfficerId, UnitId
from app.rulebooks.schemas import RulebookName, VersionNumber
from app.standing.assessment_schemas import ReviewName
from app.standing.schemas import TierName

MOST_CLIENTS: Final = 10_000
Kind = Literal["assess", "dry_run", "stress"]
State = Literal["queued", "running", "done", "failed", "cancelled"]
PartName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
ScenarioName = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00]*\S[^\x00]*$")]
ShockText = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00]*$")]


class RunAttributes(Wire):
    """Which clients: every condition that is given holds of each."""

    segment: Label | None = None
    level: Level | None = None
    category: Label | None = None
    industry: Label | None = None
    region: Label | None = None
    ownership: Label | None = None
    life_cycle_stage: Label | None = None
    tier: TierName | None = Field(None, description="Those that hold this tier under the rulebook now.")
    officer: OfficerId | None = Field(None, description="With this officer in their team today.")


class RunFilter(RunAttributes):
    """Which clients: every condition that is given holds of each."""

    client_ids: list[ClientId] | None = Field(None, min_length=1, max_length=MOST_CLIENTS)


class Shocks(Wire):
    """A scenario: what happens to which facts (domain.md A15)."""

    name: ScenarioName
    changes: dict[PartName, ShockText] = Field(
        min_length=1,
        max_length=50,
        description="By fact: `-30%`, `+5000万`, `-5pp`, `2 notches down`, `1 notch up`, `=BBB`.",
        examples=[{"deposit_balance": "-30%", "credit_rating": "2 notches down"}],
    )


class RunOrder(Wire):
    """A run: which rulebook decides which clients, and whether the decisions are stored, tried or put under stress."""

    kind: Kind = Field(
        description="`assess` stores decisions and moves standings; `dry_run` compares a version with what governs; "
        "`stress` compares the facts after shocks with the facts as they are."
    )
    rulebook: RulebookName
    version: VersionNumber | None = Field(
        None,
        description="For `dry_run` the version that is tried, a draft as a rule; for `stress` the one that decides "
        "instead of what governs. An assessment goes by what governs each client.",
    )
    as_of: Day | None = Field(None, description="Today or a day that has passed; today where nothing is said.")
    review: ReviewName | None = Field(None, description="For `assess`: makes it a review, decided once for a client.")
    unit: UnitId | None = Field(None, description="The clients that this unit or one below it leads or assists.")
    filter: RunFilter = RunFilter()
    shocks: list[Shocks] = Field([], max_length=20, description="For `stress`: the scenarios.")
    by: PartName | None = Field(
        None,
        description="What the matrix counts: `tier`, or a classification; by default the tier, or the first class.",
    )
