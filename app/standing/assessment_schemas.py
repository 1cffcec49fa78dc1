"""What assessments look like over the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from app.http.types import Day, Flag, Wire
from app.organisation.telling import Who
from app.rulebooks.schemas import RulebookName
from app.standing.schemas import MoveStep, StandingState
from app.tiering.decision_schemas import Decision, RulebookRef

ReviewName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$"),
    Field(description="The review's own name, as `2026-Q4`: the same review of a client is decided once."),
]


class AssessmentOrder(Wire):
    """What is to be decided. All may be left out: then every rulebook that governs the client decides as of today."""

    rulebook: RulebookName | None = None
    as_of: Day | None = Field(None, description="Today or a day that has passed, not before the last assessment's.")
    review: ReviewName | None = Field(None, description="Makes it a review, which alone counts towards a demotion.")


class FactUsed(Wire):
    """A fact that the decision was made on, with where it comes from."""

    value: str
    as_of: Day
    source: str | None
    recorded_at: datetime
    recorded_by: Who
    age_days: int = Field(description="On the day of the decision.")
    stale: bool | None = Field(
        description="Whether it was older than the rulebook allows; null where this process cannot read that version."
    )


class Assessment(Wire):
    """A stored decision: which version, on which facts, from which standing, with what result."""

    id: UUID
    client_id: str
    rulebook: RulebookRef
    as_of: Day
    review: str | None
    assessed_at: datetime
    assessed_by: Who
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

    decision: Decision = Field(
        description="What the client was found to earn: its tier, review and obligations are those of the tier earned. "
        "`effective_tier` is the tier that it holds; `GET /v1/obligations` tells what it is owed."
    )


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
