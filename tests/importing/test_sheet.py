"""Files as sheets of texts: CSV as banks have it, JSON arrays, an object a line."""

from pathlib import Path

import pytest

from app.importing.sheet import Format, Record, format_of, open_sheet
from app.tiering.files.source import FileRefusedError

ROWS = [Record(2, {"机构号": "B1", "名称": "第一分行"}), Record(3, {"机构号": "B2"})]
CSV = "机构号,名称\nB1, 第一分行 \nB2,\n"


def read(path: Path, content: str | bytes, written: Format | None = None) -> list[Record]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    sheet = open_sheet(path, written or format_of(path) or Format.CSV)
    found = [record for records, _ in sheet.batches() for record in records]
    return sorted(found, key=lambda record: record.line)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_the_encodings_that_banks_have(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path / "units.csv", CSV.encode(encoding)) == ROWS


def test_a_row_that_is_broken_is_told_with_its_line(tmp_path: Path) -> None:
    found = read(tmp_path / "units.csv", 'a,b\n1,2\n1\n"x\ny",2\n1,2,3\n')
    assert [(record.line, record.wrong) for record in found] == [
        (2, ""),
        (3, "has 1 cells under 2 columns"),
        (4, ""),
        (6, "has 3 cells under 2 columns"),
    ]


ARRAY = '\ufeff[\n  {"a": "1",\n   "b": 2.50},\n\n  {"b": true, "a": null},\n  {"a": 1, "a": 2}\n]\n'


def test_an_array_s_items_have_the_lines_they_begin_in(tmp_path: Path) -> None:
    assert read(tmp_path / "units.json", ARRAY) == [
        Record(2, {"a": "1", "b": "2.50"}),
        Record(5, {"b": "true"}),
        Record(6, {}, "is not sound JSON: is written more than once"),
    ]


def test_items_that_stand_in_one_line_have_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "units.json"
    assert read(path, '[{"a": "1"}, 7,\n{"a": "2"}]') == [
        Record(1, {"a": "1"}),
        Record(2, {}, "is no JSON object"),
        Record(3, {"a": "2"}),
    ]
    assert open_sheet(path, Format.JSON).place == "item"


def test_json_that_is_broken_is_told_as_such_and_where(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match=r"^j2\.json:1 is not sound JSON: .*at character"):
        read(tmp_path / "j2.json", '{"a":')


@pytest.mark.parametrize("name", ["units.ndjson", "units.jsonl", "units.json"])
def test_an_object_a_line_is_read_as_well(tmp_path: Path, name: str) -> None:
    found = read(tmp_path / name, '{"a": "1"}\n\n{"a": NaN}\n{"a": "2", "b": ""}\n')
    assert [(record.line, record.cells) for record in found if not record.wrong] == [(1, {"a": "1"}), (4, {"a": "2"})]
    assert [record.line for record in found if record.wrong] == [3]


@pytest.mark.parametrize(
    "content",
    ["[", "[1,]", "[1 2]", "[1] x", '["a"', "[}", "[" * 100_000, '[{"a": 1}'],
    ids=["open", "comma", "no comma", "rest", "unclosed", "wrong end", "deep", "cut off"],
)
def test_an_array_that_is_no_json_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(FileRefusedError, match=r"units\.json"):
        read(tmp_path / "units.json", content)


@pytest.mark.parametrize(
    ("name", "content"),
    [("units.csv", b""), ("units.csv", b"PK\x03\x04rest"), ("units.json", b""), ("units.json", b"[\xff]")],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    with pytest.raises(FileRefusedError):
        read(tmp_path / name, content)


def test_an_empty_array_has_no_rows(tmp_path: Path) -> None:
    assert read(tmp_path / "units.json", " [ ] ") == []
