"""Who covers a client, over any sequence of beginnings, ends and handovers."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import combinations
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clients.refusals import AssignmentEnded, AssignmentOverlaps, NothingToHandOver, OwnerTaken, WrongDay
from app.clients.spans import Handover, Span, Spans, begun, credited, ended, handed_over, owner_on
from app.errors import Problem

MONDAY = date(2026, 11, 23)
DAYS = [MONDAY + timedelta(days) for days in range(-12, 13)]


def day(number: int) -> date:
    return MONDAY + timedelta(number)


def span(
    officer: str = "a", role: str = "rm", *, owner: bool = False, begins: int = 0, ends: int | None = None
) -> Span:
    return Span(uuid4(), officer, role, owner, day(begins), None if ends is None else day(ends))


officers, roles = st.sampled_from("abc"), st.sampled_from(["rm", "expert"])
numbers = st.integers(-10, 10)
beginnings = st.builds(
    lambda officer, role, owner, begins, lasts: (
        lambda held: begun(
            held,
            span(officer, role, owner=owner, begins=begins, ends=None if lasts is None else begins + lasts),
        )
    ),
    officers,
    roles,
    st.booleans(),
    numbers,
    st.none() | st.integers(1, 10),
)
ends = st.builds(
    lambda which, on: lambda held: ended(held, held[which % len(held)], day(on)) if held else held,
    st.integers(0, 9),
    numbers,
)
handovers = st.builds(
    lambda giver, taker, role, on: lambda held: handed_over(held, Handover(giver, taker, role, day(on))),
    st.just("a"),
    st.sampled_from("bc"),
    st.none() | roles,
    numbers,
)
Step = Callable[[Spans], Spans]


def done(steps: list[Step]) -> tuple[list[Spans], Spans]:
    """What is held after each step that was not refused, and at last."""
    held: Spans = ()
    states = []
    for step in steps:
        try:
            held = step(held)
        except Problem:
            continue
        states.append(held)
    return states, held


steps = st.lists(st.one_of(beginnings, beginnings, ends, handovers), max_size=15)


@given(steps)
def test_an_officer_has_a_role_once_and_one_officer_owns_the_client_on_any_day(sequence: list[Step]) -> None:
    _, held = done(sequence)
    for each in DAYS:
        there = [one for one in held if one.holds(each)]
        assert len({(one.officer_id, one.role) for one in there}) == len(there)
        assert sum(one.owner for one in there) <= 1
    for one, other in combinations(held, 2):
        if (one.officer_id, one.role) == (other.officer_id, other.role) or (one.owner and other.owner):
            assert not one.overlaps(other)


@given(steps)
def test_every_span_has_a_day(sequence: list[Step]) -> None:
    _, held = done(sequence)
    assert all(one.until_day is None or one.from_day < one.until_day for one in held)


@given(steps, st.sampled_from("bc"), numbers)
def test_after_a_handover_the_one_has_nothing_and_the_other_all_his_roles_and_the_ownership(
    sequence: list[Step], taker: str, on: int
) -> None:
    _, held = done(sequence)
    given_away = [one for one in held if one.officer_id == "a" and one.lasts_beyond(day(on))]
    owner = owner_on(held, day(on))
    try:
        after = handed_over(held, Handover("a", taker, None, day(on)))
    except NothingToHandOver:
        assert not given_away
        return
    except (AssignmentOverlaps, OwnerTaken):
        return
    assert not [one for one in after if one.officer_id == "a" and one.lasts_beyond(day(on))]
    for each in (each for each in DAYS if each >= day(on)):
        taken = {one.role for one in after if one.officer_id == taker and one.holds(each)}
        assert {one.role for one in given_away if one.holds(each)} <= taken
    new_owner = owner_on(after, day(on))
    if owner is not None:
        assert new_owner is not None
        assert new_owner.officer_id == (taker if owner.officer_id == "a" else owner.officer_id)
    before = [owner_on(held, each) for each in DAYS if each < day(on)]
    assert [one and one.officer_id for one in before] == [
        one and one.officer_id for each in DAYS if each < day(on) for one in [owner_on(after, each)]
    ]


@pytest.mark.parametrize(
    ("one", "other", "refusal"),
    [
        (span("a"), span("a", begins=5), AssignmentOverlaps),
        (span("a", begins=5), span("a"), AssignmentOverlaps),
        (span("a", owner=True), span("b", owner=True, begins=5), OwnerTaken),
        (span("a", owner=True, ends=5), span("b", owner=True, begins=5), None),
        (span("a", ends=5), span("a", begins=5), None),
        (span("a", owner=True), span("b"), None),
        (span("a"), span("a", "expert"), None),
    ],
)
def test_what_may_stand_beside_what(one: Span, other: Span, refusal: type[Problem] | None) -> None:
    if refusal is None:
        assert begun((one,), other) == (one, other)
    else:
        with pytest.raises(refusal):
            begun((one,), other)


def test_an_end_is_brought_forward_and_never_put_off() -> None:
    one = span(ends=5)
    assert ended((one,), one, day(3))[0].until_day == day(3)
    assert ended((one,), one, day(5)) == (one,)
    with pytest.raises(AssignmentEnded):
        ended((one,), one, day(6))
    with pytest.raises(WrongDay):
        ended((one,), one, day(-1))


def test_what_ends_on_its_first_day_never_was() -> None:
    one = span()
    assert ended((one,), one, day(0)) == ()


def test_ownership_comes_to_an_officer_who_has_the_role_already() -> None:
    held = span("a", owner=True), span("b", begins=-5)
    after = handed_over(held, Handover("a", "b", None, day(2)))
    assert {(one.officer_id, one.owner, one.from_day, one.until_day) for one in after} == {
        ("a", True, day(0), day(2)),
        ("b", False, day(-5), day(2)),
        ("b", True, day(2), None),
    }


def test_who_has_the_role_until_a_day_has_what_is_handed_over_from_that_day_on() -> None:
    held = span("a"), span("b", begins=-5, ends=5)
    after = handed_over(held, Handover("a", "b", None, day(2)))
    assert {(one.officer_id, one.from_day, one.until_day) for one in after} == {
        ("a", day(0), day(2)),
        ("b", day(-5), day(5)),
        ("b", day(5), None),
    }


def test_what_an_owner_takes_over_makes_them_owner_no_longer() -> None:
    held = span("a"), span("b", owner=True, ends=5), span("c", owner=True, begins=5)
    after = handed_over(held, Handover("a", "b", None, day(2)))
    assert [(one.owner, one.from_day, one.until_day) for one in after if one.officer_id == "b"] == [
        (True, day(0), day(5)),
        (False, day(5), None),
    ]


def test_what_is_to_begin_is_handed_over_too() -> None:
    held = span("a", ends=3), span("a", "expert", owner=True, begins=7)
    after = handed_over(held, Handover("a", "b", None, day(1)))
    assert {(one.officer_id, one.role, one.owner, one.from_day, one.until_day) for one in after} == {
        ("a", "rm", False, day(0), day(1)),
        ("b", "rm", False, day(1), day(3)),
        ("b", "expert", True, day(7), None),
    }


def test_sales_are_credited_to_the_owner_whom_the_client_kept_from_that_day_on() -> None:
    kept = Span(uuid4(), "a", "rm", True, day(0), day(9), kept_since=day(3))
    assert [credited((kept, span("b", "expert")), day(each)) for each in (2, 3, 8, 9)] == [None, "a", "a", None]
