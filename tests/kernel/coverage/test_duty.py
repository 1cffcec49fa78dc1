"""Who goes while another is on leave: November 2026 by hand, and what holds of any holders and leaves."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.kernel.coverage.duty import Delegation, Stint, serving, stints
from app.kernel.coverage.span import Span
from tests.kernel.coverage.november import NOVEMBER, days, november

OFFICERS = ["ann", "bea", "cao"]
SPANS = st.tuples(st.integers(1, 30), st.integers(1, 30)).map(lambda two: days(min(two), max(two) + 1))
HELD = st.lists(st.tuples(st.sampled_from(OFFICERS), SPANS), max_size=5)


def leave(span: Span, delegate: str) -> Delegation:
    return Delegation(span, delegate)


LEAVES = st.dictionaries(
    st.sampled_from(OFFICERS), st.lists(st.builds(leave, SPANS, st.sampled_from(["dai", "eva", *OFFICERS])), max_size=2)
)


def test_a_delegate_goes_on_the_days_of_the_leave() -> None:
    assert stints([("ann", NOVEMBER)], {"ann": [leave(days(9, 21), "dai")]}) == (
        Stint("ann", days(1, 9)),
        Stint("ann", days(21, 31)),
        Stint("dai", days(9, 21), "ann"),
    )


def test_a_delegate_goes_only_while_the_one_on_leave_holds_the_role() -> None:
    found = stints([("ann", days(11, 31))], {"ann": [leave(days(1, 16), "dai")]})
    assert found == (Stint("ann", days(16, 31)), Stint("dai", days(11, 16), "ann"))


def test_who_holds_the_role_himself_goes_for_himself() -> None:
    held = [("ann", NOVEMBER), ("dai", days(1, 11))]
    assert stints(held, {"ann": [leave(NOVEMBER, "dai")]}) == (
        Stint("dai", days(1, 11)),
        Stint("dai", days(11, 31), "ann"),
    )


def test_who_stands_in_for_two_goes_for_the_first_by_number() -> None:
    leaves = {"bea": [leave(NOVEMBER, "dai")], "ann": [leave(days(1, 11), "dai")]}
    assert stints([("bea", NOVEMBER), ("ann", NOVEMBER)], leaves) == (
        Stint("ann", days(11, 31)),
        Stint("dai", days(1, 11), "ann"),
        Stint("dai", days(11, 31), "bea"),
    )


def test_who_has_left_goes_no_more_and_stands_in_no_more() -> None:
    duty = [Stint("ann", days(1, 9)), Stint("dai", days(9, 21), "ann"), Stint("ann", days(21, 31))]
    assert serving(duty, {"ann": november(21), "dai": november(13)}) == (
        Stint("ann", days(1, 9)),
        Stint("dai", days(9, 13), "ann"),
    )


@given(HELD, LEAVES)
def test_every_day_of_a_holder_is_his_own_or_one_of_his_delegate(
    held: list[tuple[str, Span]], leaves: dict[str, list[Delegation]]
) -> None:
    found = stints(held, leaves)
    for at in range(30):
        day = NOVEMBER.start + timedelta(at)
        on = [each for each in found if each.span.holds(day)]
        assert len({each.officer for each in on}) == len(on)
        holders = {officer for officer, span in held if span.holds(day)}
        gone = {who: {each.delegate for each in leaves.get(who, ()) if each.span.holds(day)} for who in holders}
        present = {who for who in holders if not gone[who]}
        assert {each.officer for each in on if not each.acting_for} == present
        assert {each.officer for each in on} == present.union(*gone.values())
        assert all(each.officer in gone[each.holder] for each in on if each.acting_for)
