"""What leaves and closures look like over the wire."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from app.http.types import SEEN, Day, Wire
from app.organisation.schemas import FirstDay, OfficerId

Why = Annotated[
    str,
    StringConstraints(min_length=1, max_length=1000, pattern=SEEN),
    Field(description="For the audit trail, in clear and for good, erasure or not: put nothing personal into it."),
]
Until = Annotated[Day, Field(alias="until", description="The first day on which it no longer holds.")]
WithdrawnAt = Annotated[datetime | None, Field(description="Since when it holds no longer; null as long as it does.")]


class Withdrawal(Wire):
    """Why what was entered does not hold."""

    reason: Why


class LeaveOrder(Wire):
    """Days on which an officer is away. Why is nobody's business, and is not asked."""

    from_day: FirstDay
    until_day: Until
    delegate_id: OfficerId | None = Field(
        None, description="Who stands in: serves within the key's unit throughout, and is not on leave then."
    )


class LeaveDetail(Wire):
    """An officer's leave, past or to come."""

    leave_id: UUID
    officer_id: str
    from_day: FirstDay
    until_day: Until
    delegate_id: str | None
    recorded_at: datetime
    withdrawn_at: WithdrawnAt


class LeavePage(Wire):
    """Leaves by id."""

    items: list[LeaveDetail]
    next_cursor: str | None


class ClosureOrder(Wire):
    """Days on which a unit is closed, with all below it."""

    from_day: FirstDay
    until_day: Until
    reason: Why


class ClosureDetail(Wire):
    """A unit's closure, past or to come."""

    closure_id: UUID
    unit_id: str
    from_day: FirstDay
    until_day: Until
    reason: str
    recorded_at: datetime
    withdrawn_at: WithdrawnAt


class ClosurePage(Wire):
    """Closures by id."""

    items: list[ClosureDetail]
    next_cursor: str | None
