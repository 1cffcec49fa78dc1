"""The walk along a chain, without a database: one that was sealed is clean, and no change of it goes unseen."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.audit.chain import COLUMNS, GENESIS, link
from app.audit.walk import Row, Walk

_ID = COLUMNS.index("id")
VALUE = st.none() | st.text(max_size=3)


def _values(entry_id: int, value: str | None) -> list[Any]:
    return [entry_id if at == _ID else value for at in range(len(COLUMNS))]


@st.composite
def _chains(draw: st.DrawFn) -> list[Row]:
    """Rows as they are read: 2 to 7 links of entries in an order of their own."""
    ids = draw(st.permutations(range(1, draw(st.integers(2, 7)) + 1)))
    rows, previous = [], GENESIS
    for position, entry_id in enumerate(ids, 1):
        values = _values(entry_id, draw(VALUE))
        previous = link(previous, position, values)
        rows.append((position, previous, entry_id, *values))
    return rows


def _found(rows: list[Row]) -> int:
    walk = Walk(set())
    walk.follow(rows)
    return walk.findings().count


@given(_chains())
def test_a_sealed_chain_is_clean(rows: list[Row]) -> None:
    assert _found(rows) == 0


@given(_chains(), st.data())
def test_it_does_not_matter_in_which_batches_it_is_read(rows: list[Row], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(rows)))
    walk = Walk({len(rows)})
    walk.follow(rows[:cut])
    walk.follow(rows[cut:])
    assert (walk.findings().count, walk.size, walk.entries) == (0, len(rows), len(rows))
    assert walk.reached[len(rows)].root == rows[-1][1]


@given(_chains(), st.data())
def test_no_edit_goes_unseen(rows: list[Row], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.integers(1, len(COLUMNS) + 2).filter(lambda column: column != 2))
    row = [*rows[at]]
    row[column] = data.draw((st.binary(max_size=32) if column == 1 else VALUE).filter(lambda new: new != row[column]))
    assert _found([*rows[:at], tuple(row), *rows[at + 1 :]]) > 0


@given(_chains(), st.data())
def test_no_deletion_before_the_end_goes_unseen(rows: list[Row], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(rows) - 2))
    last = data.draw(st.integers(first, len(rows) - 2))
    gone = [*rows[:first], *rows[last + 1 :]]
    assert _found(gone) > 0
    assert _found([(position, *row[1:]) for position, row in enumerate(gone, 1)]) > 0


@given(_chains(), st.data())
def test_no_reordering_goes_unseen(rows: list[Row], data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(rows))).filter(lambda order: order != [*range(len(rows))]))
    whole = [(position, *rows[at][1:]) for position, at in enumerate(order, 1)]
    entries_alone = [(*row[:2], *rows[at][2:]) for row, at in zip(rows, order, strict=True)]
    assert _found(whole) > 0
    assert _found(entries_alone) > 0


@given(_chains(), st.data())
def test_no_insertion_goes_unseen(rows: list[Row], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(rows)))
    stored = data.draw(st.sampled_from([row[1] for row in rows]) | st.binary(min_size=32, max_size=32))
    inserted = (0, stored, 99, *_values(99, data.draw(VALUE)))
    changed = [*rows[:at], inserted, *rows[at:]]
    assert _found([(position, *row[1:]) for position, row in enumerate(changed, 1)]) > 0


@given(_chains(), st.data())
def test_a_chain_recomputed_from_some_place_on_is_broken_there_or_wholly_new(
    rows: list[Row], data: st.DataObject
) -> None:
    """Which is why checkpoints are kept: from the first place on, it fits, but it ends in another hash."""
    edited = data.draw(st.integers(0, len(rows) - 1))
    first = data.draw(st.integers(0, len(rows) - 1))
    changed = [[*row] for row in rows]
    changed[edited][3] = f"{changed[edited][3]}!"
    for at in range(first, len(rows)):
        previous = changed[at - 1][1] if at else GENESIS
        changed[at][1] = link(previous, at + 1, changed[at][3:])
    assert (_found([tuple(row) for row in changed]) > 0) == (edited < first)
    assert edited < first or changed[-1][1] != rows[-1][1]
