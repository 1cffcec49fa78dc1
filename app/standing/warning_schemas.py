"""What warnings look like over the wire."""

from datetime import datetime
from uuid import UUID

from app.http.types import Day, Wire
from app.organisation.telling import Who


class WarningDetail(Wire):
    """What stands, or stood, against a client."""

    id: UUID
    client_id: str
    rulebook: str
    reason: str
    raised_on: Day
    cleared_on: Day | None
    acknowledged_by: Who
    acknowledged_at: datetime | None


class WarningPage(Wire):
    """Warnings, by id."""

    items: list[WarningDetail]
    next_cursor: str | None
