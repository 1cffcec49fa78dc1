"""What improvement plans look like over the wire."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from app.http.types import SEEN, Day, Wire
from app.organisation.schemas import OfficerId

State = Literal["due", "open", "met", "failed", "cancelled"]


class PlanMeasure(Wire):
    """What is to be done, by when; `done_on` once it is. The text is kept for good: put nothing personal into it."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=SEEN)]
    by: Day = Field(description="A day to come, and no later than the plan's deadline.")
    done_on: Day | None = Field(None, description="Today, or a day that has passed.")


class PlanDocument(Wire):
    """Who owns an improvement plan, and its measures."""

    owner: OfficerId
    measures: list[PlanMeasure] = Field(min_length=1, max_length=50)


class PlanDetail(Wire):
    """An improvement plan (改善计划): due, open, then met, failed or cancelled."""

    id: UUID
    client_id: str
    rulebook: str
    state: State
    due_on: Day
    open_by: Day
    opened_on: Day | None
    deadline: Day
    extensions: int
    owner: str | None
    measures: list[PlanMeasure]
    ended_on: Day | None


class PlanPage(Wire):
    """Plans, by id."""

    items: list[PlanDetail]
    next_cursor: str | None
