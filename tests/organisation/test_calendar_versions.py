"""Calendars change by versions: what the library tells, with what the bank amended carried over, known since when."""

import asyncio
from datetime import date, timedelta
from typing import Final

import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import Sessions
from app.kernel.coverage.span import Span
from app.organisation.calendar_days import Calendar, CalendarDays, days_of, told, working_days
from app.organisation.calendar_keeping import amend, is_current, store_told
from app.organisation.calendar_reading import calendar_as_of, versions
from app.organisation.refusals import CalendarMissing
from tests.organisation.conftest import Trail
from tests.service import NOON, change_of

pytestmark = pytest.mark.anyio

REACH: Final = Span(date(2026, 1, 1), date(2028, 1, 1))
LONGER: Final = Span(date(2026, 1, 1), date(2029, 1, 1))
MONDAY: Final = date(2026, 11, 23)
TUESDAY: Final = date(2026, 11, 24)
SATURDAY: Final = date(2026, 11, 28)
DAY: Final = timedelta(days=1)


def weekdays(reach: Span = REACH, *rest: date) -> CalendarDays:
    return told(reach, {day for day in days_of(reach) if day.weekday() < 5 and day not in rest})


async def tells(session: AsyncSession, days: CalendarDays, release: str = "0.1", late: timedelta = DAY * 0) -> None:
    await store_told(change_of(session, now=NOON + late), "CN", days, f"holidays {release}")


async def numbers(session: AsyncSession) -> list[tuple[int, str]]:
    return [(each.number, each.source) for each in await versions(session, "CN")]


async def known(session: AsyncSession) -> Calendar:
    return await calendar_as_of(session, "CN", NOON + DAY * 365)


async def test_what_the_library_tells_is_stored_once(session: AsyncSession) -> None:
    for _ in range(2):
        await tells(session, weekdays())
    assert await numbers(session) == [(1, "holidays 0.1")]
    assert await is_current(session, "CN", "holidays 0.1", REACH.until)
    assert not await is_current(session, "CN", "holidays 0.2", REACH.until)
    assert not await is_current(session, "CN", "holidays 0.1", LONGER.until)
    assert not await is_current(session, "DE", "holidays 0.1", REACH.until)


async def test_a_moment_has_the_version_that_was_known_then(session: AsyncSession) -> None:
    await tells(session, weekdays())
    await tells(session, weekdays(REACH, MONDAY), "0.2", DAY)
    before = await calendar_as_of(session, "CN", NOON + DAY - timedelta(microseconds=1))
    after = await calendar_as_of(session, "CN", NOON + DAY)
    assert (before.number, working_days(before).on(MONDAY)) == (1, True)
    assert (after.number, working_days(after).on(MONDAY)) == (2, False)
    assert (await calendar_as_of(session, "CN", NOON - DAY)).number == 1


async def test_where_there_is_no_calendar_nothing_is_counted(session: AsyncSession) -> None:
    await tells(session, weekdays())
    with pytest.raises(CalendarMissing, match="DE"):
        await calendar_as_of(session, "DE", NOON)


async def test_a_version_is_read_and_its_days_are_counted_once_in_a_process(session: AsyncSession) -> None:
    await tells(session, weekdays())
    first, again = [await known(session) for _ in range(2)]
    assert first is again
    assert working_days(first) is working_days(again)


async def test_the_bank_s_amendments_are_carried_over_to_what_the_library_tells_next(session: AsyncSession) -> None:
    await tells(session, weekdays())
    await amend(change_of(session), "CN", {MONDAY: False, SATURDAY: True}, "moved by the branch")
    await tells(session, weekdays(LONGER, TUESDAY), "0.2")
    assert await numbers(session) == [(1, "holidays 0.1"), (2, "bank"), (3, "holidays 0.2")]
    working = working_days(await known(session))
    assert [working.on(day) for day in (MONDAY, TUESDAY, SATURDAY)] == [False, False, True]


async def test_the_last_amendment_of_a_day_counts(session: AsyncSession) -> None:
    await tells(session, weekdays())
    for worked in (False, True):
        await amend(change_of(session), "CN", {MONDAY: worked}, "as the notice says")
    await tells(session, weekdays(REACH, MONDAY, TUESDAY), "0.2")
    working = working_days(await known(session))
    assert [working.on(day) for day in (MONDAY, TUESDAY)] == [True, False]


async def test_what_the_bank_amended_already_is_no_news_from_the_library(session: AsyncSession) -> None:
    await tells(session, weekdays())
    await amend(change_of(session), "CN", {MONDAY: False}, "as the notice says")
    await tells(session, weekdays(REACH, MONDAY), "0.2")
    assert await numbers(session) == [(1, "holidays 0.1"), (2, "bank")]


async def test_an_amendment_that_changes_nothing_is_no_version(session: AsyncSession) -> None:
    await tells(session, weekdays())
    found = await amend(change_of(session), "CN", {MONDAY: True, SATURDAY: False}, "no news")
    assert found is not None
    assert (found[0].number, found[1]) == (1, False)
    assert await amend(change_of(session), "DE", {MONDAY: False}, "no such calendar") is None


async def test_an_older_release_and_a_clock_in_the_year_before_change_nothing(session: AsyncSession) -> None:
    await tells(session, weekdays(LONGER), "0.10")
    await tells(session, weekdays(LONGER, MONDAY), "0.9")
    await tells(session, weekdays(REACH), "0.10")
    assert await numbers(session) == [(1, "holidays 0.10")]


async def test_by_a_clock_that_is_behind_a_version_is_known_when_the_one_before_is(session: AsyncSession) -> None:
    await tells(session, weekdays())
    await tells(session, weekdays(REACH, MONDAY), "0.2", -DAY)
    assert (await calendar_as_of(session, "CN", NOON - DAY)).number == 1
    assert (await calendar_as_of(session, "CN", NOON)).number == 2


async def test_the_trail_tells_of_versions_and_of_the_days_that_the_bank_changed(
    session: AsyncSession, trail: Trail
) -> None:
    await tells(session, weekdays())
    await amend(change_of(session), "CN", {MONDAY: False, SATURDAY: True}, "moved by the branch")
    await session.commit()
    first, second = await trail("CN")
    assert (first["action"], first["after"]["source"]) == ("calendar.told", "holidays 0.1")
    assert (second["action"], second["reason"]) == ("calendar.amended", "moved by the branch")
    assert (second["after"]["rest"], second["after"]["work"]) == (["2026-11-23"], ["2026-11-28"])


async def test_of_many_replicas_that_ask_at_once_one_stores_the_version(lasting_app: FastAPI) -> None:
    made: Sessions = lasting_app.state.sessions

    async def one() -> bool:
        async with made.begin() as session:
            return await store_told(change_of(session), "CN", weekdays(), "holidays 0.1") is not None

    assert sorted(await asyncio.gather(*(one() for _ in range(4)))) == [False, False, False, True]
