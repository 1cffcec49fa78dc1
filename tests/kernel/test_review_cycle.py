"""When clients are reviewed, from the due day on: month-ends, the year in full, working days, every zone's clocks."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.cadence import NOTHING, Period, parse_period
from app.kernel.moments import moment
from app.kernel.review_cycle import (
    Cadence,
    Cycle,
    Notices,
    cycle,
    first,
    following,
    on_a_working_day,
    replanned,
)

QUARTERLY = Cadence(Period(3, 0), Period(12, 0))
HALF_YEARLY = Cadence(Period(6, 0), Period(12, 0))
MONTHLY = Cadence(Period(1, 0))
PERIODS = [parse_period(text) for text in ("P1D", "P10D", "P2W", "P1M", "P3M", "P5M", "P6M", "P1M10D", "P1Y", "P18M")]

_DATABASE = files("tzdata")
ZONES = sorted((_DATABASE / "zones").read_text().split())
_RULES = {(_DATABASE / "zoneinfo" / name).read_bytes(): name for name in ZONES}
REGIONS = {at: [*names] for at, names in groupby(sorted(_RULES.values()), key=lambda name: name.partition("/")[0])}
"""Zones by region, of those with the very same clocks one."""

YEARS = range(2024, 2033)

anchors = st.dates(date(2023, 1, 1), date(2032, 12, 31))
cadences = st.builds(Cadence, st.sampled_from(PERIODS), st.sampled_from([None, *PERIODS]))


def day(text: str) -> date:
    return date.fromisoformat(text)


def stepped(anchor: date, cadence: Cadence, number: int) -> list[Cycle]:
    made = [first(anchor, cadence, anchor)]
    for _ in range(number - 1):
        made.append(following(made[-1], cadence, made[-1].day))
    return made


def days(made: list[Cycle]) -> list[str]:
    return [f"{each.day}{' full' if each.full else ''}" for each in made]


# --- one day after the other


def test_month_ends_are_clamped_from_the_anchor_and_never_slip() -> None:
    assert days(stepped(day("2027-01-31"), MONTHLY, 5)) == [
        "2027-02-28",
        "2027-03-31",
        "2027-04-30",
        "2027-05-31",
        "2027-06-30",
    ]


def test_the_29th_of_february_comes_back_in_a_leap_year() -> None:
    yearly = Cadence(Period(12, 0))
    assert days(stepped(day("2024-02-29"), yearly, 4)) == ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]


def test_of_four_quarters_the_fourth_is_the_year_in_full() -> None:
    assert days(stepped(day("2027-01-31"), QUARTERLY, 6)) == [
        "2027-04-30",
        "2027-07-31",
        "2027-10-31",
        "2028-01-31 full",
        "2028-04-30",
        "2028-07-31",
    ]


def test_the_year_in_full_is_the_last_on_or_before_the_anniversary() -> None:
    assert days(stepped(day("2027-01-15"), Cadence(Period(5, 0), Period(12, 0)), 5)) == [
        "2027-06-15",
        "2027-11-15 full",
        "2028-04-15",
        "2028-09-15 full",
        "2029-02-15",
    ]


def test_who_is_reviewed_more_seldom_than_in_full_is_reviewed_in_full_as_often_as_that() -> None:
    assert days(stepped(day("2027-01-15"), Cadence(Period(24, 0), Period(12, 0)), 2)) == [
        "2028-01-15 full",
        "2029-01-15 full",
    ]


def test_nobody_is_planned_into_the_past() -> None:
    found = first(day("2020-01-31"), QUARTERLY, day("2026-11-22"))
    assert (found.day, found.last_day, found.full) == (day("2027-01-31"), day("2026-10-31"), True)


def test_what_was_done_late_does_not_move_the_next() -> None:
    due = first(day("2027-01-31"), QUARTERLY, day("2027-01-31"))
    assert following(due, QUARTERLY, day("2027-06-15")).day == day("2027-07-31")


def test_what_would_have_been_due_meanwhile_is_over_with_it_and_the_year_in_full_stays_owed() -> None:
    third = cycle(day("2027-01-31"), QUARTERLY, 3)
    late = following(third, QUARTERLY, day("2028-03-01"))
    assert days([late, following(late, QUARTERLY, late.day)]) == ["2028-04-30 full", "2028-07-31"]


@given(anchors, cadences, st.integers(1, 30))
def test_a_cycle_is_the_same_computed_directly_and_step_by_step(anchor: date, cadence: Cadence, number: int) -> None:
    assert [cycle(anchor, cadence, at) for at in range(1, number + 1)] == stepped(anchor, cadence, number)


@given(anchors, cadences, st.integers(2, 30))
def test_due_days_strictly_increase_and_each_knows_the_one_before(anchor: date, cadence: Cadence, number: int) -> None:
    made = stepped(anchor, cadence, number)
    assert all(
        one.day < other.day == one.next_day(cadence) and other.last_day == one.day for one, other in pairwise(made)
    )
    assert made[0].last_day == anchor


@given(anchors, st.sampled_from(PERIODS[3:7]))
def test_in_every_year_there_is_one_in_full(anchor: date, every: Period) -> None:
    cadence = Cadence(every, Period(12, 0))
    made = stepped(anchor, cadence, 60)
    fulls = [each.day for each in made if each.full]
    anniversaries = [Period(12 * at, 0).after(anchor) for at in range(1, len(fulls) + 1)]
    assert all(full <= anniversary for full, anniversary in zip(fulls, anniversaries, strict=True))
    last_before = [max(each.day for each in made if each.day <= on) for on in anniversaries]
    assert fulls == last_before


@given(anchors, cadences, st.integers(1, 12), st.integers(0, 800))
def test_the_next_is_behind_the_day_whenever_it_was_done(
    anchor: date, cadence: Cadence, number: int, later: int
) -> None:
    done = cycle(anchor, cadence, number)
    after = done.day + timedelta(days=later)
    found = following(done, cadence, after)
    assert found.last_day <= after < found.day


# --- another tier


def test_a_longer_cadence_moves_the_open_one_from_the_last_due_day() -> None:
    core = first(day("2027-01-31"), QUARTERLY, day("2027-01-31"))
    assert days([replanned(core, QUARTERLY, HALF_YEARLY, day("2027-03-10"))]) == ["2027-07-31"]


def test_a_shorter_cadence_makes_it_due_sooner_never_in_the_past() -> None:
    potential = first(day("2027-01-31"), HALF_YEARLY, day("2027-01-31"))
    assert days([replanned(potential, HALF_YEARLY, QUARTERLY, day("2027-03-10"))]) == ["2027-04-30"]
    assert days([replanned(potential, HALF_YEARLY, QUARTERLY, day("2027-06-10"))]) == ["2027-07-31"]


def test_a_shorter_cadence_never_makes_it_due_later_than_it_was() -> None:
    was = Cadence(Period(5, 0))
    still_open = first(day("2027-01-15"), was, day("2027-01-15"))
    found = replanned(still_open, was, Cadence(Period(3, 0)), day("2027-05-01"))
    assert days([found]) == ["2027-06-15"]
    assert days([following(found, Cadence(Period(3, 0)), found.day)]) == ["2027-09-15"]


def test_the_year_in_full_is_not_passed_over_by_a_longer_cadence() -> None:
    fourth = cycle(day("2027-01-31"), QUARTERLY, 4)
    assert days([fourth]) == ["2028-01-31 full"]
    found = replanned(fourth, QUARTERLY, HALF_YEARLY, day("2027-11-10"))
    assert days([found, following(found, HALF_YEARLY, found.day)]) == ["2028-01-31 full", "2028-07-31"]


def test_two_reviews_are_a_month_apart_though_a_year_in_full_is_owed() -> None:
    fortnightly = Cadence(Period(0, 14), Period(12, 0))
    last = cycle(day("2027-01-31"), fortnightly, 26)
    assert (last.last_day, last.day) == (day("2028-01-16"), day("2028-01-30"))
    found = replanned(last, fortnightly, HALF_YEARLY, day("2028-01-20"))
    assert days([found]) == ["2028-02-16 full"]


@given(anchors, cadences, cadences, st.integers(1, 8), st.integers(0, 400))
def test_replanned_it_is_due_after_today_and_later_than_it_was_only_by_the_cadence(
    anchor: date, was: Cadence, now: Cadence, number: int, later: int
) -> None:
    still_open = cycle(anchor, was, number)
    today = still_open.last_day + timedelta(days=later)
    found = replanned(still_open, was, now, today)
    assert found.day > today
    shorter = now.step(anchor).after(still_open.last_day) < was.step(anchor).after(still_open.last_day)
    if shorter and still_open.day > today:
        assert found.day <= still_open.day


@given(anchors, cadences, st.integers(1, 8))
def test_replanned_at_the_same_cadence_it_stays(anchor: date, cadence: Cadence, number: int) -> None:
    still_open = cycle(anchor, cadence, number)
    assert replanned(still_open, cadence, cadence, still_open.last_day) == still_open


# --- working days


def _weekdays(on: date) -> bool:
    return on.weekday() < 5


def _never(_: date) -> bool:
    return False


@pytest.mark.parametrize(
    ("asked", "works", "found"),
    [
        ("2027-01-29", _weekdays, "2027-01-29"),
        ("2027-01-30", _weekdays, "2027-02-01"),
        ("2027-01-30", lambda on: _weekdays(on) and on.month > 2, "2027-03-01"),
        ("2027-01-30", _never, "2027-01-30"),
        ("9999-12-31", _never, "9999-12-31"),
    ],
)
def test_a_due_day_is_moved_onto_the_next_working_day(asked: str, works: Callable[[date], bool], found: str) -> None:
    assert on_a_working_day(day(asked), works) == day(found)


# --- moments


@pytest.mark.parametrize("region", REGIONS)
def test_in_every_zone_each_day_begins_once_and_never_early(region: str) -> None:
    start, until = date(YEARS[0], 1, 1), date(YEARS[-1] + 1, 1, 1)
    every = [start + timedelta(days=at) for at in range((until - start).days)]
    for name in REGIONS[region]:
        zone = ZoneInfo(name)
        begins = [moment(each, zone) for each in every]
        assert all(one < other for one, other in pairwise(begins)), name
        assert [each.astimezone(zone).date() for each in begins] == every, name
        before = [(each - timedelta(seconds=1)).astimezone(zone).date() for each in begins]
        assert before == [each - timedelta(days=1) for each in every], name


@pytest.mark.parametrize("region", REGIONS)
def test_in_every_zone_each_cycle_is_due_at_one_moment_one_after_the_other(region: str) -> None:
    anchors = [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 30)]
    courses = [[each.day for each in stepped(anchor, MONTHLY, 12 * len(YEARS) - 4)] for anchor in anchors]
    for name in REGIONS[region]:
        zone = ZoneInfo(name)
        for course in courses:
            dues = [moment(each, zone) for each in course]
            assert all(one < other for one, other in pairwise(dues)), name
            assert [each.astimezone(zone).date() for each in dues] == course, name


def test_where_the_clocks_leap_over_midnight_the_day_begins_when_they_do() -> None:
    cairo = ZoneInfo("Africa/Cairo")
    found = moment(day("2024-04-26"), cairo)
    assert found.astimezone(cairo).isoformat() == "2024-04-26T01:00:00+03:00"


def test_where_midnight_comes_twice_the_day_begins_with_the_first() -> None:
    havana = ZoneInfo("America/Havana")
    assert moment(day("2024-11-03"), havana) == datetime(2024, 11, 3, 4, tzinfo=UTC)


def test_a_time_that_is_leapt_over_is_when_the_clocks_leap() -> None:
    new_york = ZoneInfo("America/New_York")
    assert moment(day("2027-03-14"), new_york, time(2, 30)) == datetime(2027, 3, 14, 7, tzinfo=UTC)


# --- who is told when

SHANGHAI = ZoneInfo("Asia/Shanghai")
_LATE = ((Period(0, 5), "corporate_director"), (Period(0, 15), "branch_president"))
TOLD = Notices((Period(0, 14), Period(0, 3)), _LATE)


def test_reminders_come_before_and_escalations_after_in_days_of_the_calendar() -> None:
    due = moment(day("2027-04-30"), SHANGHAI)
    found = [(each.action, each.at.astimezone(SHANGHAI).isoformat(), each.role) for each in TOLD.of(due, SHANGHAI)]
    assert found == [
        ("upcoming", "2027-04-16T00:00:00+08:00", None),
        ("upcoming", "2027-04-27T00:00:00+08:00", None),
        ("due", "2027-04-30T00:00:00+08:00", None),
        ("overdue", "2027-05-05T00:00:00+08:00", "corporate_director"),
        ("overdue", "2027-05-15T00:00:00+08:00", "branch_president"),
    ]
    assert [str(each.period) for each in TOLD.of(due, SHANGHAI) if each.period] == ["P14D", "P3D", "P5D", "P15D"]
    assert TOLD.overdue(due, SHANGHAI) == moment(day("2027-05-05"), SHANGHAI)


def test_of_a_moment_within_a_day_they_come_at_the_same_time_of_the_day() -> None:
    new_york = ZoneInfo("America/New_York")
    due = moment(day("2027-03-10"), new_york, time(9, 30))
    late = TOLD.of(due, new_york)[-2]
    assert late.at.astimezone(new_york).isoformat() == "2027-03-15T09:30:00-04:00"


def test_where_nothing_is_said_it_is_overdue_when_its_day_is_over() -> None:
    due = moment(day("2027-04-30"), SHANGHAI)
    assert Notices().overdue(due, SHANGHAI) == moment(day("2027-05-01"), SHANGHAI)
    assert [each.action for each in Notices().of(due, SHANGHAI)] == ["due"]


@given(st.sampled_from(ZONES), st.dates(date(2024, 1, 20), date(2032, 12, 1)))
def test_in_every_zone_notices_are_in_order_around_the_due_moment(name: str, on: date) -> None:
    zone = ZoneInfo(name)
    found = TOLD.of(moment(on, zone), zone)
    assert [each.action for each in found] == ["upcoming", "upcoming", "due", "overdue", "overdue"]
    assert [each.at.astimezone(zone).date() for each in found] == [
        on + timedelta(days=at) for at in (-14, -3, 0, 5, 15)
    ]


def test_no_time_is_what_is_added_without_effect() -> None:
    assert Period(3, 4) + NOTHING == Period(3, 4)
    assert Period(3, 4) * 2 == Period(6, 8)
