"""What is owed in November 2026, worked by hand, and what holds of any month."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.coverage.owing import Absence, Owed, Owes, ProRata, Rounding, expected, owed, part, rounded
from app.kernel.coverage.span import Span
from app.kernel.coverage.working_days import BeyondCalendarError, WorkingDays
from tests.kernel.coverage.november import BOTH, NOVEMBER, WEEKDAYS, YEAR, days, november, owes

BY_DAYS = ProRata()


def of(*spans: Owes, absences: tuple[Absence, ...] = (), terms: ProRata = BY_DAYS) -> Owed:
    return owed(NOVEMBER, spans, absences, WEEKDAYS, terms)


def test_a_whole_month_owes_the_rules_own_figure() -> None:
    found = of(owes(3))
    assert (found.required, found.prorated, found.exact, found.nothing) == (3, 3, Fraction(3), None)
    assert [(line.at_least, line.working_days, line.of) for line in found.basis] == [(3, 21, 21)]


def test_an_owner_of_the_first_ten_days_owes_a_third() -> None:
    """2–6 and 9–10 November are 7 of 21 working days: 3 × 7/21 = 1; the next owner owes 3 × 14/21 = 2."""
    assert of(owes(3, days(1, 11))).prorated == 1
    assert of(owes(3, days(11, 31))).prorated == 2


def test_a_class_that_changes_inside_the_month_owes_each_part_by_its_days() -> None:
    """Class 2 to the 15th, 10 working days at 2; class 1 from the 16th, 11 at 3: (20 + 33)/21 = 2.52, up to 3."""
    found = of(owes(2, days(1, 16)), owes(3, days(16, 31)))
    assert (found.required, found.exact, found.prorated) == (3, Fraction(53, 21), 3)


def test_leave_takes_its_working_days_out_and_says_so() -> None:
    """16–20 November are 5 working days: 3 × 16/21 = 2.29."""
    found = of(owes(3), absences=(Absence(days(16, 21), "leave"),), terms=ProRata(round="nearest"))
    assert (found.exact, found.prorated) == (Fraction(16, 7), 2)
    assert [(line.span, line.at_least, line.working_days, line.why) for line in found.basis] == [
        (days(1, 16), 3, 10, ""),
        (days(16, 21), 0, 5, "leave"),
        (days(21, 31), 3, 6, ""),
    ]


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (of(), "not_owed"),
        (of(owes(0)), "not_owed"),
        (of(owes(3, Span(date(2026, 12, 1), date(2027, 1, 1)))), "not_owed"),
        (of(owes(3), absences=(Absence(NOVEMBER, "leave"),)), "absent"),
        (of(owes(3, days(7, 9))), "no_working_days"),  # a weekend
        (of(owes(3, days(26, 31)), terms=ProRata(min_days=5)), "too_few_days"),
    ],
)
def test_where_nothing_is_owed_the_reason_is_said(found: Owed, why: str) -> None:
    assert (found.prorated, found.nothing) == (0, why)


def test_five_days_are_enough_where_five_are_asked_for() -> None:
    assert of(owes(3, days(24, 31)), terms=ProRata(min_days=5)).prorated == 1


def test_without_pro_rata_a_part_of_a_month_owes_the_whole() -> None:
    assert of(owes(3, days(20, 31)), terms=ProRata(by_days=False)).prorated == 3


@pytest.mark.parametrize(
    ("exact", "up", "nearest", "down"),
    [("7/3", 3, 2, 2), ("5/2", 3, 3, 2), ("8/3", 3, 3, 2), ("2", 2, 2, 2), ("1/21", 1, 0, 0)],
)
def test_parts_are_rounded_as_the_rulebook_says(exact: str, up: int, nearest: int, down: int) -> None:
    share = Fraction(exact)
    assert (rounded(share, "up"), rounded(share, "nearest"), rounded(share, "down")) == (up, nearest, down)


def test_what_is_expected_grows_with_the_working_days_that_are_over() -> None:
    basis = of(owes(3)).basis
    assert expected(basis, WEEKDAYS, november(1)) == 0
    assert expected(basis, WEEKDAYS, november(11)) == 1
    assert expected(basis, WEEKDAYS, NOVEMBER.until) == 3


def test_three_of_november_fall_to_its_weeks() -> None:
    """Before its weeks end 0, 5, 10, 15, 20 and 21 of 21 working days are over; three visits are due by the 20th."""
    weeks = [days(1, 2), days(2, 9), days(9, 16), days(16, 23), days(23, 30), days(30, 31)]
    assert [part(of(owes(3)), week, WEEKDAYS, BY_DAYS) for week in weeks] == [0, 1, 1, 1, 0, 0]
    down = ProRata(round="down")
    assert [part(of(owes(3), terms=down), week, WEEKDAYS, down) for week in weeks] == [0, 0, 1, 1, 0, 1]


def test_where_a_part_of_a_month_owes_the_whole_it_falls_to_the_days_that_owe() -> None:
    """From the 20th on 7 working days owe 3; the first 4 of them, to the 25th, ask for 12/7: 2 of the 3."""
    whole_month = ProRata(by_days=False)
    found = of(owes(3, days(20, 31)), terms=whole_month)
    spans = [days(1, 20), days(20, 26), days(26, 31)]
    assert [part(found, span, WEEKDAYS, whole_month) for span in spans] == [0, 2, 1]


def test_a_period_beyond_the_calendar_is_refused_and_not_guessed() -> None:
    with pytest.raises(BeyondCalendarError):
        owed(Span(date(2027, 1, 1), date(2027, 2, 1)), [], [], WEEKDAYS, BY_DAYS)


month_days = st.integers(1, 31)
spans = st.tuples(month_days, month_days).filter(lambda two: two[0] < two[1]).map(lambda two: days(*two))


@st.composite
def histories(draw: st.DrawFn) -> list[Owes]:
    """Spans of the month that do not overlap."""
    cuts = sorted(draw(st.sets(month_days, max_size=6)))
    return [
        Owes(days(first, until), draw(st.integers(0, 5)), BOTH)
        for first, until in pairwise(cuts)
        if draw(st.booleans())
    ]


absences = st.lists(spans.map(lambda span: Absence(span, "leave")), max_size=3)
calendars = st.sets(st.integers(1, 30).map(november)).map(lambda some: WorkingDays(YEAR, some))
roundings: st.SearchStrategy[Rounding] = st.sampled_from(["up", "down", "nearest"])
all_terms = st.builds(ProRata, st.booleans(), roundings, st.integers(0, 5))


@given(histories(), absences, calendars, st.integers(1, 31))
def test_a_month_cut_in_two_owes_in_its_parts_what_it_owes_whole(
    history: list[Owes], gone: list[Absence], working: WorkingDays, cut: int
) -> None:
    whole = owed(NOVEMBER, history, gone, working, BY_DAYS)
    parts = [
        owed(NOVEMBER, _cut_to(history, part), gone, working, BY_DAYS)
        for part in (days(1, cut), days(cut, 31))
        if part.start < part.until
    ]
    assert sum((part.exact for part in parts), Fraction(0)) == whole.exact
    of_parts = sum(line.working_days for part in parts for line in part.basis)
    assert of_parts == sum(line.working_days for line in whole.basis)


@given(histories(), absences, calendars)
def test_the_basis_is_the_days_that_owe_each_once_and_adds_up(
    history: list[Owes], gone: list[Absence], working: WorkingDays
) -> None:
    found = owed(NOVEMBER, history, gone, working, BY_DAYS)
    named = [day for line in found.basis for day in _days_of(line.span)]
    assert sorted(named) == sorted(day for each in history if each.at_least for day in _days_of(each.span))
    assert found.exact == sum((line.share for line in found.basis), Fraction(0))
    for line in found.basis:
        away = [any(each.span.holds(day) for each in gone) for day in _days_of(line.span)]
        assert not any(away) if line.at_least else all(away)
    assert expected(found.basis, working, NOVEMBER.until) == found.exact


@given(histories(), absences, calendars, all_terms, st.sets(month_days))
def test_the_parts_of_any_cut_add_up_to_what_is_owed_and_none_is_negative(
    history: list[Owes], gone: list[Absence], working: WorkingDays, terms: ProRata, cuts: set[int]
) -> None:
    whole = owed(NOVEMBER, history, gone, working, terms)
    parts = [part(whole, days(first, until), working, terms) for first, until in pairwise(sorted({1, 31} | cuts))]
    assert sum(parts) == whole.prorated
    assert min(parts) >= 0


@given(histories(), absences, calendars, all_terms)
def test_nothing_falls_to_days_that_owe_nothing(
    history: list[Owes], gone: list[Absence], working: WorkingDays, terms: ProRata
) -> None:
    whole = owed(NOVEMBER, history, gone, working, terms)
    owing = [line.span for line in whole.basis if line.at_least]
    for day in _days_of(NOVEMBER):
        if not working.on(day) or not any(span.holds(day) for span in owing):
            assert part(whole, Span(day, day + timedelta(days=1)), working, terms) == 0


def _cut_to(history: list[Owes], part: Span) -> list[Owes]:
    return [each._replace(span=span) for each in history if (span := each.span.within(part))]


def _days_of(span: Span) -> list[date]:
    return [span.start + timedelta(days=at) for at in range((span.until - span.start).days)]
