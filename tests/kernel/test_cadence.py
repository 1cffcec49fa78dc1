"""Periods of policy, and the days they reach."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.cadence import Period, PeriodError, parse_period


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("P35D", Period(0, 35)),
        ("P2W", Period(0, 14)),
        ("P3M", Period(3, 0)),
        ("P1Y", Period(12, 0)),
        ("P18M", Period(18, 0)),
        ("P1Y6M", Period(18, 0)),
        ("P1Y2M3W4D", Period(14, 25)),
        (" P3M ", Period(3, 0)),
        ("P0Y3M", Period(3, 0)),
    ],
)
def test_periods_are_months_and_days(text: str, period: Period) -> None:
    assert parse_period(text) == period


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "P0D",
        "P0M0D",
        "3M",
        "p3m",
        "P-3M",
        "P3",
        "P1.5M",
        "PT1H",
        "P1DT1H",
        "P3M1Y",
        "P\N{FULLWIDTH DIGIT THREE}M",
        "P3M\x00",
        "P1000Y",
    ],
)
def test_what_is_no_period_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(PeriodError, match=r"^is not a period: write P35D, P3M, P1Y or the like$"):
        parse_period(text)


@pytest.mark.parametrize(
    ("text", "shown"), [("P1Y", "P1Y"), ("P12M", "P1Y"), ("P18M", "P1Y6M"), ("P2W", "P14D"), ("P1M31D", "P1M31D")]
)
def test_a_period_shows_its_shortest_text(text: str, shown: str) -> None:
    assert str(parse_period(text)) == shown


@given(st.builds(Period, st.integers(0, 5000), st.integers(0, 9999)).filter(lambda each: each != Period(0, 0)))
def test_a_shown_period_is_read_back_as_itself(period: Period) -> None:
    assert parse_period(str(period)) == period


@pytest.mark.parametrize(
    ("day", "text", "later"),
    [
        (date(2026, 1, 31), "P1M", date(2026, 2, 28)),
        (date(2028, 1, 31), "P1M", date(2028, 2, 29)),
        (date(2026, 8, 31), "P3M", date(2026, 11, 30)),
        (date(2028, 2, 29), "P1Y", date(2029, 2, 28)),
        (date(2026, 11, 22), "P3M", date(2027, 2, 22)),
        (date(2026, 12, 31), "P1D", date(2027, 1, 1)),
        (date(2026, 1, 31), "P1M1D", date(2026, 3, 1)),
        (date(2026, 1, 31), "P2M", date(2026, 3, 31)),  # counted from 31 January, not from 28 February
    ],
)
def test_months_end_where_the_month_ends(day: date, text: str, later: date) -> None:
    assert parse_period(text).after(day) == later


@pytest.mark.parametrize(
    ("day", "text", "earlier"),
    [
        (date(2026, 3, 31), "P1M", date(2026, 2, 28)),
        (date(2026, 1, 1), "P35D", date(2025, 11, 27)),
        (date(2028, 2, 29), "P1Y", date(2027, 2, 28)),
        (date(2026, 2, 15), "P3M", date(2025, 11, 15)),
    ],
)
def test_a_period_back(day: date, text: str, earlier: date) -> None:
    assert parse_period(text).before(day) == earlier


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)), st.integers(0, 600))
def test_months_later_is_the_same_day_or_the_last_of_its_month(day: date, months: int) -> None:
    later = Period(months, 0).after(day)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    the_next_day = Period(0, 1).after(later)
    assert later.day == day.day or (later.day < day.day and the_next_day.day == 1)
