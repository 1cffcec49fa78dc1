"""What warnings look like over the wire."""

from datetime import datetime
from uuid import UUID

from app.http.types import Day, Wire
from app.organisation.telling import Who


class WarningDetail(Wire):
    """What stands, or stood, against a client.

    One about visits that are owed, `at_risk` or `missed`, names the period and the role, and the officer where each
    holder of it owes by himself.
    """

    id: UUID
    client_id: str
    rulebook: str
    reason: str
    period: str | None
    role: str | None
    officer_id: str | None
    raised_on: Day
    cleared_on: Day | None
    cleared_by: Who
    cleared_why: str | None
    acknowledged_by: Who
    acknowledged_at: datetime | None


class WarningPage(Wire):
    """Warnings, by id."""

    items: list[WarningDetail]
    next_cursor: str | None
