"""The catalogue: what can happen, each with its data (design.md, Events). Types are added, never changed in meaning.

What is told goes to receivers outside: clients by their ids, officers by their staff numbers, never a name.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.http.types import Moment

Seconds = Annotated[int, Field(ge=0, description="Seconds after its moment; 0 where it is told in time.")]


class Data(BaseModel):
    """What an event of one type tells."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    type: ClassVar[str]


class _OfClient(Data):
    client_id: str
    rulebook: str


class _OfReview(_OfClient):
    review_id: UUID
    cycle: Annotated[int, Field(description="The number of the review among those of the client under the rulebook.")]
    due_at: Moment
    full: Annotated[bool, Field(description="Whether it is the year's review in full.")]
    tier: str | None
    late_by: Seconds


class ReviewUpcoming(_OfReview):
    """A review will be due."""

    type = "tierbook.review.upcoming.v1"
    before: Annotated[str, Field(description="How long before: `P14D`.")]


class ReviewDue(_OfReview):
    """A review is due."""

    type = "tierbook.review.due.v1"


class ReviewOverdue(_OfReview):
    """A review was not done in time."""

    type = "tierbook.review.overdue.v1"
    after: Annotated[str, Field(description="How long after the moment: `P5D`.")]
    escalated_to: Annotated[str, Field(description="The role that sees to it now.")]


class ReviewCompleted(_OfClient):
    """A review was done: the client was assessed, its standing moved."""

    type = "tierbook.review.completed.v1"
    review_id: UUID
    cycle: int
    assessment_id: UUID
    before: Annotated[str | None, Field(description="The tier until then.")]
    after: Annotated[str | None, Field(description="The tier since.")]
    next_due_at: Moment | None


class TierChanged(_OfClient):
    """A client's tier became another."""

    type = "tierbook.tier.changed.v1"
    before: str | None
    after: str | None
    moves: Annotated[list[str], Field(description="The steps that led there: `promoted`, `demoted`, …")]
    reasons: list[str]
    as_of: date
    assessment_id: UUID | None


class _OfWarning(_OfClient):
    warning: str
    on: date


class WarningRaised(_OfWarning):
    """A warning stands against a client."""

    type = "tierbook.warning.raised.v1"


class WarningCleared(_OfWarning):
    """A warning stands no longer."""

    type = "tierbook.warning.cleared.v1"


class _OfPeriod(_OfClient):
    period: str
    role: str
    officer_id: Annotated[str | None, Field(description="Where each holder of the role owes by himself.")]


class CoverageAtRisk(_OfPeriod):
    """Visits that are owed fall behind."""

    type = "tierbook.coverage.at_risk.v1"


class CoverageCheckpoint(Data):
    """A moment at which a period's visits are looked at has come: warnings follow."""

    type = "tierbook.coverage.checkpoint.v1"
    rulebook: str
    period: str
    checkpoint: Annotated[str, Field(description="The share of the working days that are over, as `50%`; or `close`.")]
    late_by: Seconds


class CoverageMissed(_OfPeriod):
    """A period closed, and visits that were owed were not made."""

    type = "tierbook.coverage.missed.v1"


class _OfPlan(_OfClient):
    plan_id: UUID
    deadline: date
    owner: str | None


class PlanOpened(_OfPlan):
    """An improvement plan was opened."""

    type = "tierbook.plan.opened.v1"


class PlanExpired(_OfPlan):
    """An improvement plan was not opened in time, or reached its deadline unmet."""

    type = "tierbook.plan.expired.v1"
    missed: Annotated[Literal["open_by", "deadline"], Field(description="Which of its days passed.")]
    late_by: Seconds


class OverrideExpired(_OfClient):
    """A tier that was set by hand is in force no longer."""

    type = "tierbook.override.expired.v1"
    override_id: UUID
    tier: str
    until: date
    late_by: Seconds


class ClientExited(_OfClient):
    """A client left the strategic clients."""

    type = "tierbook.client.exited.v1"
    on: date
    reasons: list[str]


class RecognitionAwaiting(_OfClient):
    """A nomination waits for somebody."""

    type = "tierbook.recognition.awaiting.v1"
    nomination_id: UUID
    state: Annotated[str, Field(description="`screening`, `assessment`, `vote` or `filing`.")]
    since: date
    until: Annotated[date | None, Field(description="The last day for it; null where there is no limit.")]
    awaiting: Annotated[list[str], Field(description="Whose vote is waited for.")]


class RecognitionEnded(_OfClient):
    """A nomination is at its end."""

    type = "tierbook.recognition.ended.v1"
    nomination_id: UUID
    state: Annotated[str, Field(description="`recognised`, `refused`, `withdrawn` or `lapsed`.")]
    tier: str
    reasons: list[str]


class FactsStale(_OfClient):
    """A fact that decides about a client is older than its rulebook allows."""

    type = "tierbook.facts.stale.v1"
    facts: list[str]
    late_by: Seconds


class OccasionDue(Data):
    """A contact that is owed for a reason of its own is due."""

    type = "tierbook.occasion.due.v1"
    client_id: str
    occasion_id: UUID
    role: str
    kind: str
    due_on: date
    late_by: Seconds


class _OfVersion(Data):
    rulebook: str
    version: int
    digest: str


class RulebookPublished(_OfVersion):
    """A version of a rulebook was published."""

    type = "tierbook.rulebook.published.v1"
    from_day: Annotated[date, Field(description="The day on which it begins to govern.")]
    units: Annotated[list[str], Field(description="Where it governs; empty for the whole bank.")]


class PilotEnded(_OfVersion):
    """A version governs in its pilot units no longer."""

    type = "tierbook.rulebook.pilot_ended.v1"
    units: list[str]
    until: date
    late_by: Seconds


class WebhookPing(Data):
    """Somebody tries whether the receiver answers."""

    type = "tierbook.webhook.ping.v1"
    webhook_id: UUID


class EndpointDisabled(Data):
    """A receiver failed for so long that nothing is sent to it any more; its events are parked."""

    type = "tierbook.endpoint.disabled.v1"
    webhook_id: UUID
    failing_since: Moment
    why: str


TYPES: Final[Mapping[str, type[Data]]] = {
    each.type: each
    for each in (
        *(ReviewUpcoming, ReviewDue, ReviewOverdue, ReviewCompleted),
        *(TierChanged, WarningRaised, WarningCleared, CoverageCheckpoint, CoverageAtRisk, CoverageMissed),
        *(PlanOpened, PlanExpired, OverrideExpired, ClientExited, RecognitionAwaiting, RecognitionEnded),
        *(FactsStale, OccasionDue, RulebookPublished, PilotEnded, WebhookPing, EndpointDisabled),
    )
}
"""Every type by its name, in reading order."""
