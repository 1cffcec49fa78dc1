"""What reviews look like over the wire."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from app.http.types import Day, Moment, Wire
from app.organisation.telling import Who
from app.reviews.queries import Status
from app.standing.assessment_schemas import Assessment
from app.standing.schemas import Remark, Why


class ReviewDetail(Wire):
    """A review of a client under a rulebook: due once, then done, skipped or cancelled."""

    id: UUID
    client_id: str
    rulebook: str
    version: int = Field(description="Of the rulebook, by which it was planned last.")
    cycle: int = Field(description="Its number among those of the client under the rulebook.")
    tier: str | None = Field(description="Held when it was planned last; null where the rulebook has no tiers.")
    every: str = Field(description="The cadence by which it was planned: `P3M`.")
    full: bool = Field(description="Whether it is the year's review in full.")
    planned_on: Day = Field(description="By the cadence, be it a working day or not; the next is counted from it.")
    due_on: Day
    due_at: datetime
    overdue_at: datetime = Field(description="From when on it is overdue, were it still open.")
    status: Status
    postponed: int = Field(description="How often it was put off.")
    reason: str | None = Field(description="Why it was skipped or cancelled, or what was noted when it was done.")
    ended_at: datetime | None
    ended_by: Who
    assessment_id: UUID | None
    revision: int
    created_at: datetime
    updated_at: datetime


class ReviewPage(Wire):
    """Reviews by when they are due."""

    items: list[ReviewDetail]
    next_cursor: str | None


class ReviewReport(Wire):
    """That a review is done now. All may be left out."""

    as_of: Day | None = Field(None, description="Today or a day that has passed, not before the last assessment's.")
    note: Remark = ""


class ReviewDone(Wire):
    """A review that was done: what it came to, and the next one, as it is now."""

    review: ReviewDetail
    assessment: Assessment
    next: ReviewDetail | None = Field(description="Null where the client is not reviewed any more.")


class ReviewMoveOrder(Wire):
    """When a review is to be due instead, and why."""

    to: Day | Moment = Field(
        description="A moment, now or later; or a day, today or later, which is moved onto a working day. Later than it"
        " is: at most twice, and before the day on which the next one is planned."
    )
    reason: Why
