"""What runs look like over the wire: how far they are, and what they came to."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.http.types import Day, Wire
from app.organisation.telling import Who
from app.portfolio.schemas import Kind, RunAttributes, Shocks, State


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

    total: int | None = Field(
        description="Clients, as counted when it started, whoever is created later; when it is done, those it covered. "
        "Null until it has started."
    )
    done: int
    share: float | None = Field(description="Between 0 and 1.")
    eta_seconds: int | None = Field(description="How long the rest takes, at the pace so far.")


class BeforeAfter(Wire):
    """A number before and after; before is null for an assessment.

    Before is of a dry run what governs decides, of a stress what is decided on the facts as they are; after is what the
    version that is tried decides, or what is decided after the shocks.
    """

    before: int | None
    after: int


class Undecided(BeforeAfter):
    """Clients that were not decided, and why."""

    reason: str


class Visits(BeforeAfter):
    """Visits that are required of a role in a period, of all clients together.

    Of an assessment by the tiers that clients hold after it, as `GET /v1/obligations` tells them; of a dry run or a
    stress by the tiers that the decisions find, whoever would first have to be recognised.
    """

    owed: str = Field(description="As `branch_president per month`.")


class Exits(BeforeAfter):
    """Clients whose exit an assessment proposed; of a dry run or a stress those for whom a trigger of an exit holds."""

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
    visits: Annotated[list[Visits], Field(description="Role by role and kind of period: what a version costs.")]
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
    asked_by: Who
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
