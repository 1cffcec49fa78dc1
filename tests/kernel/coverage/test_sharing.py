"""Who is to make what a role owes: November 2026 by hand, and that shares add up."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.kernel.coverage.sharing import NOBODY, Turn, days_of, shared, turns
from app.kernel.coverage.span import Span
from tests.kernel.coverage.november import NOVEMBER, WEEKDAYS, days

BEFORE, AFTER = days(1, 11), days(11, 31)
OFFICERS = ["ann", "bea", "cao"]
SPANS = st.tuples(st.integers(1, 30), st.integers(1, 30)).map(lambda two: days(min(two), max(two) + 1))
HELD = st.lists(st.tuples(st.sampled_from(OFFICERS), SPANS), max_size=5)


def in_proportion(span: Span) -> int:
    return WEEKDAYS.count(span)


def test_a_handover_parts_the_days() -> None:
    """To the 10th 7 of 21 working days: of three visits one, and two from the 11th."""
    parts = turns([("ann", BEFORE), ("bea", AFTER)], {}, NOVEMBER)
    assert parts == (Turn(BEFORE, ("ann",)), Turn(AFTER, ("bea",)))
    assert shared(3, parts, in_proportion) == {"ann": 1, "bea": 2}


def test_two_who_hold_a_role_at_once_halve_it_and_the_first_by_number_makes_the_odd_one() -> None:
    parts = turns([("bea", NOVEMBER), ("ann", NOVEMBER)], {}, NOVEMBER)
    assert shared(3, parts, in_proportion) == {"ann": 2, "bea": 1}
    assert shared(1, parts, in_proportion) == {"ann": 1}


def test_who_joins_halfway_halves_what_is_due_from_then_on() -> None:
    parts = turns([("ann", NOVEMBER), ("bea", AFTER)], {}, NOVEMBER)
    assert shared(6, parts, in_proportion) == {"ann": 2 + 2, "bea": 2}
    assert days_of("bea", parts) == (AFTER,)
    assert days_of("ann", parts) == (NOVEMBER,)


def test_who_is_away_leaves_it_to_the_other_and_where_all_are_it_stays_theirs() -> None:
    both = [("ann", NOVEMBER), ("bea", NOVEMBER)]
    assert shared(3, turns(both, {"ann": [NOVEMBER]}, NOVEMBER), in_proportion) == {"bea": 3}
    assert shared(3, turns(both, {"ann": [NOVEMBER], "bea": [NOVEMBER]}, NOVEMBER), in_proportion) == {
        "ann": 2,
        "bea": 1,
    }


def test_days_on_which_nobody_holds_the_role_are_nobody_s() -> None:
    assert shared(3, turns([("ann", BEFORE)], {}, NOVEMBER), in_proportion) == {"ann": 1, NOBODY: 2}
    assert shared(3, turns([], {}, NOVEMBER), in_proportion) == {NOBODY: 3}


def test_where_nothing_is_due_any_more_what_is_late_is_shared_by_days() -> None:
    assert shared(3, turns([("ann", BEFORE), ("bea", AFTER)], {}, NOVEMBER), lambda _: 0) == {"ann": 1, "bea": 2}


@given(visits=st.integers(0, 40), held=HELD, away=st.dictionaries(st.sampled_from(OFFICERS), st.lists(SPANS)))
def test_shares_add_up_and_nobody_shares_who_does_not_hold_the_role(
    visits: int, held: list[tuple[str, Span]], away: dict[str, list[Span]]
) -> None:
    parts = turns(held, away, NOVEMBER)
    found = shared(visits, parts, in_proportion)
    assert sum(found.values()) == visits
    assert all(number > 0 for number in found.values())
    assert found.keys() <= {NOBODY, *(officer for officer, _ in held)}


@given(held=HELD, away=st.dictionaries(st.sampled_from(OFFICERS), st.lists(SPANS)))
def test_turns_have_every_day_once_and_those_who_hold_the_role_then(
    held: list[tuple[str, Span]], away: dict[str, list[Span]]
) -> None:
    parts = turns(held, away, NOVEMBER)
    starts = [part.span.start for part in parts]
    assert [*starts, NOVEMBER.until] == [NOVEMBER.start, *(part.span.until for part in parts)]
    for part in parts:
        for at in range((part.span.until - part.span.start).days):
            day = part.span.start + timedelta(at)
            on = {officer for officer, span in held if span.holds(day)}
            there = {who for who in on if not any(span.holds(day) for span in away.get(who, ()))}
            assert set(part.holders) <= on
            assert bool(part.holders) == bool(on)
            # a day on which somebody is there is left to those; spans of one officer may overlap
            assert not there or set(part.holders) == there
