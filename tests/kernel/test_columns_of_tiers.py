"""Tiers over columns, on a grid of clients."""

import pytest

from app.kernel.columns.names import STAY_KINDS
from tests.kernel.expected_rows import agreeing, as_frame, as_rows, decided
from tests.kernel.tier_grid import BLOCKED, GRID, KEY, MARGINS, NONE, STANDINGS, grid_book


@pytest.mark.parametrize("within", MARGINS)
def test_a_grid_of_clients_is_decided_as_one_by_one(within: int | None) -> None:
    book = grid_book(within)
    rows = decided(book, as_frame(book, GRID, STANDINGS)).to_dicts()
    expected = as_rows(book, GRID, STANDINGS)
    assert agreeing(rows, expected) == expected
    unseen = {"near_stay_bound"} if within is None else set()
    flags = [f"stay__{kind}" for kind in STAY_KINDS if kind not in unseen] + ["ceiling__overdue", "warning__top"]
    assert [{row[flag] for row in rows} for flag in flags] == [{True, False}] * len(flags)
    assert {row["held_at"] for row in rows} == {None, BLOCKED, NONE, KEY}
