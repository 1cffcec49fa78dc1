"""The migration matrix: from where to where, how many."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from app.kernel.migration import Pair, migration

TIERS = ("none", "key", "core")


def test_rows_and_columns_run_from_the_lowest_tier_to_the_highest() -> None:
    found = migration(
        TIERS, Counter({("core", "key"): 2, ("none", "none"): 5, ("key", "core"): 1, ("none", "core"): 4})
    )
    assert found.before == found.after == TIERS
    assert found.cells == ((5, 0, 4), (0, 0, 1), (0, 2, 0))
    assert found.total == 12
    assert (found.up, found.down, found.same, found.other) == (5, 2, 5, 0)


def test_who_stood_nowhere_or_is_not_decided_moves_neither_up_nor_down() -> None:
    found = migration(TIERS, {(None, "core"): 3, ("key", None): 2, (None, None): 1})
    assert (found.before, found.after) == ((*TIERS, None), (*TIERS, None))
    assert found.cells == ((0, 0, 0, 0), (0, 0, 0, 2), (0, 0, 0, 0), (0, 0, 3, 1))
    assert (found.up, found.down, found.same, found.other) == (0, 0, 0, 6)


def test_a_tier_that_the_new_rules_do_not_know_is_kept_in_sight() -> None:
    found = migration(TIERS, {("silver", "key"): 1, ("gold", "core"): 2, ("gold", None): 1})
    assert found.before == (*TIERS, "gold", "silver")
    assert found.after == (*TIERS, None)
    assert found.cells[3:] == ((0, 0, 2, 1), (0, 1, 0, 0))
    assert found.other == 4


def test_of_nobody_the_matrix_is_empty() -> None:
    found = migration(TIERS, {})
    assert (found.total, found.cells) == (0, ((0, 0, 0),) * 3)


LABELS = st.sampled_from([*TIERS, "old", None])


@given(st.lists(st.tuples(LABELS, LABELS)))
def test_every_client_is_counted_once(pairs: list[Pair]) -> None:
    found = migration(TIERS, Counter(pairs))
    assert found.total == len(pairs)
    assert found.up + found.down + found.same + found.other == len(pairs)
    back = migration(TIERS, Counter((after, before) for before, after in pairs))
    assert (back.up, back.down, back.same) == (found.down, found.up, found.same)
    assert tuple(zip(*back.cells, strict=True)) == found.cells
