"""Conditions: comparisons and how they join; which of them explain an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.condition import AllOf, AtLeastOf, Condition, Not, OneOf, Within, leaves, names, witnesses


def at_least(name: str, low: int) -> Within:
    return Within(name, low, None, (("at_least", low),))


def at_most(name: str, high: int) -> Within:
    return Within(name, None, high, (("at_most", high),))


RICH = at_least("deposits", 200)
CLEAN = at_most("overdue", 29)
LARGE = OneOf("size", frozenset({2, 3}))
NOW = {"deposits": 200, "overdue": 30, "size": 3}


@pytest.mark.parametrize(
    ("low", "high", "inside", "outside"),
    [(10, 20, [10, 15, 20], [9, 21]), (10, None, [10, 10**17], [9]), (None, 20, [20, -(10**17)], [21])],
)
def test_a_range_includes_its_ends(low: int | None, high: int | None, inside: list[int], outside: list[int]) -> None:
    condition = Within("value", low, high, ())
    assert [value for value in inside + outside if condition.holds({"value": value})] == inside


@pytest.mark.parametrize(("size", "holds"), [(0, False), (1, False), (2, True), (3, True)])
def test_one_of_the_named_options(size: int, holds: bool) -> None:  # noqa: FBT001  the case
    assert LARGE.holds({"size": size}) is holds


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (AllOf((RICH, LARGE)), True),
        (AllOf((RICH, CLEAN, LARGE)), False),
        (AllOf(()), True),
        (AtLeastOf(1, (CLEAN, LARGE)), True),
        (AtLeastOf(1, (CLEAN,)), False),
        (AtLeastOf(2, (RICH, CLEAN, LARGE)), True),
        (AtLeastOf(3, (RICH, CLEAN, LARGE)), False),
        (Not(CLEAN), True),
        (Not(AllOf((RICH, LARGE))), False),
        (Not(Not(RICH)), True),
    ],
)
def test_parts_join(condition: Condition, holds: bool) -> None:  # noqa: FBT001  the case
    assert condition.holds(NOW) is holds


def test_a_part_that_is_written_twice_counts_twice() -> None:
    assert AtLeastOf(2, (RICH, RICH, CLEAN)).holds(NOW)


NESTED = AllOf((RICH, Not(AtLeastOf(1, (CLEAN, LARGE)))))


def test_comparisons_are_found_in_the_order_they_are_written() -> None:
    assert list(leaves(NESTED)) == [RICH, CLEAN, LARGE]


def test_a_condition_reads_every_name_it_mentions() -> None:
    assert names(NESTED) == {"deposits", "overdue", "size"}


def test_what_explains_any_of_several_is_what_held() -> None:
    assert list(witnesses(AtLeastOf(1, (CLEAN, LARGE)), NOW)) == [(LARGE, True)]


def test_what_explains_a_negation_are_the_comparisons_that_failed() -> None:
    assert list(witnesses(AllOf((RICH, Not(CLEAN))), NOW)) == [(RICH, True), (CLEAN, False)]


def test_under_a_negation_what_held_explains_nothing() -> None:
    assert list(witnesses(Not(AllOf((RICH, CLEAN))), NOW)) == [(CLEAN, False)]
    assert list(witnesses(Not(AtLeastOf(2, (RICH, CLEAN))), NOW)) == [(CLEAN, False)]


def test_a_negation_of_a_negation_is_explained_by_what_held() -> None:
    assert list(witnesses(Not(Not(RICH)), NOW)) == [(RICH, True)]
    assert list(witnesses(Not(AllOf((CLEAN, Not(RICH)))), NOW)) == [(CLEAN, False), (RICH, True)]


def test_a_condition_that_fails_is_explained_by_what_failed() -> None:
    assert list(witnesses(AllOf((RICH, CLEAN, LARGE)), NOW)) == [(CLEAN, False)]
    assert list(witnesses(AtLeastOf(3, (RICH, CLEAN, LARGE)), NOW)) == [(CLEAN, False)]


VALUES = st.fixed_dictionaries({name: st.integers(0, 3) for name in ("a", "b")})
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    st.builds(Within, st.sampled_from("ab"), st.none() | st.integers(0, 3), st.none() | st.integers(0, 3), st.just(()))
    | st.builds(OneOf, st.sampled_from("ab"), st.frozensets(st.integers(0, 3), min_size=1)),
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(AllOf, st.lists(inner, max_size=3).map(tuple))
        | st.builds(AtLeastOf, st.integers(1, 3), st.lists(inner, min_size=1, max_size=3).map(tuple))
    ),
    max_leaves=6,
)


@given(CONDITIONS, VALUES)
def test_either_a_condition_or_its_negation_holds(condition: Condition, env: dict[str, int]) -> None:
    assert condition.holds(env) is not Not(condition).holds(env)


@given(st.lists(CONDITIONS, min_size=1, max_size=3).map(tuple), VALUES)
def test_all_is_a_count_of_all_and_any_a_count_of_one(parts: tuple[Condition, ...], env: dict[str, int]) -> None:
    held = [part.holds(env) for part in parts]
    assert AllOf(parts).holds(env) is AtLeastOf(len(parts), parts).holds(env) is all(held)
    assert AtLeastOf(1, parts).holds(env) is any(held)


@given(CONDITIONS, VALUES)
def test_a_condition_depends_on_nothing_but_the_names_it_reads(condition: Condition, env: dict[str, int]) -> None:
    assert condition.holds({name: env[name] for name in names(condition)}) is condition.holds(env)


@given(CONDITIONS, VALUES)
def test_what_explains_a_condition_is_enough_to_decide_it(condition: Condition, env: dict[str, int]) -> None:
    """Whatever the other comparisons had come out as, the condition had come out the same."""
    explaining = {leaf for leaf, _ in witnesses(condition, env)}
    assert all(leaf.holds(env) is held for leaf, held in witnesses(condition, env))
    others = set(leaves(condition)) - explaining
    for fixed in (True, False):
        assert _with(condition, others, env, fixed=fixed) is condition.holds(env)


def _with(condition: Condition, others: set[Within | OneOf], env: dict[str, int], *, fixed: bool) -> bool:
    """How the condition comes out where the `others` all come out as `fixed`."""
    if isinstance(condition, AllOf):
        return all(_with(part, others, env, fixed=fixed) for part in condition.parts)
    if isinstance(condition, AtLeastOf):
        return sum(_with(part, others, env, fixed=fixed) for part in condition.parts) >= condition.count
    if isinstance(condition, Not):
        return not _with(condition.part, others, env, fixed=fixed)
    return fixed if condition in others else condition.holds(env)
