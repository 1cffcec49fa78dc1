"""Moments of days: when the clocks of a zone show a time, and when a day begins there."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

_DAY: Final = timedelta(days=1)


def moment(day: date, zone: tzinfo, wall: time = time()) -> datetime:
    """When the clocks of a zone show a time on a day, in UTC; by itself, when the day begins.

    Where they show it twice, the first time; where they leap over it, when they do.
    """
    shown = datetime.combine(day, wall, zone)
    once, again = shown.astimezone(UTC), shown.replace(fold=1).astimezone(UTC)
    return _leap(again, once, zone) if again < once else once  # as PEP 495 has it, of a time that is leapt over


def is_over(day: date, zone: tzinfo) -> datetime:
    """The moment at which a day is over in a zone, in UTC: until then what is due on it is in time."""
    return moment(day + _DAY, zone)


def _leap(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The moment between two, to the second, at which the clocks of a zone leap forward."""
    shown = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == shown:
            before = middle
        else:
            after = middle
    return after
