"""What is done with calendars: listed, read, amended. They are the whole bank's: a key of a unit changes none."""

from collections.abc import Iterator, Sequence
from datetime import date

from app.organisation.calendar_days import Calendar
from app.organisation.calendar_keeping import amend
from app.organisation.calendar_reading import latest, latest_of_each, numbered
from app.organisation.faults import Fault, raise_first, refused
from app.organisation.refusals import BeyondCalendar, CalendarNotFound, WholeBankOnly
from app.trail.change import Change, Reading


async def listed_calendars(reads: Reading, after: str | None, limit: int) -> Sequence[Calendar]:
    """The last version of each calendar by name, those behind `after`."""
    return await latest_of_each(reads.session, after, limit)


async def read_calendar(reads: Reading, name: str, number: int | None) -> Calendar:
    """One version, the last where none is named; raises CalendarNotFound."""
    session = reads.session
    found = await latest(session, name) if number is None else await numbered(session, name, number)
    if found is None:
        raise CalendarNotFound
    return found


async def amend_calendar(
    change: Change, name: str, rest: Sequence[date], work: Sequence[date], reason: str
) -> tuple[Calendar, bool]:
    """Have days be of rest or worked: the calendar then, and whether that is a new version.

    Raises WholeBankOnly, CalendarNotFound, BeyondCalendar.
    """
    if change.actor.unit is not None:
        change.deny(refused("calendar", name, None, "calendars are the whole bank's"))
        raise WholeBankOnly
    raise_first(change, [*_faults(await read_calendar(change, name, None), rest, work)])
    found = await amend(change, name, dict.fromkeys(rest, False) | dict.fromkeys(work, True), reason)
    if found is None:
        raise CalendarNotFound
    return found


def _faults(known: Calendar, rest: Sequence[date], work: Sequence[date]) -> Iterator[Fault]:
    reach = known.days.reach
    for name, days in (("rest", rest), ("work", work)):
        for at, day in enumerate(days):
            if not reach.holds(day):
                says = f"the calendar reaches from {reach.start} to before {reach.until}"
                yield Fault((name, at), BeyondCalendar, says)
    both = set(rest) & set(work)
    for at, day in enumerate(work):
        if day in both:
            yield Fault(("work", at), BeyondCalendar, "is to be a day of rest too: name it once")
