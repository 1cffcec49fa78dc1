"""Rows by their columns: matched by name, judged cell by cell, each key once."""

import re
from pathlib import Path
from typing import Final

import pytest
from pydantic import Field, ValidationError

from app.http.types import Wire
from app.importing.cells import DayCell
from app.importing.kind import Applied, Flaw, Kind, Line, Tally
from app.importing.kinds import KINDS, load_kind
from app.importing.report import Report
from app.importing.rows import Reader, match_columns
from app.importing.sheet import Record

README: Final = Path(__file__).parents[2] / "README.md"


class Thing(Wire):
    thing_id: str = Field(pattern="^[A-Z]+$")
    colour: str
    since: DayCell | None = Field(None, alias="from")


async def nothing(*_: object) -> Applied:
    return Applied(Tally())


KIND: Kind[Thing] = Kind(Thing, ("thing_id",), nothing, {"编号": "thing_id", "颜色": "colour"})


def test_columns_are_found_in_any_order_and_in_chinese() -> None:
    assert match_columns(KIND, ["From", "颜色", "编号"]) == (
        {"From": "from", "颜色": "colour", "编号": "thing_id"},
        [],
    )


@pytest.mark.parametrize(
    ("columns", "flaw"),
    [
        (["thing_id", "colour", "form"], Flaw(1, "form", "is none of the columns thing_id, colour, from")),
        (["thing_id"], Flaw(1, "colour (颜色)", "is a column that must be there")),
        (["thing_id", "colour", "颜色"], Flaw(1, "颜色", "is the column colour a second time")),
        (["thing_id", "colour", "since"], Flaw(1, "since", "is none of the columns thing_id, colour, from")),
    ],
)
def test_columns_that_do_not_fit_are_told(columns: list[str], flaw: Flaw) -> None:
    assert match_columns(KIND, columns)[1] == [flaw]


def test_every_cell_that_is_wrong_is_told() -> None:
    reader = Reader(KIND, {"编号": "thing_id", "colour": "colour", "from": "from"})
    lines, flaws = reader.read(
        [
            Record(4, {"编号": "A", "colour": "blue"}),
            Record(2, {"编号": "A", "colour": "red", "from": "2026/1/5"}),
            Record(3, {"编号": "b", "from": "soon"}),
            Record(5, {}, "has 1 cells under 2 columns"),
        ]
    )
    assert [(line.number, line.row.colour, str(line.row.since)) for line in lines] == [(2, "red", "2026-01-05")]
    assert flaws == [
        Flaw(3, "thing_id", "String should match pattern '^[A-Z]+$'"),
        Flaw(3, "colour", "is empty"),
        Flaw(3, "from", "Input should be a day, written as 2026-11-22"),
        Flaw(4, "thing_id", "stands in line 2 already"),
        Flaw(5, "", "has 1 cells under 2 columns"),
    ]
    assert reader.unread == {"A", "b"}


def test_of_columns_that_do_not_fit_each_record_is_told_that_has_them_and_what_else_is_wrong() -> None:
    reader = Reader(KIND, {"thing_id": "thing_id"}, odd={"form": "is none of the columns"}, told={"colour"})
    records = [Record(1, {"thing_id": "A"}), Record(2, {"thing_id": "b", "form": "x"})]
    assert reader.read(records) == (
        [],
        [
            Flaw(2, "form", "is none of the columns"),
            Flaw(2, "thing_id", "String should match pattern '^[A-Z]+$'"),
        ],
    )


def test_a_key_is_remembered_from_batch_to_batch() -> None:
    reader = Reader(KIND, {"thing_id": "thing_id", "colour": "colour"})
    assert reader.read([Record(2, {"thing_id": "A", "colour": "red"})])[1] == []
    assert reader.read([Record(9, {"thing_id": "A", "colour": "red"})])[1] == [
        Flaw(9, "thing_id", "stands in line 2 already")
    ]


def test_without_a_key_lines_may_be_alike() -> None:
    anything: Kind[Thing] = Kind(Thing, (), nothing)
    reader = Reader(anything, {"thing_id": "thing_id", "colour": "colour"})
    lines, flaws = reader.read([Record(line, {"thing_id": "A", "colour": "red"}) for line in (2, 3)])
    assert (len(lines), flaws) == (2, [])
    assert isinstance(lines[0], Line)


@pytest.mark.parametrize("text", ["2026-01-05", "2026/1/5", "2026.01.05", "2026年1月5日"])
def test_a_day_is_read_however_excel_writes_it(text: str) -> None:
    assert str(Thing.model_validate({"thing_id": "A", "colour": "b", "from": text}).since) == "2026-01-05"


@pytest.mark.parametrize("text", ["5/1/2026", "20260105", "46027", "2026/1-5", "2026年1月", "2026-02-30", "٢٠٢٦-01-05"])
def test_a_day_that_can_be_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        Thing.model_validate({"thing_id": "A", "colour": "b", "from": text})


def test_a_day_that_no_calendar_has_is_told_in_words() -> None:
    reader = Reader(KIND, {"thing_id": "thing_id", "colour": "colour", "from": "from"})
    _, [flaw] = reader.read([Record(2, {"thing_id": "A", "colour": "red", "from": "2017-13-01"})])
    assert flaw == Flaw(2, "from", "Input should be a day that the calendar has, written as 2026-11-22")


def test_items_are_told_as_items() -> None:
    reader = Reader(KIND, {"thing_id": "thing_id", "colour": "colour"}, "item")
    cells = {"thing_id": "A", "colour": "red"}
    lines, flaws = reader.read([Record(1, cells), Record(2, cells)])
    assert (lines[0].place, flaws) == ("item", [Flaw(2, "thing_id", "stands in item 1 already")])
    report = Report("a.json", {"thing_id": "编号"}, "item")
    report.find(flaws)
    assert report.lines() == ["a.json, item 2: 编号 stands in item 1 already"]


def shown() -> list[tuple[str, str]]:
    """The headings of each kind of file, as README has them."""
    commands = re.findall(r"tierbook import (\w+) \S+ +# (.+)", README.read_text(encoding="utf-8"))
    return [(kind, heading) for kind, told in commands for heading in re.findall(r"[^\s,:…]+", told.partition(":")[0])]


def test_readme_shows_every_kind_of_file() -> None:
    assert {kind for kind, _ in shown()} == set(KINDS)


@pytest.mark.parametrize(("kind", "heading"), shown())
def test_every_heading_that_readme_shows_is_one(kind: str, heading: str) -> None:
    found = load_kind(kind)
    assert [flaw for flaw in match_columns(found, [heading])[1] if flaw.column == heading] == []
