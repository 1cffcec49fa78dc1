"""Whether what an officer is to make fits into his days: November 2026 by hand, and what holds of any load."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.coverage.capacity import NO_LOAD, Load, at_work, load, loads
from app.kernel.coverage.span import Span
from app.kernel.coverage.working_days import BeyondCalendarError
from tests.kernel.coverage.november import NOVEMBER, WEEKDAYS, YEAR, days, november


def test_a_manager_with_forty_clients_of_three_visits_is_overloaded_at_five_a_day() -> None:
    """21 working days at 5 make 105; 40 × 3 = 120 leave 15 over."""
    found = load(120, NOVEMBER, WEEKDAYS, 5)
    assert (found.working_days, found.capacity, found.overload) == (21, 105, 15)
    assert (found.ratio, found.verdict) == (Fraction(8, 7), "overloaded")


def test_a_week_of_leave_takes_its_days_out() -> None:
    """16–20 November: 16 days are left."""
    own = at_work(WEEKDAYS, [days(16, 21), days(18, 23)])
    assert load(48, NOVEMBER, own, 3) == Load(48, 16, 48, 0)
    assert own.count(days(16, 23)) == 0


def test_leave_that_begins_and_ends_beyond_the_calendar_is_leave_within_it() -> None:
    assert at_work(WEEKDAYS, [Span(date.min, date.max)]).count(YEAR) == 0
    assert at_work(WEEKDAYS, [Span(date.min, YEAR.start)]).count(YEAR) == WEEKDAYS.count(YEAR)


@pytest.mark.parametrize(
    ("to_make", "verdict"), [(0, "nothing_to_make"), (41, "fits"), (42, "full"), (43, "overloaded")]
)
def test_the_verdict_turns_where_the_room_ends(to_make: int, verdict: str) -> None:
    assert load(to_make, NOVEMBER, WEEKDAYS, 2).verdict == verdict


def test_without_a_day_left_nothing_fits_and_there_is_no_ratio() -> None:
    weekend = load(1, days(7, 9), WEEKDAYS, 5)
    assert (weekend.capacity, weekend.overload, weekend.ratio, weekend.verdict) == (0, 1, None, "overloaded")
    assert load(0, days(7, 9), WEEKDAYS, 5).verdict == "nothing_to_make"


def test_days_beyond_the_calendar_are_not_guessed() -> None:
    with pytest.raises(BeyondCalendarError):
        load(1, Span(november(30), date(2027, 1, 2)), WEEKDAYS, 1)


def test_the_free_days_of_one_do_not_hide_the_overload_of_another() -> None:
    both = loads([load(0, NOVEMBER, WEEKDAYS, 5), load(120, NOVEMBER, WEEKDAYS, 5)])
    assert (both.ratio, both.overload, both.verdict) == (Fraction(4, 7), 15, "overloaded")


some_loads = st.lists(
    st.builds(
        lambda to_make, per_day: load(to_make, NOVEMBER, WEEKDAYS, per_day), st.integers(0, 99), st.integers(0, 4)
    ),
    max_size=6,
)


@given(some_loads, st.data())
def test_children_make_the_parent_however_they_are_grouped(parts: list[Load], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(parts)))
    shuffled = data.draw(st.permutations(parts))
    assert loads([loads(shuffled[:cut]), loads(shuffled[cut:])]) == loads(parts)
    assert loads([]) == NO_LOAD


@given(some_loads)
def test_what_is_to_be_made_either_fits_or_is_overload(parts: list[Load]) -> None:
    for each in parts:
        assert each.to_make == min(each.to_make, each.capacity) + each.overload
        assert (each.verdict == "overloaded") == (each.ratio is None or each.ratio > 1 if each.to_make else False)
