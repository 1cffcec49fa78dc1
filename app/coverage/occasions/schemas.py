"""What occasions look like over the wire."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from app.clients.schemas import ClientId
from app.coverage.occasions.kinds import Kind
from app.coverage.occasions.state import State
from app.http.types import SEEN, Day, Wire
from app.organisation.schemas import RoleName
from app.organisation.telling import Who
from app.rulebooks.schemas import BilingualText
from app.standing.schemas import Remark, Why

ExternalId = Annotated[
    str,
    StringConstraints(pattern=r"^[\x21-\x7e]{1,100}$"),
    Field(description="The sender's own id of it: sent twice, it is one."),
]


class OccasionOrder(Wire):
    """A contact that a role is to owe a client."""

    client_id: ClientId
    kind: Kind
    about: Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=SEEN)] | None = Field(
        None, description="It may be personal: it is in no log and not in the trail, and erasing the client empties it."
    )
    role: RoleName
    due_by: Day = Field(description="The last day: today or later, at most two years ahead.")
    external_id: ExternalId | None = None


class OccasionReport(Wire):
    """That an occasion was met."""

    visit_id: UUID | None = Field(None, description="The visit by which: of this client, since it was recorded.")
    on: Day | None = Field(None, description="When; the visit's day, or today, where nothing is said.")
    remark: Remark = ""


class OccasionMoveOrder(Wire):
    """By which day an occasion is to be due instead, and why."""

    to: Day = Field(description="Today or later, at most two years ahead.")
    reason: Why


class OccasionMove(Wire):
    """That an occasion was moved; `late` once it had lapsed."""

    from_day: Day = Field(alias="from")
    to: Day
    reason: str
    by: str
    at: datetime
    late: bool


class OccasionMark(Wire):
    """A contact owed for a reason of its own, apart from the quotas, without what it is about."""

    id: UUID
    client_id: str
    kind: Kind
    role: str
    due_by: Day
    state: State = Field(description="`lapsed`: it is open, and the day by which it is due is over.")
    late: bool = Field(description="Whether it was done after the day by which it was due.")
    external_id: str | None
    visit_id: UUID | None
    moves: list[OccasionMove]
    ended_on: Day | None = Field(description="When it was done or cancelled.")
    ended_by: Who
    reason: str | None = Field(description="Why it was cancelled, or what was remarked when it was done.")
    recorded_at: datetime
    recorded_by: Who
    revision: int
    updated_at: datetime


class OccasionDetail(OccasionMark):
    """An occasion whole."""

    about: str | None


class OccasionPage(Wire):
    """Occasions by the day they are due."""

    items: list[OccasionDetail]
    next_cursor: str | None


class OccasionCounts(Wire):
    """How many occasions there are: in `total`, each of them in one of `open` to `cancelled`."""

    open: int
    done: int = Field(description="In time.")
    done_late: int
    lapsed: int
    cancelled: int
    moved: int = Field(description="At least once, whatever became of them.")
    total: int


class OccasionKindDetail(Wire):
    """What gives occasion to a contact."""

    kind: Kind
    label: BilingualText


class OccasionKindList(Wire):
    """Every kind."""

    items: list[OccasionKindDetail]
