"""The closure of the placements, over time."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.organisation.tree import Branching, Move, Tree, Under, below, children, closure, path

DAY = date(2026, 1, 1)
DAYS = 8
LEVELS = 4


def day(number: int) -> date:
    return DAY + timedelta(days=number)


@st.composite
def trees(draw: st.DrawFn) -> dict[str, Branching]:
    """Up to ten units, each under ones that are higher and open all its days, moved at random."""
    made = {"root": Branching("root", (Move(day(0), None),), None)}
    level = {"root": 0}
    for number in range(draw(st.integers(0, 9))):
        unit = f"u{number}"
        above = [each for each in made if level[each] < LEVELS - 1]
        level[unit] = 1 + max(level[each] for each in draw(st.lists(st.sampled_from(above), min_size=1, max_size=2)))
        higher = [each for each in made if level[each] < level[unit]]
        starts = sorted(draw(st.sets(st.integers(0, DAYS - 2), min_size=1, max_size=3)))
        moves: list[Move] = []
        for start in starts:
            standing = [each for each in higher if made[each].opened_on <= day(start) and made[each].closed_on is None]
            parent = draw(st.sampled_from(standing))
            if not moves or moves[-1].parent != parent:
                moves.append(Move(day(start), parent))
        closes = draw(st.none() | st.integers(starts[-1] + 1, DAYS))
        made[unit] = Branching(unit, tuple(moves), None if closes is None else day(closes))
    return made


def standing(rows: list[Under], at: date) -> set[tuple[str, str, int]]:
    held = [row for row in rows if row.from_day <= at and (row.until_day is None or at < row.until_day)]
    return {(row.ancestor, row.descendant, row.distance) for row in held}


def of_the_day(tree: Tree, at: date) -> set[tuple[str, str, int]]:
    """The closure of one day, from where each unit stands that day."""
    open_units = [
        unit for unit, each in tree.items() if each.opened_on <= at and (each.closed_on is None or at < each.closed_on)
    ]
    return {(above, unit, steps) for unit in open_units for steps, above in enumerate(path(tree, unit, at))}


@given(trees())
def test_the_closure_of_any_day_is_that_of_the_places_of_the_day(tree: dict[str, Branching]) -> None:
    rows = closure(tree, tree)
    for number in range(DAYS + 2):
        assert standing(rows, day(number)) == of_the_day(tree, day(number))


@given(trees())
def test_a_unit_is_under_another_once_on_any_day_and_rows_are_as_long_as_they_can_be(
    tree: dict[str, Branching],
) -> None:
    rows = sorted(closure(tree, tree))
    for one, next_one in pairwise(rows):
        if (one.ancestor, one.descendant) == (next_one.ancestor, next_one.descendant):
            assert one.until_day is not None
            assert one.until_day < next_one.from_day or one.distance != next_one.distance
            assert one.until_day <= next_one.from_day
    assert all(row.until_day is None or row.from_day < row.until_day for row in rows)


@given(trees(), st.data())
def test_what_a_move_touches_is_the_unit_and_what_is_below_it(tree: dict[str, Branching], data: st.DataObject) -> None:
    """Rows of all other units are the same, so only the affected ones need to be written."""
    movable = [unit for unit, each in tree.items() if each.moves[0].parent is not None and each.closed_on is None]
    if not movable:
        return
    unit = data.draw(st.sampled_from(movable))
    old = tree[unit]
    changed = {**tree, unit: Branching(unit, (*old.moves, Move(day(DAYS + 1), "root")), None)}
    affected = below(children(tree), [unit]) | below(children(changed), [unit])
    rest = set(tree) - affected
    assert set(closure(tree, rest)) == set(closure(changed, rest))
    for number in range(DAYS + 1):
        assert standing(closure(changed, tree), day(number)) == of_the_day(tree, day(number))


def test_a_moved_subtree_ends_under_the_old_and_begins_under_the_new_on_the_day() -> None:
    tree = {
        "HO": Branching("HO", (Move(day(0), None),), None),
        "B1": Branching("B1", (Move(day(0), "HO"),), None),
        "B2": Branching("B2", (Move(day(0), "HO"),), None),
        "S": Branching("S", (Move(day(0), "B1"), Move(day(5), "B2")), None),
        "O": Branching("O", (Move(day(2), "S"),), None),
    }
    assert [row for row in closure(tree, ["O"]) if row.ancestor != "O"] == [
        Under("B1", "O", day(2), day(5), 2),
        Under("B2", "O", day(5), None, 2),
        Under("HO", "O", day(2), None, 3),
        Under("S", "O", day(2), None, 1),
    ]


def test_a_unit_that_skips_a_level_keeps_its_ancestor_at_another_distance() -> None:
    tree = {
        "HO": Branching("HO", (Move(day(0), None),), None),
        "B1": Branching("B1", (Move(day(0), "HO"),), None),
        "O": Branching("O", (Move(day(0), "B1"), Move(day(3), "HO")), day(6)),
    }
    assert [row for row in closure(tree, ["O"]) if row.ancestor == "HO"] == [
        Under("HO", "O", day(0), day(3), 2),
        Under("HO", "O", day(3), day(6), 1),
    ]
