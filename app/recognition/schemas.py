"""What recognition looks like over the wire."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from app.clients.categories import Level
from app.clients.fact_schemas import FactName, FactValue
from app.clients.schemas import Label
from app.http.types import Day, Wire
from app.kernel.recognition import Choice, State
from app.organisation.schemas import OfficerId
from app.rulebooks.schemas import RulebookName
from app.standing.schemas import Remark, TierName, Why
from app.tiering.decision_schemas import RulebookRef


class NominationOrder(Wire):
    """A client is to become strategic, or to rise (推荐)."""

    rulebook: RulebookName
    level: Level = Field(description="Head office recognises bank-wide clients, the branch regional ones.")
    category: Label | None = Field(
        None, description="One of the level's; needed where the client's profile has none, and no other than its own."
    )
    tier: TierName | None = Field(
        None,
        description="Left out, it is the tier that the client earns, with the experts' scores once they are given.",
    )
    joint_with: list[OfficerId] = Field(
        [],
        max_length=20,
        description="Who nominate with the acting person: each named once, nobody of the committee that decides. "
        "None of them assesses or votes.",
    )
    reason: Why


class OpinionOrder(Wire):
    """An expert's opinion: a value of every fact that the rulebook has experts judge."""

    scores: dict[FactName, FactValue] = Field(
        min_length=1, max_length=99, json_schema_extra={"additionalProperties": False}
    )
    remark: Remark = ""


class VoteOrder(Wire):
    """A member's vote; against needs a reason."""

    choice: Choice
    reason: Remark = ""


class LackDetail(Wire):
    """One thing that keeps a client from a tier."""

    code: Literal[
        "facts_missing",
        "not_applicable",
        "no_tier_earned",
        "below_bound",
        "condition_unmet",
        "held_by_ceiling",
        "exit_trigger",
    ]
    name: str | None = Field(description="The fact, measure or reason that it is about.")
    value: str | None
    least: str | None


class FactRead(Wire):
    """A fact that was read, with where it comes from."""

    value: str
    as_of: Day
    source: str | None


class JudgementDetail(Wire):
    """What the standard says of the client: no assessment, and nothing moves by it."""

    as_of: Day
    tier: str = Field(description="The tier that it was judged for.")
    passed: bool
    earned: str | None = Field(description="The tier that it earns before ceilings; null without a decision.")
    score: str | None
    assumed: dict[str, str] = Field(
        description="Scores that experts were still to give, at the best that they can give."
    )
    lacks: list[LackDetail]
    facts: dict[str, FactRead]


class OpinionDetail(Wire):
    """An expert's opinion."""

    expert: str
    scores: dict[str, str]
    day: Day
    remark: str


class VoteDetail(Wire):
    """A member's vote."""

    member: str
    choice: Choice
    reason: str
    day: Day


class RecusalDetail(Wire):
    """A member who withheld from the vote (回避)."""

    member: str
    reason: str


class Nomination(Wire):
    """How far a client is on the way to a tier."""

    id: UUID
    client_id: str
    rulebook: RulebookRef = Field(description="The version that governed the client when it was nominated.")
    level: Level
    category: str
    tier: str
    state: State
    due: Day | None = Field(description="The last day of the open step.")
    overdue: bool
    nominated_unit: str
    decided_by: str = Field(description="The unit whose committee decides.")
    awaiting: list[str] = Field(description="Members whose vote is waited for.")
    opened_at: datetime
    updated_at: datetime


class NominationDetail(Nomination):
    """The whole case: who said what."""

    tier_asked: str | None
    since: Day = Field(description="The day on which its state began.")
    nominators: list[str]
    nominated_on: Day
    reason: str
    screening: JudgementDetail
    opinions: list[OpinionDetail]
    assessment: JudgementDetail | None = Field(description="What the standard says with the experts' scores.")
    committee: list[str]
    votes: list[VoteDetail]
    recusals: list[RecusalDetail]
    reasons: list[str] = Field(description="Why it was refused, withdrawn or lapsed.")
    recognised_on: Day | None


class NominationPage(Wire):
    """Nominations, by id."""

    items: list[Nomination]
    next_cursor: str | None


class Ended(Wire):
    """A nomination that time ended."""

    id: UUID
    client_id: str
    state: State


class Expiry(Wire):
    """What time ended."""

    ended: list[Ended]
    more: bool = Field(description="Whether more may be late: ask again.")
