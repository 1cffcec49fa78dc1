"""What standing looks like over the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from app.http.types import Day, Flag, Wire
from app.organisation.schemas import OfficerId
from app.rulebooks.schemas import RulebookName
from app.tiering.decision_schemas import Decision, RulebookRef

ReviewName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$"),
    Field(description="The review's own name, as `2026-Q4`: the same review of a client is decided once."),
]
TierName = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00]*$")]
Why = Annotated[
    str,
    StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\x00]*\S[^\x00]*$"),
    Field(description="For the audit trail, in clear: put nothing personal into it."),
]
MoveKind = Literal[
    "placed",
    "promoted",
    "promotion_awaits_recognition",
    "demoted",
    "held_down",
    "released",
    "warning_raised",
    "warning_cleared",
    "counted_below",
    "plan_due",
    "plan_met",
    "plan_failed",
    "exited",
]


class AssessmentOrder(Wire):
    """What is to be decided. All may be left out: then every rulebook that governs the client decides as of today."""

    rulebook: RulebookName | None = None
    as_of: Day | None = Field(None, description="Today or a day that has passed, not before the last assessment's.")
    review: ReviewName | None = Field(None, description="Makes it a review, which alone counts towards a demotion.")


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


class MoveStep(Wire):
    """One step of a movement, with its reasons."""

    kind: MoveKind
    before: str | None
    after: str | None
    reasons: list[str]


class FactUsed(Wire):
    """A fact that the decision was made on, with where it comes from."""

    value: str
    as_of: Day
    source: str | None
    recorded_at: datetime
    recorded_by: str
    age_days: int = Field(description="On the day of the decision.")
    stale: bool = Field(description="Whether it was older than the rulebook allows.")


class Assessment(Wire):
    """A stored decision: which version, on which facts, from which standing, with what result."""

    id: UUID
    client_id: str
    rulebook: RulebookRef
    as_of: Day
    review: str | None
    assessed_at: datetime
    assessed_by: str
    run_id: UUID | None
    facts: dict[str, FactUsed]
    unreadable: list[str] = Field(description="Facts that are known and that this rulebook cannot read: missing.")
    before: StandingState | None = Field(description="Null for a first decision, and without tiers.")
    after: StandingState | None
    effective_tier: str | None = Field(description="The tier that shows: an override's, or under its ceiling.")
    moves: list[MoveStep]
    result: str = Field(description="The canonical record, in which a replay must agree byte for byte.")


class AssessmentDetail(Assessment):
    """A stored decision with every reason, made again from what is stored."""

    decision: Decision


class NotAssessed(Wire):
    """A rulebook that governs the client and does not decide it; `unreadable` is a version of another build."""

    rulebook: str
    reason: Literal["facts_required", "not_applicable", "unreadable"]
    facts: list[str]


class Assessments(Wire):
    """What an assessment came to, rulebook by rulebook."""

    client_id: str
    assessments: list[AssessmentDetail]
    repeated: Flag = Field(description="Whether this review was decided before, and these are its decisions.")
    not_decided: list[NotAssessed]


class AssessmentPage(Wire):
    """A client's assessments, the latest first."""

    items: list[Assessment]
    next_cursor: str | None


class Replay(Wire):
    """A decision made again from what is stored."""

    assessment_id: UUID
    identical: bool = Field(description="Whether the result is the stored one, byte for byte.")
    stored: str = Field(description="`sha256:` of the stored result.")
    recomputed: str


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


class MoveDetail(MoveStep):
    """A step in a client's history."""

    rulebook: str
    day: Day
    at: datetime
    by: str
    assessment_id: UUID | None


class MovePage(Wire):
    """Steps, the latest first."""

    items: list[MoveDetail]
    next_cursor: str | None


class WarningDetail(Wire):
    """What stands, or stood, against a client."""

    id: UUID
    client_id: str
    rulebook: str
    reason: str
    raised_on: Day
    cleared_on: Day | None
    acknowledged_by: str | None
    acknowledged_at: datetime | None


class WarningPage(Wire):
    """Warnings, by id."""

    items: list[WarningDetail]
    next_cursor: str | None


class PlanMeasure(Wire):
    """What is to be done, by when; `done_on` once it is."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]
    by: Day
    done_on: Day | None = None


class PlanDocument(Wire):
    """Who owns an improvement plan, and its measures."""

    owner: OfficerId
    measures: list[PlanMeasure] = Field(min_length=1, max_length=50)


class ReasonGiven(Wire):
    """Why."""

    reason: Why


class PlanDetail(Wire):
    """An improvement plan (改善计划): due, open, then met, failed or cancelled."""

    id: UUID
    client_id: str
    rulebook: str
    state: Literal["due", "open", "met", "failed", "cancelled"]
    due_on: Day
    open_by: Day
    opened_on: Day | None
    deadline: Day
    extensions: int
    owner: str | None
    measures: list[PlanMeasure]
    ended_on: Day | None


class PlanPage(Wire):
    """Plans, by deadline."""

    items: list[PlanDetail]
    next_cursor: str | None


class OverrideProposal(Wire):
    """A tier to be set by hand."""

    rulebook: RulebookName
    tier: TierName
    reason: Why
    from_day: Day | None = Field(None, alias="from", description="Today where nothing is said.")
    until: Day = Field(description="The first day on which it no longer holds: an override always ends.")


class OverrideDecision(Wire):
    """What the second person says."""

    approve: Flag
    reason: Why


class OverrideDetail(Wire):
    """A tier set by hand, and by whom."""

    id: UUID
    client_id: str
    rulebook: str
    tier: str
    reason: str
    from_day: Day = Field(alias="from")
    until: Day
    state: Literal["proposed", "approved", "refused", "withdrawn", "ended"]
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision: str | None


class OverrideList(Wire):
    """Every override of a client there ever was, the latest first."""

    items: list[OverrideDetail]
