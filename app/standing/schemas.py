"""What standing and its moves look like over the wire, and the words that all of standing shares."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from app.http.types import SEEN, Day, Wire
from app.kernel.movement import Kind
from app.organisation.telling import Who

TierName = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00]*$")]
Why = Annotated[
    str,
    StringConstraints(min_length=1, max_length=1000, pattern=SEEN),
    Field(description="For the audit trail, in clear and for good, erasure or not: put nothing personal into it."),
]
Remark = Annotated[
    str,
    StringConstraints(max_length=1000, pattern=r"^[^\x00]*$"),
    Field(description="For the audit trail, in clear and for good, erasure or not: put nothing personal into it."),
]
MoveKind = Literal[Kind, "exited"]


class ReasonGiven(Wire):
    """Why."""

    reason: Why


class PlanState(Wire):
    """A plan as it stood when a decision was made."""

    open_by: Day
    opened_on: Day | None
    deadline: Day
    extensions: int


class OverrideInForce(Wire):
    """An override that shows in place of the tier."""

    id: UUID
    tier: str
    until: Day
    reason: str


class StandingState(Wire):
    """Where a client stands under a rulebook.

    `tier` is held by movement; a ceiling holds the client down and leaves it the tier that it holds.
    """

    tier: str
    since: Day
    reviews_below: int = Field(description="Reviews in a row that found it below the stay bounds of its tier.")
    ceiling: str | None = Field(description="The tier that a ceiling holds it at.")
    warnings: list[str]
    plan: PlanState | None
    exited_on: Day | None = Field(description="Since when it has left; only recognition leads back.")
    override: OverrideInForce | None


class StandingDetail(Wire):
    """Where a client stands under one rulebook now."""

    client_id: str
    rulebook: str
    classes: dict[str, str]
    score: str | None
    complete: bool
    state: StandingState | None = Field(description="Null where the rulebook has no tiers.")
    effective_tier: str | None
    assessment_id: UUID | None
    assessed_as_of: Day | None


class Standings(Wire):
    """Where a client stands, rulebook by rulebook."""

    items: list[StandingDetail]


class MoveStep(Wire):
    """One step of a movement, with its reasons."""

    kind: MoveKind
    before: str | None = Field(description="The tier that it held, or that showed; null of warnings.")
    after: str | None = Field(
        description="The tier that it holds or that shows from now on. Of `counted_below`, `plan_due`, `plan_failed` "
        "the one that threatens, of `promotion_awaits_recognition` the one that waits: it holds `before`."
    )
    reasons: list[str]


class MoveDetail(MoveStep):
    """A step in a client's history."""

    rulebook: str
    day: Day
    at: datetime
    by: Who
    assessment_id: UUID | None


class MovePage(Wire):
    """Steps, the latest first."""

    items: list[MoveDetail]
    next_cursor: str | None
