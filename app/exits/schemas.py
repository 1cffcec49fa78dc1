"""What exits look like over the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from app.http.types import SEEN, Day, Wire
from app.kernel.exit_process import State
from app.organisation.schemas import OfficerId
from app.organisation.telling import Who
from app.rulebooks.schemas import RulebookName
from app.standing.schemas import Remark, Why
from app.tiering.decision_schemas import RulebookRef


class ExitOrder(Wire):
    """A client is to leave, on the committee's decision."""

    rulebook: RulebookName
    reason: Why
    decision: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=SEEN)] = Field(
        description="Where the committee's decision is minuted, as `2026-11 / 4`."
    )


class StepReport(Wire):
    """What is said of a step that is done."""

    remark: Remark = ""


class StepOwner(Wire):
    """Who is to do a step."""

    officer_id: OfficerId


class RulingDetail(Wire):
    """Who confirmed or cancelled, why, and when."""

    person: Who
    reason: str
    day: Day


class StepDetail(Wire):
    """A step of an exit: who owns it, and until when it is to be done."""

    step: str
    role: str = Field(description="The role that owns it.")
    owner: str | None = Field(description="The officer, who alone does it; null until it is assigned.")
    within: str = Field(description="How long it may take from the day the step before was done.")
    state: Literal["to_come", "open", "done"]
    due: Day | None = Field(description="The last day of the open step.")
    done_by: str | None
    done_on: Day | None
    remark: str | None


class ExitDetail(Wire):
    """How far a client's exit has come (退出)."""

    id: UUID
    client_id: str
    rulebook: RulebookRef = Field(description="The version that it was proposed under, whose steps these are.")
    state: State
    since: Day
    due: Day | None
    overdue: bool
    reasons: list[str]
    decision: str | None = Field(description="Null where a rulebook's trigger proposed it.")
    proposed_by: Who = Field(
        description="Null where a rulebook's trigger proposed it, or who serves or belongs outside the key's unit."
    )
    proposed_on: Day
    confirmed: RulingDetail | None
    cancelled: RulingDetail | None
    steps: list[StepDetail] | None = Field(description="Null where this process cannot read that version.")
    opened_at: datetime
    updated_at: datetime


class ExitPage(Wire):
    """Exits, by id."""

    items: list[ExitDetail]
    next_cursor: str | None
