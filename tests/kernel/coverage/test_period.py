"""Periods, spans and working days."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.coverage.period import MONTHS, PeriodNameError, period_named, period_of, periods_in
from app.kernel.coverage.span import Span, merged, without
from app.kernel.coverage.working_days import BeyondCalendarError, WorkingDays
from tests.kernel.coverage.november import NOVEMBER, WEEKDAYS, YEAR, days, november

kinds = st.sampled_from(sorted(MONTHS))
dates = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("kind", "day", "name", "start", "until"),
    [
        ("month", date(2026, 11, 30), "2026-11", date(2026, 11, 1), date(2026, 12, 1)),
        ("month", date(2024, 2, 29), "2024-02", date(2024, 2, 1), date(2024, 3, 1)),
        ("quarter", date(2026, 11, 1), "2026-Q4", date(2026, 10, 1), date(2027, 1, 1)),
        ("half_year", date(2026, 6, 30), "2026-H1", date(2026, 1, 1), date(2026, 7, 1)),
        ("year", date(2026, 12, 31), "2026", date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_periods_are_the_calendars_own(kind: str, day: date, name: str, start: date, until: date) -> None:
    assert period_of(kind, day) == (kind, (start, until))
    assert period_of(kind, day).name == name


@given(kinds, dates)
def test_a_period_is_named_as_it_is_read(kind: str, day: date) -> None:
    period = period_of(kind, day)
    assert period_named(period.name) == period
    assert period.span.holds(day)


@pytest.mark.parametrize(
    "text",
    ["", "2026-13", "2026-0", "2026-1", "26-01", "2026-Q5", "2026-H0", "2026-q1", "\uff12\uff10\uff12\uff16", "0000"],
)
def test_a_text_that_names_no_period_is_refused(text: str) -> None:
    with pytest.raises(PeriodNameError):
        period_named(text)


@given(kinds, dates, st.integers(1, 1000))
def test_periods_follow_each_other_without_a_gap(kind: str, day: date, length: int) -> None:
    found = list(periods_in(kind, Span(day, day + timedelta(days=length))))
    assert found[0].span.holds(day)
    assert found[-1].span.holds(day + timedelta(days=length - 1))
    assert all(one.span.until == two.span.start for one, two in pairwise(found))


month_days = st.integers(1, 31)
spans = st.tuples(month_days, month_days).filter(lambda two: two[0] < two[1]).map(lambda two: days(*two))


@given(spans, st.lists(spans, max_size=4))
def test_what_is_left_and_what_is_gone_are_the_whole(whole: Span, gone: list[Span]) -> None:
    left = list(without(whole, gone))
    month = [november(day) for day in range(1, 31)]
    held = {day for day in month if any(each.holds(day) for each in left)}
    assert held == {day for day in month if whole.holds(day) and not any(each.holds(day) for each in gone)}
    assert merged(left) == tuple(left)


def test_november_has_21_working_days() -> None:
    assert WEEKDAYS.count(NOVEMBER) == 21
    assert (WEEKDAYS.on(november(6)), WEEKDAYS.on(november(7))) == (True, False)
    assert WEEKDAYS.closed({november(6), november(7)}).count(NOVEMBER) == 20


@given(st.sets(st.dates(YEAR.start, YEAR.until - timedelta(days=1))), spans)
def test_working_days_are_counted_as_they_are_listed(some: set[date], span: Span) -> None:
    working = WorkingDays(YEAR, some)
    assert working.count(span) == len(working.of(span)) == sum(span.holds(day) for day in some)


def test_no_day_is_guessed_beyond_the_calendar() -> None:
    with pytest.raises(BeyondCalendarError):
        WEEKDAYS.count(Span(date(2025, 12, 31), date(2026, 2, 1)))
    with pytest.raises(BeyondCalendarError):
        WEEKDAYS.on(date(2027, 1, 1))
