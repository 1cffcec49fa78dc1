"""Targets broken down to the day: November 2026 by hand, and that parts always add up."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.coverage.capacity import at_work
from app.kernel.coverage.owing import Rounding
from app.kernel.coverage.period import MONTHS, CoveragePeriod, period_named, period_of, periods_in
from app.kernel.coverage.span import Span
from app.kernel.coverage.targets import Target, added_up
from app.kernel.coverage.working_days import BeyondCalendarError, WorkingDays
from tests.kernel.coverage.november import NOVEMBER, WEEKDAYS, YEAR, days, november

MONTH = period_named("2026-11")
WHOLE_YEAR = period_named("2026")


def broken_down(period: CoveragePeriod, visits: int, working: WorkingDays, how: Rounding = "up") -> Target:
    """What the period itself owes."""
    return added_up(period, [(period, visits)], working, how)


def built_up(period: CoveragePeriod, months: Mapping[str, int], working: WorkingDays, how: Rounding = "up") -> Target:
    """What its months owe, by their names."""
    owing = ((each, months.get(each.name, 0)) for each in periods_in("month", period.span))
    return added_up(period, owing, working, how)


def table(parts: tuple[Target, ...]) -> list[tuple[str, int]]:
    return [(each.name, each.visits) for each in parts]


def below(target: Target, kind: str) -> list[Target]:
    return [target] if target.kind == kind else [found for part in target.parts for found in below(part, kind)]


def test_three_visits_of_november_fall_to_its_second_third_and_fourth_week() -> None:
    """Rounded up, the first is due on the 1st working day, the next past 7/21 and 14/21: on the 8th and the 15th."""
    found = broken_down(MONTH, 3, WEEKDAYS)
    assert table(found.parts) == [
        ("2026-W44", 0),  # the 1st, a Sunday
        ("2026-W45", 1),
        ("2026-W46", 1),
        ("2026-W47", 1),
        ("2026-W48", 0),
        ("2026-W49", 0),  # the 30th; the rest of the week is December's
    ]
    assert [each.name for each in below(found, "day") if each.visits] == ["2026-11-02", "2026-11-11", "2026-11-20"]
    assert len(below(found, "day")) == 21


def test_fifty_visits_of_november_are_two_or_three_a_day() -> None:
    """By the ends of the weeks 50 × 0, 5, 10, 15, 20, 21 / 21 are 0, 11.9, 23.8, 35.7, 47.6, 50: to the nearest."""
    found = broken_down(MONTH, 50, WEEKDAYS, "nearest")
    assert [each.visits for each in found.parts] == [0, 12, 12, 12, 12, 2]
    assert {each.visits for each in below(found, "day")} == {2, 3}


def test_a_year_is_broken_down_by_the_working_days_of_its_parts() -> None:
    """261 weekdays: 129 to the end of June, 66 in each quarter behind it; 22, 21 and 23 in the last three months."""
    found = broken_down(WHOLE_YEAR, 261, WEEKDAYS)
    assert table(found.parts) == [("2026-H1", 129), ("2026-H2", 132)]
    assert table(found.parts[1].parts) == [("2026-Q3", 66), ("2026-Q4", 66)]
    assert table(found.parts[1].parts[1].parts) == [("2026-10", 22), ("2026-11", 21), ("2026-12", 23)]
    assert all(day.visits == 1 for day in below(found, "day"))


def test_a_week_over_two_months_is_cut_and_keeps_its_name() -> None:
    pieces = [each for each in below(broken_down(WHOLE_YEAR, 261, WEEKDAYS), "week") if each.name == "2026-W49"]
    assert [(each.span, each.visits) for each in pieces] == [
        (days(30, 31), 1),
        (Span(date(2026, 12, 1), date(2026, 12, 7)), 4),
    ]


def test_leave_asks_for_nothing_and_the_other_days_for_more() -> None:
    own = at_work(WEEKDAYS, [days(2, 16)])
    found = broken_down(MONTH, 22, own)
    assert [each.visits for each in found.parts] == [0, 0, 0, 10, 10, 2]


def test_what_falls_into_a_month_of_leave_is_due_on_its_last_day() -> None:
    found = broken_down(MONTH, 2, at_work(WEEKDAYS, [NOVEMBER]))
    assert [(each.name, each.visits) for each in below(found, "day")] == [("2026-11-30", 2)]
    assert found.visits == 2


def test_months_add_up_to_quarters_and_years() -> None:
    found = built_up(WHOLE_YEAR, {"2026-01": 4, "2026-10": 1, "2026-11": 3, "2026-12": 2}, WEEKDAYS)
    assert (found.visits, table(found.parts)) == (10, [("2026-H1", 4), ("2026-H2", 6)])
    assert table(found.parts[1].parts) == [("2026-Q3", 0), ("2026-Q4", 6)]
    assert found.parts[1].parts[1].parts[1] == broken_down(MONTH, 3, WEEKDAYS)


def test_a_year_beyond_the_calendar_is_not_guessed() -> None:
    with pytest.raises(BeyondCalendarError):
        broken_down(period_named("2027"), 12, WEEKDAYS)


kinds = st.sampled_from(sorted(MONTHS))
in_the_year = st.dates(YEAR.start, YEAR.until - timedelta(days=1))
roundings: st.SearchStrategy[Rounding] = st.sampled_from(["up", "down", "nearest"])
leaves = st.lists(
    st.tuples(in_the_year, st.integers(1, 90)).map(lambda leave: Span(leave[0], leave[0] + timedelta(leave[1])))
)
calendars = leaves.map(lambda away: at_work(WEEKDAYS, away))
month_names = st.integers(1, 12).map(lambda month: f"2026-{month:02}")


def every(target: Target) -> Iterator[Target]:
    yield target
    for part in target.parts:
        yield from every(part)


def check(whole: Target, working: WorkingDays) -> None:
    """At each level the parts add up, follow each other without a gap, and none is negative."""
    for each in every(whole):
        assert each.visits >= 0
        if each.kind == "day":
            continue
        assert sum(part.visits for part in each.parts) == each.visits
        if each.kind != "week":
            assert [each.parts[0].span.start, each.parts[-1].span.until] == list(each.span)
            assert all(one.span.until == two.span.start for one, two in pairwise(each.parts))
        elif working.count(each.span):
            assert {part.span.start for part in each.parts} >= set(working.of(each.span))


@given(kinds, in_the_year, st.integers(0, 3000), calendars, roundings)
def test_at_every_level_the_parts_add_up_to_the_whole(
    kind: str, day: date, visits: int, working: WorkingDays, how: Rounding
) -> None:
    whole = broken_down(period_of(kind, day), visits, working, how)
    assert whole.visits == visits
    check(whole, working)


@given(kinds, in_the_year, st.dictionaries(month_names, st.integers(0, 300)), calendars, roundings)
def test_what_is_built_up_of_months_adds_up_at_every_level(
    kind: str, day: date, months: dict[str, int], working: WorkingDays, how: Rounding
) -> None:
    whole = built_up(period_of(kind, day), months, working, how)
    assert {each.name: each.visits for each in below(whole, "month") if each.visits} == {
        name: visits for name, visits in months.items() if visits and whole.span.holds(date.fromisoformat(f"{name}-01"))
    }
    check(whole, working)


@given(st.integers(0, 3000), calendars.filter(lambda working: bool(working.count(YEAR))), roundings)
def test_days_of_work_differ_by_one_visit_at_most_and_other_days_ask_for_none(
    visits: int, working: WorkingDays, how: Rounding
) -> None:
    each_day = {day.span.start: day.visits for day in below(broken_down(WHOLE_YEAR, visits, working, how), "day")}
    assert list(each_day) == working.of(YEAR)
    assert max(each_day.values()) - min(each_day.values()) <= 1


def test_november_in_weeks_has_every_day_once() -> None:
    weeks = broken_down(MONTH, 0, WEEKDAYS).parts
    assert [each.span.start for each in weeks] == [november(day) for day in (1, 2, 9, 16, 23, 30)]


def test_what_months_and_quarters_owe_adds_up() -> None:
    """Of the quarter's six October has 22 of 66 working days, so two; November 43/66, rounded up four: two more."""
    owing = [(period_named("2026-11"), 3), (period_named("2026-Q4"), 6), (period_named("2026-H2"), 0)]
    found = added_up(WHOLE_YEAR, owing, WEEKDAYS)
    assert (found.visits, table(below(found, "quarter")[-1].parts)) == (
        9,
        [("2026-10", 2), ("2026-11", 3 + 2), ("2026-12", 2)],
    )


@given(st.dictionaries(st.sampled_from(sorted(MONTHS)), st.integers(0, 99)), st.sampled_from(["up", "down", "nearest"]))
def test_parts_of_what_adds_up_add_up_at_every_level(visits: dict[str, int], how: Rounding) -> None:
    day = november(10)
    found = added_up(WHOLE_YEAR, [(period_of(kind, day), number) for kind, number in visits.items()], WEEKDAYS, how)
    assert found.visits == sum(visits.values())
    for level in ("year", "half_year", "quarter", "month", "week"):
        for target in below(found, level):
            assert sum(part.visits for part in target.parts) == target.visits
