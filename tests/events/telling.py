"""One of every type of event, as a feature would tell of it."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from app.events.catalogue import (
    ClientExited,
    CoverageAtRisk,
    CoverageCheckpoint,
    CoverageMissed,
    Data,
    EndpointDisabled,
    FactsStale,
    OccasionDue,
    OverrideExpired,
    PilotEnded,
    PlanExpired,
    PlanOpened,
    RecognitionAwaiting,
    RecognitionEnded,
    ReviewCompleted,
    ReviewDue,
    ReviewOverdue,
    ReviewUpcoming,
    RulebookPublished,
    TierChanged,
    WarningCleared,
    WarningRaised,
    WebhookPing,
)
from app.events.envelope import Happened
from tests.service import NOON

_ID: Final = UUID(int=7)
_DAY: Final = date(2026, 11, 22)
_OF: Final = {"client_id": "C-1", "rulebook": "strategic-clients"}
_REVIEW: Final = {**_OF, "review_id": _ID, "cycle": 3, "due_at": NOON, "full": True, "tier": None, "late_by": 0}
_WARNING: Final = {**_OF, "warning": "below", "on": _DAY}
_PERIOD: Final = {**_OF, "period": "2026-Q4", "role": "relationship_manager", "officer_id": None}
_PLAN: Final = {**_OF, "plan_id": _ID, "deadline": _DAY, "owner": "10001"}
_VERSION: Final = {"rulebook": "strategic-clients", "version": 2, "digest": "ab" * 32}

TOLD: Final[tuple[Data, ...]] = (
    ReviewUpcoming.model_validate({**_REVIEW, "before": "P14D"}),
    ReviewDue.model_validate(_REVIEW),
    ReviewOverdue.model_validate({**_REVIEW, "after": "P5D", "escalated_to": "branch_president"}),
    ReviewCompleted.model_validate(
        {
            **_OF,
            "review_id": _ID,
            "cycle": 3,
            "assessment_id": _ID,
            "before": "core",
            "after": None,
            "next_due_at": NOON + timedelta(days=90),
        }
    ),
    TierChanged.model_validate(
        {
            **_OF,
            "before": None,
            "after": "core",
            "moves": ["promoted"],
            "reasons": ["committee"],
            "as_of": _DAY,
            "assessment_id": None,
        }
    ),
    WarningRaised.model_validate(_WARNING),
    WarningCleared.model_validate(_WARNING),
    CoverageCheckpoint.model_validate(
        {"rulebook": "corporate-classes", "period": "2026-11", "checkpoint": "50%", "late_by": 0}
    ),
    CoverageAtRisk.model_validate(_PERIOD),
    CoverageMissed.model_validate({**_PERIOD, "officer_id": "10002"}),
    PlanOpened.model_validate(_PLAN),
    PlanExpired.model_validate({**_PLAN, "owner": None, "missed": "open_by", "late_by": 3600}),
    OverrideExpired.model_validate({**_OF, "override_id": _ID, "tier": "key", "until": _DAY, "late_by": 0}),
    ClientExited.model_validate({**_OF, "on": _DAY, "reasons": ["no fit"]}),
    RecognitionAwaiting.model_validate(
        {**_OF, "nomination_id": _ID, "state": "vote", "since": _DAY, "until": _DAY, "awaiting": ["10003"]}
    ),
    RecognitionEnded.model_validate(
        {**_OF, "nomination_id": _ID, "state": "lapsed", "tier": "key", "reasons": ["time_limit"]}
    ),
    FactsStale.model_validate({**_OF, "facts": ["deposit_balance"], "late_by": 0}),
    OccasionDue.model_validate(
        {
            "client_id": "C-1",
            "occasion_id": _ID,
            "role": "relationship_manager",
            "kind": "news",
            "due_on": _DAY,
            "late_by": 0,
        }
    ),
    RulebookPublished.model_validate({**_VERSION, "from_day": _DAY, "units": ["B1"]}),
    PilotEnded.model_validate({**_VERSION, "units": ["B1"], "until": _DAY, "late_by": 0}),
    WebhookPing(webhook_id=_ID),
    EndpointDisabled(webhook_id=_ID, failing_since=NOON, why="no answer for five days"),
)


def happened(data: Data, *key: str, subject: str | None = "C-1", unit: str | None = None) -> Happened:
    return Happened(data, key or (data.type,), NOON, subject, unit)


def raised(client: str = "C-1", unit: str | None = None) -> Happened:
    """A warning against a client."""
    data = WarningRaised.model_validate({**_WARNING, "client_id": client})
    return Happened(data, (client,), NOON, client, unit)
