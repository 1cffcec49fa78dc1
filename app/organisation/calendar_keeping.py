"""Keeping a calendar: a new version whenever the library tells another than is known, and when the bank amends it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.organisation.calendar_days import Calendar, CalendarDays, amended
from app.organisation.calendar_library import release_of
from app.organisation.calendar_reading import latest, versions
from app.organisation.tables import CalendarVersion
from app.trail.change import Change
from app.trail.entry import Entry

BANK: Final = "bank"
"""The source of a version that the bank amended."""

_TABLE: Final[Any] = CalendarVersion.__table__


async def is_current(session: AsyncSession, name: str, source: str, days_until: date) -> bool:
    """Whether the library's release, or a later one, was asked already as far as this day."""
    asked = select(_TABLE.c.source, _TABLE.c.reach_until).where(_TABLE.c.name == name)
    ours = (release_of(source) or (), days_until)
    rows = [*await session.execute(asked)]
    return any((release_of(row.source) or (), row.reach_until) >= ours for row in rows)


async def store_told(change: Change, name: str, told: CalendarDays, source: str) -> Calendar | None:
    """Store what the library tells, with the bank's amendments carried over; None where that is known already.

    Any number of processes may: the first stores it. One with an older release, or a clock in the year before, changes
    nothing.
    """
    await _one_at_a_time(change, name)
    before = await versions(change.session, name)
    if _is_older(told, source, before):
        return None
    days = amended(told, _amendments(before))
    if before and before[-1].digest == days.digest:
        return None
    return await _store(change, name, days, source)


async def amend(change: Change, name: str, days: Mapping[date, bool], reason: str) -> tuple[Calendar, bool] | None:
    """Have days be worked (true) or of rest (false): the calendar then, and whether that is a new version.

    None where there is no such calendar. The days are within its reach.
    """
    await _one_at_a_time(change, name)
    known = await latest(change.session, name)
    if known is None:
        return None
    turned = known.days.turned(days)
    if turned.digest == known.digest:
        return known, False
    return await _store(change, name, turned, BANK, reason), True


def _amendments(before: Sequence[Calendar]) -> Iterator[Mapping[date, bool]]:
    """What the bank changed, the oldest first."""
    for old, new in pairwise(before):
        if new.source == BANK:
            yield new.days.changes_from(old.days)


def _is_older(told: CalendarDays, source: str, before: Sequence[Calendar]) -> bool:
    releases = [release for each in before if (release := release_of(each.source)) is not None]
    ours = release_of(source) or ()
    return bool(releases and ours < max(releases)) or bool(before and told.reach.until < before[-1].days.reach.until)


async def _store(change: Change, name: str, days: CalendarDays, source: str, reason: str | None = None) -> Calendar:
    """Write the next version; by a clock that is behind it is known from when the one before is."""
    old = await latest(change.session, name)
    number, now = (1, change.now) if old is None else (old.number + 1, max(change.now, old.recorded_at))
    new = Calendar(name, number, days.digest, source, now, days)
    row = {
        "name": name,
        "number": number,
        "digest": new.digest,
        "source": source,
        "reach_from": days.reach.start,
        "reach_until": days.reach.until,
        "rest": sorted(days.rest),
        "work": sorted(days.work),
        "recorded_at": now,
        "recorded_by": change.actor.identity,
    }
    await change.session.execute(insert(_TABLE), [row])
    await change.note(_entry(old, new, reason))
    return new


def _entry(old: Calendar | None, new: Calendar, reason: str | None) -> Entry:
    """What the trail says of a version: whence it is and, of the bank's own, the days that it changed."""
    before = None if old is None else {"version": old.number, "source": old.source, "digest": old.digest}
    after: dict[str, Any] = {"version": new.number, "source": new.source, "digest": new.digest}
    if new.source == BANK and old is not None:
        changed = sorted(new.days.changes_from(old.days).items())
        after |= {
            "rest": [day.isoformat() for day, worked in changed if not worked],
            "work": [day.isoformat() for day, worked in changed if worked],
        }
    action = "calendar.amended" if new.source == BANK else "calendar.told"
    return Entry(action, "calendar", new.name, None, before, after, reason)


async def _one_at_a_time(change: Change, name: str) -> None:
    """Wait until no other transaction adds a version to the calendar."""
    await change.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"calendar:{name}"))))
