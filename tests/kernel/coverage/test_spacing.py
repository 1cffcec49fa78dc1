"""How good a place is for a visit, by hand and of any row."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.kernel.coverage.spacing import badness

GOOD = (0, 0)


def test_in_an_empty_row_every_third_place_is_good_for_the_first_of_three() -> None:
    """Nine places, three apart: a visit on any place leaves room for two more, as 0 + 2, 1 + 1 or 2 + 0."""
    assert list(badness(9, [], 3, 2)) == [GOOD] * 9


def test_a_place_too_near_is_bad_by_what_is_missing_and_one_in_the_way_by_what_no_longer_fits() -> None:
    """The first of seven places has a visit, and one more comes after this: only the fourth and the last suit both."""
    assert list(badness(7, [0], 3, 1)) == [(3, 0), (2, 0), (1, 0), GOOD, (0, 1), (0, 1), GOOD]


def test_others_may_be_behind_the_end_of_the_row() -> None:
    assert list(badness(3, [3], 2, 0)) == [GOOD, GOOD, (1, 0)]


@given(st.integers(1, 40), st.integers(1, 12), st.data())
def test_as_many_visits_as_the_row_has_room_for_find_good_places_whichever_are_taken(
    length: int, visits: int, data: st.DataObject
) -> None:
    visits = min(visits, length)
    apart, at = length // visits, list[int]()
    for left in reversed(range(visits)):
        found = list(badness(length, at, apart, left))
        assert len(found) == length
        at.append(data.draw(st.sampled_from([place for place, bad in enumerate(found) if bad == GOOD])))
    at.sort()
    assert all(second - first >= apart for first, second in pairwise(at))
