"""What planned visits look like over the wire."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.clients.schemas import ClientId, Why
from app.coverage.visits.planned_told import State
from app.coverage.visits.schemas import MOST_PEOPLE, Kind, Place, Purpose, VisitMoment
from app.http.types import Day, Wire
from app.organisation.schemas import OfficerId, RoleName
from app.organisation.telling import Who


class PlannedParticipantOrder(Wire):
    """An officer who is to take part."""

    officer_id: OfficerId
    role: RoleName | None = Field(
        None, description="The role they come in; needed only of who holds several at the client on that day."
    )


class PlannedOrder(Wire):
    """A visit that is to be made."""

    client_id: ClientId
    at: VisitMoment = Field(description="A moment to come, with its zone.")
    kind: Kind
    participants: Annotated[list[PlannedParticipantOrder], Field(min_length=1, max_length=MOST_PEOPLE)]
    purpose: Purpose | None = None
    place: Place | None = None


class PlannedMove(Wire):
    """To which moment a planned visit is moved, and why."""

    at: VisitMoment = Field(description="A moment to come, with its zone.")
    reason: Why


class PlannedCancel(Wire):
    """Why a planned visit is not to be made."""

    reason: Why


class PlannedMember(Wire):
    """An officer who is to take part, in the role held as far as it was known when it was planned."""

    officer_id: str
    role: str | None
    acting_for: str | None = Field(description="The officer on leave on that day as whose delegate they are to come.")


class PlannedDetail(Wire):
    """A planned visit."""

    planned_id: UUID
    client_id: str
    at: datetime
    day: Day = Field(description="The bank's business day.")
    kind: str
    participants: list[PlannedMember]
    purpose: str | None
    place: str | None
    state: State = Field(description="`lapsed`: its day is over, and no visit was recorded.")
    recorded_at: datetime
    recorded_by: Who
    ended_at: datetime | None
    ended_by: Who
    reason: str | None = Field(description="Why it was cancelled or moved.")
    visit_id: UUID | None = Field(description="The visit that made it done.")
    moved_to: UUID | None = Field(description="The plan that took its place.")


class PlannedPage(Wire):
    """Planned visits, the earliest first."""

    items: list[PlannedDetail]
    next_cursor: str | None
