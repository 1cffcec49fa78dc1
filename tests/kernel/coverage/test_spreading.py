"""The spread of visits: November 2026 by hand, and what holds of any book."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.coverage.capacity import at_work
from app.kernel.coverage.span import Span
from app.kernel.coverage.spreading import spread
from app.kernel.coverage.visit_plan import DayVisit, Diary, Goer, ToMake, Unplaced, VisitPlan
from tests.kernel.coverage.november import NOVEMBER, WEEKDAYS, days, november

MANAGER, HEAD, PRESIDENT = "relationship_manager", "department_head", "branch_president"
WORKING = WEEKDAYS.of(NOVEMBER)
ANN, BEA, CAO = Goer("ann", MANAGER), Goer("bea", HEAD), Goer("cao", PRESIDENT)


def to_make(goer: Goer, visits: int, client: str = "c1", *, each_holder: bool = False) -> ToMake:
    assert goer.role
    return ToMake(client, goer.role, goer.officer, visits, each_holder)


def diary(on: Collection[date] = WORKING, per_day: int = 5) -> Diary:
    return Diary(on, per_day)


def planned(day: int, *goers: Goer, client: str = "c1") -> DayVisit:
    return DayVisit(november(day), client, goers)


def told(plan: VisitPlan) -> list[tuple[int, str]]:
    """The days of November and who goes."""
    return [(visit.day.day, " ".join(goer.officer for goer in visit.goers)) for visit in plan.proposed]


CO_MANAGED = [to_make(CAO, 1), to_make(BEA, 2), to_make(ANN, 3)]
ALL_AT_WORK = {"ann": diary(), "bea": diary(), "cao": diary()}


def test_a_co_managed_client_gets_three_visits_a_third_of_the_month_apart() -> None:
    """21 working days in three parts of 7: the 1st, 8th and 15th of them; six visits owed are made in three (D2)."""
    plan = spread(CO_MANAGED, ALL_AT_WORK)
    assert told(plan) == [(2, "ann bea cao"), (11, "ann bea"), (20, "ann")]
    assert plan.proposed[0] == DayVisit(november(2), "c1", (ANN, BEA, CAO))
    assert plan.unplaced == ()


def test_all_go_together_on_the_day_on_which_all_work() -> None:
    """The president works on the 18th alone, and on no other day: 7 working days before and from 27 on, after."""
    plan = spread(CO_MANAGED, {**ALL_AT_WORK, "cao": diary([november(18)])})
    assert told(plan) == [(2, "ann bea"), (18, "ann bea cao"), (27, "ann")]


def test_those_who_share_no_day_go_alone_as_far_apart_as_can_be() -> None:
    first, second = at_work(WEEKDAYS, [days(16, 31)]), at_work(WEEKDAYS, [days(1, 16)])
    diaries = {"ann": diary(first.of(NOVEMBER)), "bea": diary(second.of(NOVEMBER))}
    plan = spread([to_make(ANN, 1), to_make(BEA, 1)], diaries)
    assert told(plan) == [(2, "ann"), (30, "bea")]


def test_what_is_planned_is_done_with_and_keeps_its_distance() -> None:
    plan = spread([to_make(ANN, 3)], ALL_AT_WORK, [planned(11, ANN)])
    assert told(plan) == [(2, "ann"), (20, "ann")]


def test_nobody_goes_on_days_on_which_the_role_is_not_theirs() -> None:
    taking_over = to_make(ANN, 2)._replace(within=(days(11, 31),))
    assert told(spread([taking_over], ALL_AT_WORK)) == [(11, "ann"), (20, "ann")]
    gone = to_make(ANN, 1)._replace(within=(days(1, 2),))
    assert spread([gone], ALL_AT_WORK).unplaced == (Unplaced("c1", MANAGER, "ann", 1, "no_days"),)


def test_a_plan_fills_its_day() -> None:
    diaries = {"ann": diary([november(2), november(3)], 1)}
    plan = spread([to_make(ANN, 1)], diaries, [planned(2, ANN, client="another")])
    assert told(plan) == [(3, "ann")]


def test_a_colleagues_plan_counts_unless_each_holder_owes() -> None:
    deputy = Goer("dai", PRESIDENT)
    assert spread([to_make(CAO, 1)], ALL_AT_WORK, [planned(2, deputy)]).proposed == ()
    assert told(spread([to_make(CAO, 1, each_holder=True)], ALL_AT_WORK, [planned(2, deputy)])) == [(16, "cao")]


def test_a_plan_in_no_role_or_another_counts_for_nothing_and_takes_the_clients_day() -> None:
    three_days = {"ann": diary([november(2), november(3), november(4)])}
    plan = spread([to_make(ANN, 1)], three_days, [planned(2, Goer("ann", None)), planned(4, Goer("ann", HEAD))])
    assert told(plan) == [(3, "ann")]


def test_two_plans_of_a_day_count_once_for_a_role() -> None:
    plan = spread([to_make(ANN, 2)], ALL_AT_WORK, [planned(2, ANN), planned(2, Goer("eva", MANAGER))])
    assert told(plan) == [(16, "ann")]


def test_a_plan_counts_for_one_of_the_holders_of_whom_any_will_do_first_for_who_goes() -> None:
    eva = Goer("eva", MANAGER)
    plan = spread([to_make(ANN, 1), to_make(eva, 1)], {"ann": diary(), "eva": diary()}, [planned(2, eva)])
    assert told(plan) == [(16, "ann")]


def test_holders_of_whom_any_will_do_do_not_go_together_and_those_who_each_owe_do() -> None:
    eva = Goer("eva", MANAGER)
    diaries = {"ann": diary(), "eva": diary()}
    assert told(spread([to_make(ANN, 1), to_make(eva, 1)], diaries)) == [(2, "ann"), (16, "eva")]
    own = [to_make(ANN, 1, each_holder=True), to_make(eva, 1, each_holder=True)]
    assert told(spread(own, diaries)) == [(2, "ann eva")]


FOR_ANN = Goer("dai", MANAGER, "ann")
FIRST_HALF, SECOND_HALF = days(1, 16), days(16, 31)


def parted(visits: int, acting: int, *, each_holder: bool) -> list[ToMake]:
    """What ann is to make in the second half, and dai for her in the first."""
    return [
        to_make(ANN, visits, each_holder=each_holder)._replace(within=(SECOND_HALF,)),
        ToMake("c1", MANAGER, "dai", acting, each_holder, (FIRST_HALF,), "ann"),
    ]


@pytest.mark.parametrize("each_holder", [True, False])
def test_who_stands_in_goes_first_and_the_holder_after(*, each_holder: bool) -> None:
    plan = spread(parted(1, 2, each_holder=each_holder), {"ann": diary(), "dai": diary()})
    assert told(plan) == [(2, "dai"), (11, "dai"), (20, "ann")]
    assert plan.proposed[0].goers == (FOR_ANN,)


@pytest.mark.parametrize(("goer", "left"), [(FOR_ANN, ["ann"]), (ANN, ["dai"]), (Goer("dai", MANAGER), ["ann", "dai"])])
def test_a_plan_serves_the_holder_for_whom_it_is_made(goer: Goer, left: list[str]) -> None:
    """Where each holder owes; of a plan of hers the part is taken off that is hers, else that of her delegate."""
    plan = spread(parted(1, 1, each_holder=True), {"ann": diary(), "dai": diary()}, [planned(3, goer)])
    assert sorted(each.officer for visit in plan.proposed for each in visit.goers) == left


def test_plans_beyond_the_delegates_part_are_taken_off_the_holders() -> None:
    ahead = [planned(2, FOR_ANN), planned(3, FOR_ANN)]
    assert spread(parted(1, 1, each_holder=True), {"ann": diary(), "dai": diary()}, ahead) == VisitPlan((), ())


def test_an_officer_of_two_roles_goes_in_one_at_a_time() -> None:
    plan = spread([to_make(ANN, 1), to_make(Goer("ann", HEAD), 1)], ALL_AT_WORK)
    assert [visit.goers for visit in plan.proposed] == [(Goer("ann", HEAD),), (ANN,)]


def test_fifty_clients_of_one_visit_are_two_or_three_a_day() -> None:
    plan = spread([to_make(ANN, 1, f"c{at}") for at in range(50)], {"ann": diary()})
    assert sorted(Counter(visit.day for visit in plan.proposed).values()) == [2] * 13 + [3] * 8


def test_thirty_clients_of_three_visits_are_four_or_five_a_day() -> None:
    plan = spread([to_make(ANN, 3, f"c{at}") for at in range(30)], {"ann": diary()})
    assert sorted(Counter(visit.day for visit in plan.proposed).values()) == [4] * 15 + [5] * 6


def test_where_not_all_fits_each_client_gets_a_visit_before_any_gets_the_next() -> None:
    """Five days of one visit and three clients of 3, 3 and 1: first one each, then a second for two of them."""
    owing = [to_make(ANN, 3, "c1"), to_make(ANN, 3, "c2"), to_make(ANN, 1, "c3")]
    plan = spread(owing, {"ann": diary(WORKING[:5], 1)})
    assert Counter(visit.client for visit in plan.proposed) == {"c1": 2, "c2": 2, "c3": 1}
    assert plan.unplaced == (
        Unplaced("c1", MANAGER, "ann", 1, "no_room"),
        Unplaced("c2", MANAGER, "ann", 1, "no_room"),
    )


def test_what_finds_no_day_says_why() -> None:
    owing = [to_make(BEA, 1, "c1"), to_make(ANN, 3, "c2"), to_make(CAO, 1, "c3"), to_make(Goer("dai", HEAD), 1, "c4")]
    diaries = {"ann": diary(WORKING[:2]), "bea": diary([]), "cao": diary(per_day=0)}
    assert spread(owing, diaries).unplaced == (
        Unplaced("c1", HEAD, "bea", 1, "no_days"),
        Unplaced("c2", MANAGER, "ann", 1, "client_visited"),
        Unplaced("c3", PRESIDENT, "cao", 1, "no_room"),
        Unplaced("c4", HEAD, "dai", 1, "no_days"),
    )


def test_what_is_told_twice_adds_up_and_nothing_asks_for_nothing() -> None:
    assert told(spread([to_make(ANN, 1), to_make(ANN, 1)], ALL_AT_WORK)) == [(2, "ann"), (16, "ann")]
    assert spread([to_make(ANN, 0)], ALL_AT_WORK) == VisitPlan((), ())


def test_a_book_of_800_clients_and_three_roles_is_placed_and_each_visit_that_can_be_is_joint() -> None:
    """Managers are to make 800 × 3 visits; heads and presidents come along to 800 × 2 and 800 × 1 of them."""
    owing: list[ToMake] = []
    diaries: dict[str, Diary] = {}
    for at in range(800):
        team = Goer(f"m{at % 10}", MANAGER), Goer(f"h{at % 5}", HEAD), Goer(f"p{at % 3}", PRESIDENT)
        owing += [to_make(goer, visits, f"c{at:03}") for goer, visits in zip(team, (3, 2, 1), strict=True)]
        diaries |= {goer.officer: diary(per_day=20) for goer in team}
    plan = spread(owing, diaries)
    assert plan.unplaced == ()
    assert Counter(len(visit.goers) for visit in plan.proposed) == {3: 800, 2: 800, 1: 800}


CLIENTS = ("c1", "c2", "c3")
OFFICERS = {"ann": MANAGER, "eva": MANAGER, "bea": HEAD, "cao": PRESIDENT}
EACH = {HEAD}
"""The roles of which each holder owes."""
GOERS = [Goer(officer, role) for officer, role in OFFICERS.items()]
a_day = st.sampled_from(WORKING[:8])
books = st.lists(
    st.builds(
        lambda goer, visits, client: to_make(goer, visits, client, each_holder=goer.role in EACH),
        st.sampled_from([*GOERS, Goer("ann", HEAD)]),
        st.integers(0, 4),
        st.sampled_from(CLIENTS),
    ),
    max_size=10,
)
all_diaries = st.dictionaries(st.sampled_from(sorted(OFFICERS)), st.builds(Diary, st.sets(a_day), st.integers(0, 3)))
some_plan = st.lists(
    st.builds(
        lambda day, client, goers: DayVisit(day, client, tuple(goers)),
        a_day,
        st.sampled_from(CLIENTS),
        st.lists(st.sampled_from([*GOERS, Goer("ann", None)]), min_size=1, max_size=3, unique_by=lambda goer: goer[0]),
    ),
    max_size=5,
)


def made(visits: Iterable[DayVisit]) -> Counter[tuple[str, date]]:
    return Counter((goer.officer, visit.day) for visit in visits for goer in visit.goers)


@given(books, all_diaries, some_plan)
def test_nobody_goes_on_a_day_off_or_over_the_figure(
    book: list[ToMake], diaries: dict[str, Diary], ahead: list[DayVisit]
) -> None:
    plan = spread(book, diaries, ahead)
    taken = made(ahead)
    for (officer, day), visits in made(plan.proposed).items():
        assert day in diaries[officer].days
        assert visits + taken[officer, day] <= diaries[officer].per_day


@given(books, all_diaries, some_plan, st.dictionaries(st.sampled_from(sorted(OFFICERS)), a_day))
def test_nobody_goes_before_the_role_is_theirs_and_who_could_go_later_does(
    book: list[ToMake], diaries: dict[str, Diary], ahead: list[DayVisit], since: dict[str, date]
) -> None:
    end = NOVEMBER.until
    later = [each._replace(within=(Span(since.get(each.officer, WORKING[0]), end),)) for each in book]
    plan = spread(later, diaries, ahead)
    for visit in plan.proposed:
        assert all(visit.day >= since.get(goer.officer, WORKING[0]) for goer in visit.goers)
    taken = made([*ahead, *plan.proposed])
    for each in plan.unplaced:
        own = {day for day in diaries.get(each.officer, Diary((), 0)).days if day >= since.get(each.officer, day)}
        room = {day for day in own if taken[each.officer, day] < diaries[each.officer].per_day}
        assert room <= {visit.day for visit in (*ahead, *plan.proposed) if visit.client == each.client}
        assert each.reason == ("no_days" if not own else "client_visited" if room else "no_room")


@given(books, all_diaries, some_plan)
def test_no_client_is_visited_twice_on_a_day_and_an_officer_goes_once(
    book: list[ToMake], diaries: dict[str, Diary], ahead: list[DayVisit]
) -> None:
    plan = spread(book, diaries, ahead)
    visited = [(visit.client, visit.day) for visit in plan.proposed]
    assert len(set(visited)) == len(visited)
    assert not {(visit.client, visit.day) for visit in ahead} & set(visited)
    for visit in plan.proposed:
        assert visit.goers
        assert len({goer.officer for goer in visit.goers}) == len(visit.goers)
        shared = [goer.role for goer in visit.goers if goer.role not in EACH]
        assert len(set(shared)) == len(shared)


@given(books, all_diaries, some_plan)
def test_all_is_planned_placed_or_told_and_nothing_else_is_placed(
    book: list[ToMake], diaries: dict[str, Diary], ahead: list[DayVisit]
) -> None:
    plan = spread(book, diaries, ahead)
    owing, found = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    for each in book:
        owing[_claim(each.client, each.role, each.officer)] += each.visits
    for left in plan.unplaced:
        found[_claim(left.client, left.role, left.officer)] += left.visits
    for client, goer in ((visit.client, goer) for visit in plan.proposed for goer in visit.goers):
        assert any(goer == Goer(each.officer, each.role) for each in book if each.client == client)
        found[_claim(client, goer.role or "", goer.officer)] += 1
    dated = {
        (visit.day, _claim(visit.client, goer.role or "", goer.officer)) for visit in ahead for goer in visit.goers
    }
    counted = Counter(claim for _, claim in dated)
    assert +found == owing - counted


@given(books, all_diaries, some_plan)
def test_what_finds_no_day_could_be_placed_on_none(
    book: list[ToMake], diaries: dict[str, Diary], ahead: list[DayVisit]
) -> None:
    plan = spread(book, diaries, ahead)
    taken = made([*ahead, *plan.proposed])
    for each in plan.unplaced:
        own = diaries.get(each.officer, Diary((), 0))
        room = {day for day in own.days if taken[each.officer, day] < own.per_day}
        visited = {visit.day for visit in (*ahead, *plan.proposed) if visit.client == each.client}
        assert room <= visited
        assert each.reason == ("no_days" if not own.days else "client_visited" if room else "no_room")


@given(books, all_diaries, some_plan, st.randoms(use_true_random=False))
def test_the_order_of_what_is_told_does_not_matter(
    book: list[ToMake], diaries: dict[str, Diary], ahead: list[DayVisit], random: Random
) -> None:
    plan = spread(book, diaries, ahead)
    turned = [visit._replace(goers=visit.goers[::-1]) for visit in ahead]
    for some in (shuffled := list(book), turned):
        random.shuffle(some)
    keys = list(diaries)
    random.shuffle(keys)
    assert spread(shuffled, {key: diaries[key] for key in keys}, turned) == plan


@given(books, all_diaries, some_plan)
def test_no_two_visits_could_be_made_as_one(
    book: list[ToMake], diaries: dict[str, Diary], ahead: list[DayVisit]
) -> None:
    """Two that share no role are apart only where someone of each is not free on the other's day."""
    plan = spread([each for each in book if Goer(each.officer, each.role) in GOERS], diaries, ahead)
    taken = made([*ahead, *plan.proposed])
    for one in plan.proposed:
        for other in plan.proposed:
            if one.client != other.client or {goer.role for goer in one.goers} & {goer.role for goer in other.goers}:
                continue
            assert not all(
                other.day in diaries[goer.officer].days
                and taken[goer.officer, other.day] < diaries[goer.officer].per_day
                for goer in one.goers
            )


numbers = st.lists(st.integers(1, 8), max_size=12)


@given(numbers)
def test_where_no_day_is_full_a_clients_visits_are_as_far_apart_as_even_parts_of_the_days(visits: list[int]) -> None:
    plan = spread([to_make(ANN, number, f"c{at}") for at, number in enumerate(visits)], {"ann": diary(per_day=99)})
    for at, number in enumerate(visits):
        places = [WORKING.index(visit.day) for visit in plan.proposed if visit.client == f"c{at}"]
        assert len(places) == number
        assert all(second - first >= len(WORKING) // number for first, second in pairwise(places))


@given(st.integers(1, 8), st.integers(1, 4), st.data())
def test_of_one_officer_all_that_fits_is_placed_to_the_last_place(
    days_left: int, per_day: int, data: st.DataObject
) -> None:
    visits: list[int] = []
    while room := days_left * per_day - sum(visits):
        visits.append(data.draw(st.integers(1, min(room, days_left))))
    owing = [to_make(ANN, number, f"c{at:02}") for at, number in enumerate(visits)]
    plan = spread(owing, {"ann": diary(WORKING[:days_left], per_day)})
    assert plan.unplaced == ()
    assert set(made(plan.proposed).values()) == {per_day}


@given(st.integers(0, 120), st.sets(a_day, min_size=1))
def test_single_visits_load_the_days_of_an_officer_alike(clients: int, own: set[date]) -> None:
    plan = spread([to_make(ANN, 1, f"c{at}") for at in range(clients)], {"ann": diary(own, 999)})
    loaded = made(plan.proposed)
    assert max(loaded["ann", day] for day in own) - min(loaded["ann", day] for day in own) <= 1


def _claim(client: str, role: str, officer: str) -> tuple[str, ...]:
    """What a visit counts for once a day: the role's, or an officer's own."""
    return (client, role, officer) if role in EACH else (client, role)
