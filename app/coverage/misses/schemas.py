"""What reasons for a miss look like over the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from app.clients.schemas import ClientId
from app.coverage.misses.codes import Code
from app.http.types import Wire
from app.organisation.schemas import OfficerId, RoleName
from app.organisation.telling import Who
from app.rulebooks.schemas import BilingualText, RulebookName
from app.standing.schemas import Why

State = Literal["proposed", "accepted", "refused", "withdrawn"]
PeriodName = Annotated[
    str,
    StringConstraints(pattern=r"^[12][0-9]{3}(-(0[1-9]|1[0-2]|Q[1-4]|H[12]))?$"),
    Field(description="A month, quarter, half-year or year: `2026-11`, `2026-Q4`, `2026-H2`, `2026`."),
]


class MissReasonOrder(Wire):
    """Why visits that a role owes a client were not made in a period."""

    client_id: ClientId
    rulebook: RulebookName
    role: RoleName
    officer_id: OfficerId | None = Field(None, description="Whose own part was missed; the role's, where left out.")
    period: PeriodName
    code: Code
    explanation: Why


class MissReasonDecision(Wire):
    """What the second person remarks."""

    remark: Why


class MissReasonDetail(Wire):
    """A reason for a miss; it shows beside the figure and alters none."""

    id: UUID
    client_id: str
    rulebook: str
    role: str
    officer_id: str | None
    period: str
    code: Code
    label: BilingualText
    explanation: str
    state: State
    proposed_by: Who
    proposed_at: datetime
    decided_by: Who
    decided_at: datetime | None
    decision: str | None = Field(description="What was remarked then.")


class MissReasonPage(Wire):
    """Reasons, by id."""

    items: list[MissReasonDetail]
    next_cursor: str | None
