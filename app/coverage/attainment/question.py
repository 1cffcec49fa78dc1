"""What is asked of coverage: a period of a book of clients, as of a moment."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.clients.team import EX_OFFICIO
from app.coverage.attainment.claims import Book
from app.kernel.coverage.period import CoveragePeriod


@dataclass(frozen=True, slots=True)
class Question:
    """`as_of` is the moment up to which all that was recorded counts, `today` the caller's day.

    `reopened`: visits count that were recorded after the close, too, and no revision does.
    `unit`, `clients` and `officer` say of whom; `seen_by` is the unit of the key that asks, where it is to see no
    others; `role` and `rulebook` narrow the claims. Of a list, `cursor` and `limit` say which page of clients.
    """

    period: CoveragePeriod
    as_of: datetime
    today: date
    zone: ZoneInfo
    unit: str | None = None
    clients: tuple[str, ...] | None = None
    officer: str | None = None
    seen_by: str | None = None
    role: str | None = None
    rulebook: str | None = None
    cursor: str | None = None
    limit: int | None = None
    reopened: bool = False

    def page(self, cursor: str | None, limit: int) -> "Question":
        """The same, page by page."""
        return replace(self, cursor=cursor, limit=limit)

    @property
    def day(self) -> date:
        """The business day of `as_of`."""
        return self.as_of.astimezone(self.zone).date()

    @property
    def book(self) -> Book:
        """Which clients are meant."""
        return Book(
            unit=self.unit is not None,
            clients=self.clients is not None,
            officer=self.officer is not None,
            seen=self.seen_by is not None,
            pages=self.limit is not None,
        )

    def closes(self, grace_days: int) -> datetime:
        """When the period closes: at midnight of the bank's zone, so many days after its end."""
        day = self.period.span.until + timedelta(grace_days)
        return datetime.combine(day, time(), self.zone)

    @property
    def parameters(self) -> dict[str, Any]:
        """What the parts of the statements ask for."""
        span = self.period.span
        return {
            "start": span.start,
            "until": span.until,
            "per": self.period.kind,
            "period": self.period.name,
            "as_of": self.as_of,
            "zone": self.zone.key,
            "on": min(self.day, span.until - timedelta(1)),
            "today": self.today,
            "planned_from": self.day,
            "reopened": self.reopened,
            "unit": self.unit,
            "clients": None if self.clients is None else list(self.clients),
            "officer": self.officer,
            "fence": self.seen_by,
            "role": self.role,
            "rulebook": self.rulebook,
            "cursor": self.cursor,
            "limit": self.limit,
            "ex_officio": list(EX_OFFICIO),
        }
