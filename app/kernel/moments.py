"""Moments of days: where in time a day of a zone begins."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


def begins(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day in a zone, in UTC.

    Where clocks go forward at midnight that is the moment at which they do; where midnight comes twice, the first.
    """
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def is_over(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which a day is over in a zone, in UTC: until then what is due on it is in time."""
    return begins(day + _DAY, zone)
