"""Cells become exact integers, are missing, or set their row aside with a reason that staff can act on."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.fact import Fact
from app.kernel.rulebook import Rulebook
from app.kernel.tier import Tiers
from app.tiering.files.encoding import ColumnMap, Encoder, fact_cell, map_columns, tier_cell
from app.tiering.files.source import Batch, FileRefusedError

MONEY = Fact("revenue", "money", 0, 10**17, "zero")
RATIO = Fact("growth", "ratio", -(10**12), 10**12, "zero")
NUMBER = Fact("age", "number", 0, 10**16, "zero")
COUNT = Fact("staff", "count", 0, 10**15, "zero")
GRADE = Fact("rating", "grade", 0, 2, "worst", options=("C", "B", "A"))
CHOICE = Fact("kind", "choice", 0, 1, "refuse", options=("x", "y"))
FLAG = Fact("listed", "flag", 0, 1, "zero")
ALL = [MONEY, RATIO, NUMBER, COUNT, GRADE, CHOICE, FLAG]
PLAIN = "write a plain decimal, 5000万, 2亿 or the like"


@pytest.mark.parametrize(
    ("fact", "cell", "value"),
    [
        (MONEY, "2亿", 20_000_000_000),
        (MONEY, " 5000万 ", 5_000_000_000),
        (MONEY, "\N{IDEOGRAPHIC SPACE}1\N{NO-BREAK SPACE}", 100),
        (MONEY, 199999999.99, 19_999_999_999),
        (MONEY, Decimal("199999999.99"), 19_999_999_999),
        (MONEY, 3, 300),
        (MONEY, 1e15, 10**17),
        (MONEY, 1e-2, 1),
        (RATIO, "35%", 350_000),
        (RATIO, 0.1, 100_000),
        (RATIO, -0.2, -200_000),
        (NUMBER, 59.5, 595_000),
        (COUNT, 12.0, 12),
        (COUNT, Decimal("1E+3"), 1000),
        (GRADE, "A", 2),
        (CHOICE, " y", 1),
        (FLAG, True, 1),
        (FLAG, False, 0),
        (FLAG, "是", 1),
        (FLAG, 1, 1),
    ],
)
def test_a_cell_of_any_type_is_read_exactly(fact: Fact, cell: Any, value: int) -> None:
    assert fact_cell(fact)(cell) == (value, "")


@pytest.mark.parametrize("fact", ALL, ids=lambda fact: fact.kind)
@pytest.mark.parametrize("cell", [None, "", "  ", "\t"])
def test_an_empty_cell_is_a_missing_fact(fact: Fact, cell: Any) -> None:
    assert fact_cell(fact)(cell) == (None, "")


@pytest.mark.parametrize(
    ("fact", "cell", "wrong"),
    [
        (MONEY, "many", f"is not an amount of money: {PLAIN}"),
        (MONEY, float("nan"), f"is not an amount of money: {PLAIN}"),
        (MONEY, float("inf"), f"is not an amount of money: {PLAIN}"),
        (MONEY, "1,000", f"is not an amount of money: {PLAIN}"),
        (MONEY, "1\x00", f"is not an amount of money: {PLAIN}"),
        (MONEY, 0.1 + 0.2, "has more than 2 decimals"),
        (MONEY, True, "is true or false where a value is expected"),
        (MONEY, date(2026, 1, 1), "is neither a text, a number nor a flag"),
        (MONEY, [1], "is neither a text, a number nor a flag"),
        (MONEY, {"a": 1}, "is neither a text, a number nor a flag"),
        (MONEY, b"1", "is neither a text, a number nor a flag"),
        (COUNT, 1.5, "is not a whole number"),
        (COUNT, 2**63, "is out of range: at most 1000000000000000 either way"),
        (GRADE, "D", "is none of C, B, A"),
        (CHOICE, 1, "is none of x, y"),
        (FLAG, 1.0, "is not a flag: write true or false, yes or no"),
    ],
)
def test_a_cell_that_is_no_such_value_says_why(fact: Fact, cell: Any, wrong: str) -> None:
    assert fact_cell(fact)(cell) == (None, wrong)


@given(st.integers(-(10**15), 10**15))
def test_a_double_is_read_as_the_shortest_decimal_that_is_that_double(fen: int) -> None:
    unbounded = Fact("any", "money", -(10**17), 10**17, "zero")
    assert fact_cell(unbounded)(fen / 100) == fact_cell(unbounded)(repr(fen / 100)) == (fen, "")


@given(st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text() | st.dates())
def test_any_cell_is_a_value_or_missing_or_told(cell: Any) -> None:
    for fact in ALL:
        value, wrong = fact_cell(fact)(cell)
        assert (value is None) or (not wrong and fact.low <= value <= fact.high)


def test_a_reader_does_not_take_true_for_one() -> None:
    read = fact_cell(COUNT)
    assert [read(cell)[0] for cell in (1, True, "1", 1.0)] == [1, None, 1, 1]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("key", (1, "")),
        (" none ", (0, "")),
        ("", (None, "")),
        (None, (None, "")),
        ("Key", (None, "is none of the tiers none, key")),
        (["key"], (None, "is neither a text, a number nor a flag")),
    ],
)
def test_a_standing_is_a_tier_or_nothing(cell: Any, expected: tuple[int | None, str]) -> None:
    assert tier_cell(("none", "key"))(cell) == expected


BOOK = Rulebook("made", {"staff": COUNT, "revenue": MONEY, "listed": FLAG}, tiers=Tiers(("none", "key"), (), 0, ()))
COLUMNS = ("client", "staff", "rev 2025", "now")


def test_columns_give_facts_by_their_name_or_as_asked() -> None:
    mapped = map_columns(BOOK, COLUMNS, {"revenue": "rev 2025"}, "now")
    assert mapped == ColumnMap({"staff": "staff", "revenue": "rev 2025"}, "now")
    assert map_columns(BOOK, COLUMNS, {"staff": "now"}, None).facts == {"staff": "now"}


@pytest.mark.parametrize(
    ("asked", "standing", "message"),
    [
        ({"stuff": "staff"}, None, "--map stuff=staff: made has no fact stuff; it has staff, revenue, listed"),
        (
            {"staff": "stuff"},
            None,
            "--map staff=stuff: the file has no column stuff; it has client, staff, rev 2025, now",
        ),
        ({}, "tier", "--standing tier: the file has no column tier; it has client, staff, rev 2025, now"),
    ],
)
def test_a_mapping_of_what_is_not_there_is_refused(asked: dict[str, str], standing: str | None, message: str) -> None:
    with pytest.raises(FileRefusedError) as refused:
        map_columns(BOOK, COLUMNS, asked, standing)
    assert str(refused.value) == message


def test_a_standing_for_a_rulebook_without_tiers_is_refused() -> None:
    with pytest.raises(FileRefusedError, match=r"^--standing now: sizes has no tiers$"):
        map_columns(Rulebook("sizes", BOOK.facts), COLUMNS, {}, "now")


def test_a_file_that_gives_no_fact_is_refused() -> None:
    with pytest.raises(
        FileRefusedError, match=r"^no column gives a fact of made \(staff, revenue, listed\); name them: --map"
    ):
        map_columns(BOOK, ("client", "rev 2025"), {}, None)


def test_a_row_with_unreadable_cells_is_set_aside_with_all_of_them() -> None:
    own = pl.DataFrame({"staff": ["1", "x", "", "2"], "revenue": ["1", "-1", "2", "1"], "now": ["key", "", "?", ""]})
    encoder = Encoder(BOOK, ColumnMap({"staff": "staff", "revenue": "revenue"}, "now"))
    encoded, aside = encoder.encoded(Batch([2, 3, 5, 6], own))
    assert encoded.to_dicts() == [
        {"fact__staff": 1, "fact__revenue": 100, "standing__tier": 1, "row__at": 0},
        {"fact__staff": 2, "fact__revenue": 100, "standing__tier": None, "row__at": 3},
    ]
    assert [(each.line, each.reason) for each in aside] == [
        (3, f"staff is not a count: {PLAIN}; revenue is out of range: from 0.00 to 1000000000000000.00"),
        (5, "now is none of the tiers none, key"),
    ]
    assert aside[0].row == {"staff": "x", "revenue": "-1", "now": ""}
