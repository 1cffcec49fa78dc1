"""Periods of policy: P35D, P3M, P1Y, and the days they reach."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

_TEXT = re.compile(r"P(?:([0-9]{1,3})Y)?(?:([0-9]{1,4})M)?(?:([0-9]{1,3})W)?(?:([0-9]{1,5})D)?")


class PeriodError(ValueError):
    """A text that is not an ISO 8601 period of days, weeks, months or years."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A span of calendar months, then days. Months end-clamp: 31 January + P1M = 28 or 29 February."""

    months: int
    days: int

    def after(self, day: date) -> date:
        """The day this period later, counted from `day` itself; the calendar's last day where it would end."""
        try:
            return _plus_months(day, self.months) + timedelta(days=self.days)
        except (OverflowError, ValueError):
            return date.max

    def before(self, day: date) -> date:
        """The day this period earlier; the calendar's first day where it would end."""
        try:
            return _plus_months(day, -self.months) - timedelta(days=self.days)
        except (OverflowError, ValueError):
            return date.min

    def __add__(self, other: "Period") -> "Period":
        return Period(self.months + other.months, self.days + other.days)

    def __mul__(self, times: int) -> "Period":
        return Period(self.months * times, self.days * times)

    def __str__(self) -> str:
        return _text(self.months, self.days)


NOTHING: Final = Period(0, 0)
"""No time at all, which no text says."""


@lru_cache(maxsize=1024)
def parse_period(text: str) -> Period:
    """Read "P35D", "P3M", "P1Y"; raises PeriodError for anything else, and for an empty period."""
    match = _TEXT.fullmatch(text.strip())
    years, months, weeks, days = (int(part or 0) for part in match.groups()) if match else (0, 0, 0, 0)
    period = Period(12 * years + months, 7 * weeks + days)
    if period == NOTHING:
        raise PeriodError("is not a period: write P35D, P3M, P1Y or the like")
    return period


@lru_cache(maxsize=1024)
def _text(months: int, days: int) -> str:
    years, months = divmod(months, 12)
    parts = ((years, "Y"), (months, "M"), (days, "D"))
    return "P" + "".join(f"{count}{unit}" for count, unit in parts if count)


def _plus_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
