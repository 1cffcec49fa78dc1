"""A visit that is to be made, as it is planned and as it stands. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from app.coverage.visits.told import Attendance, Part

State = Literal["planned", "done", "cancelled", "moved", "lapsed"]


@dataclass(frozen=True, slots=True)
class PlanTold:
    """A plan as somebody tells it."""

    client_id: str
    at: datetime
    kind: str
    participants: Sequence[Part]
    purpose: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan. It ends once: `visit_id` made it done, or `moved_to` took its place, or it was cancelled."""

    id: UUID
    client_id: str
    at: datetime
    day: date
    kind: str
    purpose: str | None
    place: str | None
    recorded_at: datetime
    recorded_by: str
    participants: Sequence[Attendance]
    ended_at: datetime | None = None
    ended_as: Literal["done", "cancelled", "moved"] | None = None
    ended_by: str | None = None
    reason: str | None = None
    visit_id: UUID | None = None
    moved_to: UUID | None = None

    def state(self, today: date) -> State:
        """How it ended; else whether its day is over."""
        if self.ended_as is not None:
            return self.ended_as
        return "lapsed" if self.day < today else "planned"
