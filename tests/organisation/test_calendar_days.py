"""China's working days: as the State Council has them; what the library tells is checked against its notices."""

import asyncio
import os
import sys
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.db.patience import wait_until
from app.kernel.coverage.span import Span
from app.kernel.coverage.working_days import BeyondCalendarError
from app.organisation.calendar_days import Calendar, CalendarDays, days_of, told, working_days
from app.organisation.calendar_library import (
    CalendarUntoldError,
    library_days,
    library_days_apart,
    reach_on,
    release_of,
    source,
)
from tests.service import NOON

TODAY: Final = date(2026, 11, 22)
YEAR: Final = Span(date(2026, 1, 1), date(2027, 1, 1))
REACH: Final = reach_on(TODAY)


def days(*spans: tuple[int, int, int]) -> set[date]:
    """Days of 2026: month, first day, last day."""
    return {date(2026, month, day) for month, first, last in spans for day in range(first, last + 1)}


REST: Final = (
    days((1, 1, 3))  # 元旦
    | days((2, 15, 23))  # 春节
    | days((4, 4, 6))  # 清明节
    | days((5, 1, 5))  # 劳动节
    | days((6, 19, 21))  # 端午节
    | days((9, 25, 27))  # 中秋节
    | days((10, 1, 7))  # 国庆节
)
"""国务院办公厅关于2026年部分节假日安排的通知, of November 2025."""

MAKE_UP: Final = {
    date(2026, 1, 4),
    date(2026, 2, 14),
    date(2026, 2, 28),
    date(2026, 5, 9),
    date(2026, 9, 20),
    date(2026, 10, 10),
}
"""上班 on these Saturdays and Sundays, by the same notice."""


@cache
def china() -> CalendarDays:
    return library_days("CN", REACH)


def calendar(days: CalendarDays) -> Calendar:
    return Calendar("CN", 1, days.digest, "holidays 0.109", NOON, days)


def test_china_rests_in_2026_as_the_state_council_says_and_works_on_the_make_up_days() -> None:
    resting = {day for day in days_of(YEAR) if not china().works(day)}
    assert resting == {day for day in days_of(YEAR) if day.weekday() >= 5} - MAKE_UP | REST


@pytest.mark.parametrize(
    ("month", "count"),
    [(1, 21), (2, 16), (3, 22), (4, 21), (5, 19), (6, 21), (7, 23), (8, 21), (9, 22), (10, 18), (11, 21), (12, 23)],
)
def test_each_month_of_2026_has_the_working_days_that_were_counted_by_hand(month: int, count: int) -> None:
    first = date(2026, month, 1)
    until = date(2026 + month // 12, month % 12 + 1, 1)
    assert working_days(calendar(china())).count(Span(first, until)) == count


def test_the_make_up_sunday_before_the_national_day_is_worked_and_the_sunday_after_it_not() -> None:
    working = working_days(calendar(china()))
    assert working.on(date(2026, 9, 20))
    assert working.on(date(2026, 10, 10))
    assert not working.on(date(2026, 10, 11))


def test_it_reaches_from_2016_to_the_end_of_the_year_after_next() -> None:
    assert Span(date(2016, 1, 1), date(2029, 1, 1)) == REACH
    with pytest.raises(BeyondCalendarError):
        working_days(calendar(china())).on(date(2029, 1, 1))


def test_a_year_without_a_notice_yet_rests_on_what_is_certain_and_has_no_make_up_days() -> None:
    next_year = Span(date(2027, 1, 1), date(2028, 1, 1))
    assert not china().works(date(2027, 10, 1))
    assert not [day for day in china().work if next_year.holds(day)]


def test_a_country_whose_weekend_is_another_works_on_sundays() -> None:
    saudi = library_days("SA", YEAR)
    assert saudi.works(date(2026, 11, 22))
    assert not saudi.works(date(2026, 11, 20))


def test_a_country_that_the_library_has_not_is_named() -> None:
    with pytest.raises(CalendarUntoldError, match="no country XX"):
        library_days("XX", YEAR)


@pytest.mark.anyio
async def test_a_process_of_its_own_tells_the_same() -> None:
    assert await library_days_apart("CN", REACH) == china()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the process as Linux tells it")
@pytest.mark.anyio
async def test_ctrl_c_is_not_heard_by_the_process_that_is_asked() -> None:
    """A terminal tells all who are of one group."""
    groups: set[int] = set()

    def is_asked() -> bool:
        groups.update(_groups_of_the_asked())
        return bool(groups)

    async with asyncio.TaskGroup() as group:
        group.create_task(library_days_apart("CN", REACH))
        assert await asyncio.to_thread(wait_until, is_asked, 20)
        assert os.getpgid(0) not in groups


def _groups_of_the_asked() -> set[int]:
    """Of our children that ask the library."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
    asked = [each for each in children if b"calendar_library" in Path(f"/proc/{each}/cmdline").read_bytes()]
    return {os.getpgid(int(each)) for each in asked}


@pytest.mark.anyio
async def test_a_stop_is_heard_though_the_process_ends_in_the_same_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is gone when it is to be killed, which is no reason to go on."""
    ended = asyncio.Event()
    create = asyncio.create_subprocess_exec

    async def that_has_ended(*command: str, **options: Any) -> asyncio.subprocess.Process:
        process = await create(sys.executable, "-c", "", **options)

        async def communicate() -> None:
            await process.wait()
            ended.set()
            await asyncio.Event().wait()

        monkeypatch.setattr(process, "communicate", communicate)
        return process

    monkeypatch.setattr(asyncio, "create_subprocess_exec", that_has_ended)
    asked = asyncio.create_task(library_days_apart("CN", REACH))
    await ended.wait()
    asked.cancel()
    async with asyncio.timeout(20):
        await asyncio.wait([asked])
    assert asked.cancelled()


@pytest.mark.anyio
async def test_a_process_of_its_own_says_why_it_could_not() -> None:
    with pytest.raises(CalendarUntoldError, match="no country XX"):
        await library_days_apart("XX", REACH)


def test_releases_compare_as_numbers() -> None:
    assert release_of(source()) is not None
    releases = [release_of(f"holidays {each}") for each in ("0.9", "0.109", "0.110", "1.0")]
    assert releases == [(0, 9), (0, 109), (0, 110), (1, 0)]
    assert release_of("bank") is None


DAYS: Final = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(st.sets(DAYS))
def test_a_calendar_says_of_each_day_what_it_was_told(worked: set[date]) -> None:
    found = told(YEAR, worked)
    assert set(found.worked()) == worked


@given(st.sets(DAYS), st.dictionaries(DAYS, st.booleans()))
def test_turned_days_are_as_they_were_turned_and_no_others(worked: set[date], turned: dict[date, bool]) -> None:
    before = told(YEAR, worked)
    after = before.turned(turned)
    for day in days_of(YEAR):
        assert after.works(day) == turned.get(day, before.works(day))
    assert before.turned(after.changes_from(before)) == after


@given(st.sets(DAYS), st.sets(DAYS))
def test_two_that_say_the_same_have_the_same_digest_and_no_others(one: set[date], other: set[date]) -> None:
    assert (told(YEAR, one).digest == told(YEAR, other).digest) == (one == other)


def test_days_beyond_the_reach_are_not_turned() -> None:
    plain = told(YEAR, {date(2026, 1, 5)})
    assert plain.turned({YEAR.start - timedelta(1): True, YEAR.until: True}) == plain
