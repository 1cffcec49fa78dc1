"""What portfolio runs look like over the wire."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

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


class RunScope(RunAttributes):
    """Which clients were asked for; of a list of ids, how many."""

    clients_named: int | None


class Timings(Wire):
    """Where the time went, in seconds."""

    reading: float
    scoring: float
    writing: float


class Progress(Wire):
    """How far a run is."""

    total: int | None = Field(description="Clients; null until it has started.")
    done: int
    share: float | None = Field(description="Between 0 and 1.")
    eta_seconds: int | None = Field(description="How long the rest takes, at the pace so far.")


class BeforeAfter(Wire):
    """A number before and after; before is null for an assessment."""

    before: int | None
    after: int


class Undecided(BeforeAfter):
    """Clients that were not decided, and why."""

    reason: str


class Visits(BeforeAfter):
    """Visits that are required of a role in a period, of all clients together."""

    owed: str = Field(description="As `branch_president per month`.")


class Exits(BeforeAfter):
    """Clients for whom a trigger of an exit holds."""

    reason: str


class MigrationMatrix(Wire):
    """Who stood where and stands where now: `cells[i][j]` clients went from `before[i]` to `after[j]`; null is none."""

    before: list[str | None]
    after: list[str | None]
    cells: list[list[int]]
    up: int
    down: int
    same: int
    other: int
    total: int


class Scenario(Wire):
    """What came of a scenario; the only one of an assessment or a dry run has no name."""

    name: str | None
    moved: int
    migration: MigrationMatrix
    decided: BeforeAfter
    incomplete: BeforeAfter
    undecided: list[Undecided]
    visits: list[Visits]
    exits: list[Exits]


class Summary(Wire):
    """What a run came to."""

    clients: int
    scenarios: list[Scenario]


class Run(Wire):
    """A run and how far it is. A key sees the runs over its unit's clients, or over those of a unit below."""

    id: UUID
    kind: Kind
    rulebook: str
    version: int | None
    digest: str | None
    by: str = Field(description="What the matrix counts: `tier`, or a classification.")
    as_of: Day
    known_at: datetime | None = Field(description="Facts that were recorded up to then count.")
    review: str | None
    unit: str | None = Field(description="Whose clients; null for the whole bank's.")
    filter: RunScope
    shocks: list[Shocks]
    state: State
    progress: Progress
    timings: Timings
    results: str | None = Field(description="`sha256:` over what was stored, client by client.")
    summary: Summary | None = Field(description="When it is done.")
    asked_by: str
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    error: str | None


class RunPage(Wire):
    """Runs, the latest first."""

    items: list[Run]
    next_cursor: str | None


class RunMove(Wire):
    """A client that moved, or would, and why."""

    scenario: str | None
    client_id: str
    kind: str = Field(
        description="Of an assessment the step; else `up`, `down`, `entered`, `left`, or `changed` between labels that "
        "have no order."
    )
    before: str | None
    after: str | None
    reasons: list[str]


class RunMovePage(Wire):
    """Moves, by scenario and client."""

    items: list[RunMove]
    next_cursor: str | None
