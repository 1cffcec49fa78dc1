"""Which visits count: worked by hand, and whatever order they arrive in."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from app.kernel.coverage.crediting import Attendee, Claim, Visit, credits_of
from app.kernel.coverage.owing import Owes
from tests.kernel.coverage.november import days, owes, visit

MANAGER = "relationship_manager"
THREE = (owes(3),)


def codes(*visits: Visit, owed: tuple[Owes, ...] = THREE, officer: str | None = None) -> list[str]:
    return [each.code for each in credits_of(Claim(MANAGER, officer, owed), visits, 3)]


def test_visits_count_up_to_what_is_owed_and_more_stays_visible() -> None:
    assert codes(visit(3), visit(4), visit(5), visit(6)) == ["credited", "credited", "credited", "surplus"]


def test_of_one_day_the_first_counts() -> None:
    later, earlier = visit(3, hour=15), visit(3, hour=9)
    found = list(credits_of(Claim(MANAGER, None, THREE), (later, earlier), 3))
    assert [(each.visit, each.code) for each in found] == [(earlier.id, "credited"), (later.id, "same_day")]


def test_a_call_that_counts_is_credited_after_one_that_does_not() -> None:
    assert codes(visit(3, kind="survey"), visit(3, hour=10)) == ["kind_not_counted", "credited"]


def test_only_who_holds_the_role_that_day_is_credited() -> None:
    assert codes(visit(3, "outlet_head"), visit(4, None)) == ["role_not_there", "role_not_there"]


def test_where_each_holder_owes_a_colleagues_visit_is_not_his() -> None:
    assert codes(visit(3, officer="1001"), visit(4, officer="1002"), officer="1002") == ["role_not_there", "credited"]


def test_a_joint_visit_credits_each_role_or_the_lead_alone() -> None:
    both = (Attendee("1", "branch_president", leads=True), Attendee("2", MANAGER))
    joint = visit(3)._replace(attendees=both)
    assert codes(joint) == ["credited"]
    assert codes(joint, owed=(owes(3, lead_only=True),)) == ["not_lead"]


def test_a_day_that_owes_nothing_credits_nothing() -> None:
    assert codes(visit(3), visit(20), owed=(owes(3, days(11, 31)),)) == ["not_owed", "credited"]


attendees = st.builds(
    Attendee, st.sampled_from(["1001", "1002"]), st.sampled_from([MANAGER, "outlet_head", None]), st.booleans()
)
visits = st.lists(
    st.builds(
        lambda day, hour, kind, people, at: visit(day, hour=hour, kind=kind, name=str(at))._replace(attendees=people),
        st.integers(1, 30),
        st.integers(0, 3),
        st.sampled_from(["visit", "contact", "survey"]),
        st.lists(attendees, min_size=1, max_size=3).map(tuple),
        st.integers(0, 10**6),
    ),
    unique_by=lambda each: each.id,
    max_size=12,
)


@given(made=visits, random=st.randoms(use_true_random=False), prorated=st.integers(0, 4), lead_only=st.booleans())
def test_the_order_of_arrival_does_not_matter_and_no_visit_counts_twice(
    *, made: list[Visit], random: Random, prorated: int, lead_only: bool
) -> None:
    claim = Claim(MANAGER, None, (owes(3, days(1, 20), lead_only=lead_only), owes(2, days(22, 31))))
    found = list(credits_of(claim, made, prorated))
    shuffled = list(made)
    random.shuffle(shuffled)
    assert list(credits_of(claim, shuffled, prorated)) == found
    assert sorted(each.visit for each in found) == sorted(each.id for each in made)
    done = [each for each in found if each.code in {"credited", "surplus"}]
    assert len({each.day for each in done}) == len(done)
    assert sum(each.code == "credited" for each in found) == min(prorated, len(done))
