"""Figures add up: children make the parent, and nobody's surplus hides another's miss."""

from collections.abc import Iterable
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from app.kernel.coverage.attainment import NOTHING, Figures, figures


def rolled_up(parts: Iterable[Figures]) -> Figures:
    return sum(parts, NOTHING)


def test_two_of_three_are_two_thirds_and_one_remains() -> None:
    found = figures(3, 3, done=2, planned=1, expected=Fraction(3))
    assert (found.credited, found.remaining, found.attainment) == (2, 1, Fraction(2, 3))


def test_more_than_owed_is_seen_and_credited_no_further() -> None:
    found = figures(3, 3, done=5, planned=0, expected=Fraction(3))
    assert (found.done, found.credited, found.remaining, found.attainment) == (5, 3, 0, Fraction(1))


def test_where_nothing_is_owed_there_is_no_attainment() -> None:
    assert NOTHING.attainment is None


def test_a_surplus_at_one_client_does_not_hide_a_miss_at_another() -> None:
    both = rolled_up([figures(3, 3, 6, 0, Fraction(3)), figures(3, 3, 0, 0, Fraction(3))])
    assert (both.prorated_required, both.done, both.credited, both.attainment) == (6, 6, 3, Fraction(1, 2))


numbers = st.integers(0, 50)
some_figures = st.lists(
    st.builds(Figures, numbers, numbers, numbers, numbers, numbers, st.fractions(0, 50)), max_size=9
)


@given(some_figures, st.data())
def test_children_make_the_parent_however_they_are_grouped(parts: list[Figures], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(parts)))
    shuffled = data.draw(st.permutations(parts))
    assert rolled_up([rolled_up(shuffled[:cut]), rolled_up(shuffled[cut:])]) == rolled_up(parts)
