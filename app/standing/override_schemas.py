"""What overrides look like over the wire."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from app.http.types import Day, Flag, Wire
from app.organisation.telling import Who
from app.rulebooks.schemas import RulebookName
from app.standing.schemas import TierName, Why


class OverrideProposal(Wire):
    """A tier to be set by hand."""

    rulebook: RulebookName
    tier: TierName
    reason: Why
    from_day: Day | None = Field(None, alias="from", description="Today where nothing is said.")
    until: Day = Field(description="The first day on which it no longer holds, a year after its first at the latest.")


class OverrideDecision(Wire):
    """What the second person says."""

    approve: Flag
    reason: Why


class OverrideDetail(Wire):
    """A tier set by hand, and by whom."""

    id: UUID
    client_id: str
    rulebook: str
    tier: str
    reason: str
    from_day: Day = Field(alias="from")
    until: Day
    state: Literal["proposed", "approved", "refused", "withdrawn", "ended"]
    proposed_by: Who
    proposed_at: datetime
    decided_by: Who = Field(description="Who approved or refused it.")
    decided_at: datetime | None
    decision: str | None = Field(description="Why it was approved or refused.")
    ended_by: Who = Field(description="Who withdrew it, or ended it before its last day.")
    ended_at: datetime | None
    ended_why: str | None


class OverridePage(Wire):
    """A client's overrides, the latest first."""

    items: list[OverrideDetail]
    next_cursor: str | None
