"""Orders for an officer, whatever they are: nobody serves twice at once in one role, and what was stays."""

from datetime import date, timedelta
from itertools import combinations
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.organisation.refusals import PostingOverlaps
from app.organisation.staff_state import Days, Ground, OfficerOrder, OfficerState, PostingWish, Service
from app.organisation.staffing import Staffing, staffed
from app.organisation.unit_state import UNSAID

TODAY = date(2026, 11, 22)
OLD = TODAY - timedelta(days=100)
ROLES = ("relationship_manager", "committee_member")
UNITS = {
    "B1": Days(OLD, None, seen=True),
    "S1": Days(TODAY - timedelta(days=3), TODAY + timedelta(days=4), seen=True),
    "B2": Days(OLD, None, seen=True),
}
GROUND = Ground(UNITS, frozenset(ROLES), None, TODAY)
OF_B1 = Ground(UNITS | {"B2": Days(OLD, None, seen=False)}, frozenset(ROLES), "B1", TODAY)
IN_B2 = Service(UUID(int=2), "B2", "committee_member", OLD, None)

days = st.integers(-5, 6).map(lambda number: TODAY + timedelta(days=number))
wishes = st.builds(
    PostingWish,
    st.sampled_from([*UNITS, "NONE"]),
    st.sampled_from([*ROLES, "king"]),
    st.none() | days,
    st.none() | days,
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("begin"), wishes),
        st.tuples(st.just("move"), wishes),
        st.tuples(st.just("end"), st.tuples(st.integers(0, 5), days)),
        st.tuples(st.just("leave"), st.none() | days),
    ),
    max_size=10,
)


def after(ordered: list[tuple[str, object]], ground: Ground = GROUND) -> list[tuple[OfficerState, OfficerState]]:
    """An officer before and after each order that had no fault; at first they are of B2's committee."""
    officer, done = OfficerState("1", "name", services=(IN_B2,), revision=1), []
    for verb, what in ordered:
        staffing = Staffing(ground, officer)
        match verb, what:
            case (("begin" | "move"), PostingWish() as wish):
                getattr(staffing, verb)(wish)
            case "end", (int(number), date() as on):
                seen = [each for each in officer.services if ground.sees(each.unit_id)]
                if number < len(seen):
                    staffing.end(seen[number], on)
            case "leave", (None | date()) as day:
                staffing.leave(day)
        if not staffing.faults:
            done.append((officer, staffing.officer))
            officer = staffing.officer
    return done


@given(steps)
def test_nobody_serves_a_unit_twice_at_once_in_one_role_nor_beyond_its_days(
    ordered: list[tuple[str, object]],
) -> None:
    for _, officer in after(ordered):
        assert not [pair for pair in combinations(officer.services, 2) if pair[0].meets(pair[1])]
        for service in officer.services:
            assert service.until_day is None or service.from_day < service.until_day
            assert UNITS[service.unit_id].cover(service)
            assert officer.left_on is None or not service.lasts(officer.left_on)


@given(steps)
def test_what_had_ended_stays_and_nothing_ends_in_the_past(ordered: list[tuple[str, object]]) -> None:
    for before, officer in after(ordered):
        now = {service.id: service for service in officer.services}
        for service in before.services:
            if service.from_day < TODAY:
                assert service.id in now
            if not service.lasts(TODAY):
                assert now[service.id] == service
            elif service.id in now and now[service.id] != service:
                assert now[service.id].lasts(TODAY - timedelta(days=1))


@given(steps)
def test_a_key_of_a_unit_leaves_postings_outside_untouched(ordered: list[tuple[str, object]]) -> None:
    for _, officer in after(ordered, OF_B1):
        assert [each for each in officer.services if each.unit_id == "B2"] == [IN_B2]
        assert officer.left_on is None


def test_one_order_does_not_say_of_one_posting_that_it_lasts_and_that_it_ends() -> None:
    wished = (PostingWish("B1", "relationship_manager", None, until) for until in (None, TODAY + timedelta(days=1)))
    order = OfficerOrder("1", "name", None, tuple(wished))
    faults = staffed(None, order, GROUND).faults
    assert [(each.place, each.problem) for each in faults] == [(("postings", 1, "from"), PostingOverlaps)]


@given(st.lists(wishes, max_size=4), st.none() | days)
def test_the_same_order_again_changes_nothing(wished: list[PostingWish], left_on: date | None) -> None:
    order = OfficerOrder("1", "name", left_on, tuple(wished))
    first = staffed(None, order, GROUND)
    if not first.faults:
        stored = OfficerState("1", "name", left_on, first.officer.services, 1)
        again = staffed(stored, order, GROUND)
        assert (again.faults, again.officer) == ([], stored)


def test_an_order_that_says_nothing_of_leaving_has_nobody_come_back() -> None:
    left = OfficerState("1", "name", OLD, (), 1)
    assert staffed(left, OfficerOrder("1", "name", UNSAID), GROUND).officer == left
