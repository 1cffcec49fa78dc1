"""Which units lead and assist, over any sequence of days and wishes."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.clients.parts import Part, changed_parts, parts_of

MONDAY = date(2026, 11, 23)
Rows = dict[tuple[Part, date], date | None]

wishes = st.tuples(
    st.integers(0, 3),
    st.builds(parts_of, st.sampled_from("AB"), st.frozensets(st.sampled_from("BCD"))),
)


def applied(rows: Rows, wanted: frozenset[Part], today: date) -> None:
    """Do to the rows what is done to the table."""
    held = {part: since for (part, since), until in rows.items() if until is None}
    changes = changed_parts(held, wanted, today)
    for part in changes.removed:
        del rows[part, held[part]]
    for part in changes.ended:
        rows[part, held[part]] = today
    for part in changes.begun:
        assert (part, today) not in rows
        rows[part, today] = None


def holding(rows: Rows, day: date) -> list[Part]:
    return [part for (part, since), until in rows.items() if since <= day and (until is None or day < until)]


@given(st.lists(wishes, min_size=1))
def test_each_day_has_the_parts_of_its_last_wish_each_once(sequence: list[tuple[int, frozenset[Part]]]) -> None:
    rows: Rows = {}
    last: dict[date, frozenset[Part]] = {}
    today = MONDAY
    for days, wanted in sequence:
        today += timedelta(days)
        applied(rows, wanted, today)
        last[today] = wanted
    current: frozenset[Part] = frozenset()
    for day in (MONDAY + timedelta(days) for days in range((today - MONDAY).days + 2)):
        current = last.get(day, current)
        assert sorted(holding(rows, day)) == sorted(current)
    assert all(until is None or since < until for (_, since), until in rows.items())


@given(wishes)
def test_the_same_wish_again_changes_nothing(wish: tuple[int, frozenset[Part]]) -> None:
    rows: Rows = {}
    applied(rows, wish[1], MONDAY)
    before = dict(rows)
    applied(rows, wish[1], MONDAY + timedelta(wish[0]))
    assert rows == before


def test_what_began_today_and_is_wanted_no_more_leaves_no_row() -> None:
    rows: Rows = {}
    applied(rows, parts_of("A", "B"), MONDAY)
    applied(rows, parts_of("C", ()), MONDAY)
    assert rows == {(Part("lead", "C"), MONDAY): None}
