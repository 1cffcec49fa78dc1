"""Files are read as banks have them: nothing is guessed, nothing is dropped, and what is wrong is told in words."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from app.tiering.files.reading import open_source
from app.tiering.files.source import Aside, FileRefusedError

Write = Callable[[str, bytes], Path]
HEADER = b"client,name,staff\n"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, content: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return written


def read(path: Path) -> tuple[list[tuple[int, dict[str, Any]]], list[Aside]]:
    """Every row with its line, and those set aside."""
    batches = list(open_source(path).batches())
    rows = [
        (line, row) for each in batches for line, row in zip(each.lines, each.own.iter_rows(named=True), strict=True)
    ]
    return rows, [aside for each in batches for aside in each.aside]


def reasons(path: Path) -> list[tuple[int, str]]:
    return [(each.line, each.reason) for each in read(path)[1]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_is_read_as_office_programs_save_it(write: Write, encoding: str) -> None:
    path = write("a.csv", "客户,名称\n1,招商银行股份有限公司\n2,\n".encode(encoding))
    rows, aside = read(path)
    assert rows == [(2, {"客户": "1", "名称": "招商银行股份有限公司"}), (3, {"客户": "2", "名称": ""})]
    assert aside == []


def test_a_character_across_the_end_of_what_tells_the_encoding_is_still_utf_8(write: Write) -> None:
    filler = (b"x" * 999 + b"\n") * 1048 + b"x" * 567 + b"\n"
    rows, _ = read(write("a.csv", "名称\n".encode() + filler + "银\n".encode()))
    assert rows[-1] == (1051, {"名称": "银"})


def test_bytes_that_are_no_characters_are_told_with_their_line(write: Write) -> None:
    filler = b"1," + b"x" * 999 + b",2\n"
    rows, aside = read(write("a.csv", HEADER + filler * 1100 + b"2,\xff\xfe,3\n"))
    assert len(rows) == 1100
    assert [(each.line, each.reason) for each in aside] == [
        (1102, "has characters that cannot be read; save the file as CSV UTF-8")
    ]
    assert aside[0].row == {"client": "2", "name": "??", "staff": "3"}


UNREADABLE = "has characters that cannot be read; save the file as CSV UTF-8"


@pytest.mark.parametrize(
    ("text", "damage"),
    [
        ("国建设", b"\xe5\xff\xbd\xe5\xbb\xba\xe8\xae\xbe"),
        ("国", b"\xe5\x9b"),
        ("国", b"\xe5\x9b\xe5"),
        ("设", b"\xe8\xae?"),
        ("中", b"\xd6\xd0"),
    ],
    ids=["no byte of GB18030", "cut short", "all bytes of GB18030", "replaced by a letter", "GB18030 in UTF-8"],
)
@pytest.mark.parametrize("rows", [2, 600, 100_000], ids=["at once", "in the sample", "after the sample"])
def test_a_damaged_byte_of_utf_8_costs_its_row_and_no_other(write: Write, rows: int, text: str, damage: bytes) -> None:
    lines = [f"{at},中国建设{at:06}\n".encode() for at in range(rows)]
    lines[-1] = lines[-1].replace(text.encode(), damage)
    read_rows, aside = read(write("a.csv", "客户,名称\n".encode() + b"".join(lines)))
    assert [row["名称"] for _, row in read_rows] == [f"中国建设{at:06}" for at in range(rows - 1)]
    assert [(each.line, each.reason) for each in aside] == [(rows + 1, UNREADABLE)]


def test_utf_8_that_can_be_read_as_gb18030_but_for_one_byte_is_still_utf_8(write: Write) -> None:
    content = "名称\n中国建设\n招商\n".encode().replace("国".encode(), b"\xe5\xaf\xe5")
    content.decode("gb18030")
    rows, aside = read(write("a.csv", content))
    assert [row["名称"] for _, row in rows] == ["招商"]
    assert [(each.line, each.reason) for each in aside] == [(2, UNREADABLE)]


def test_a_cell_of_gb18030_that_was_cut_inside_a_character_costs_its_row_and_no_other(write: Write) -> None:
    lines = ["客户,名称,地区\n", *(f"{at},招商银行股份有限公司,深圳\n" for at in range(5))]
    encoded = [line.encode("gb18030") for line in lines]
    encoded[3] = encoded[3].replace("司".encode("gb18030"), "司".encode("gb18030")[:1])
    rows, aside = read(write("a.csv", b"".join(encoded)))
    assert [row["客户"] for _, row in rows] == ["0", "1", "3", "4"]
    assert {row["名称"] for _, row in rows} == {"招商银行股份有限公司"}
    assert [(each.line, each.reason) for each in aside] == [(4, UNREADABLE)]


@pytest.mark.parametrize("shift", range(4))
def test_a_character_of_gb18030_across_the_end_of_what_tells_the_encoding_is_read(write: Write, shift: int) -> None:
    filler = b"x" * shift + b"y\n" + "银𠀀".encode("gb18030") * 300 + b"\n"
    content = "名称\n".encode("gb18030") + filler * 600
    rows, aside = read(write("a.csv", content))
    assert (len(content) > 1 << 20, len(rows), aside) == (True, 1200, [])
    assert rows[-1][1] == {"名称": "银𠀀" * 300}


def test_what_is_neither_is_never_read_as_other_characters(write: Write) -> None:
    content = "client,name\n1,Société\n2,Müller & Söhne\n3,plain\n4,né\n".encode("latin-1")
    rows, aside = read(write("a.csv", content))
    assert rows == [(4, {"client": "3", "name": "plain"})]
    assert [each.line for each in aside] == [2, 3, 5]


def test_lines_are_counted_through_quoted_line_ends_and_empty_lines(write: Write) -> None:
    content = HEADER + b'1,"two\nlines",3\r\n\r\n2,"say ""hi""",4\n\n3,c\n4,d,5'
    rows, aside = read(write("a.csv", content))
    assert [(line, row["client"], row["name"]) for line, row in rows] == [
        (2, "1", "two\nlines"),
        (5, "2", 'say "hi"'),
        (8, "4", "d"),
    ]
    assert [(each.line, each.reason) for each in aside] == [(7, "has 2 cells under 3 columns")]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"1,a\n", "has 2 cells under 3 columns"),
        (b"1,a,2,3\n", "has 4 cells under 3 columns"),
        (b'1,"a"b,2\n', "has a quote inside a quoted cell that is not doubled"),
        (b'1,"a,2\n9,b,3\n', "opens a quote that is not closed: all that follows it is unread"),
    ],
)
def test_a_broken_row_is_set_aside_with_its_line(write: Write, row: bytes, reason: str) -> None:
    assert reasons(write("a.csv", HEADER + b"0,good,1\n" + row)) == [(3, reason)]


def test_a_ragged_row_keeps_the_cells_it_has(write: Write) -> None:
    (aside,) = read(write("a.csv", HEADER + b"1,a\n"))[1]
    assert aside.row == {"client": "1", "name": "a"}


def test_reading_goes_on_after_a_cell_that_is_too_long(write: Write) -> None:
    rows, aside = read(write("a.csv", HEADER + b"1," + b"x" * 140_000 + b",2\n3,c,4\n"))
    assert [line for line, _ in rows] == [3]
    assert [each.line for each in aside] == [2]


def test_cells_keep_their_spaces_and_nul_and_headers_do_not(write: Write) -> None:
    rows, _ = read(write("a.csv", b" client ,name\n 1 ,a\x00b\n"))
    assert rows == [(2, {"client": " 1 ", "name": "a\x00b"})]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "a.csv: the first line is empty; it must name the columns"),
        ("a.csv", b"\n1,2\n", "a.csv: the first line is empty; it must name the columns"),
        ("a.csv", b"client,,staff\n", "a.csv: the first line gives column 2 no name"),
        ("a.csv", b"client,staff, client\n", "a.csv: the first line has the column client twice"),
        (
            "a.csv",
            b'"client\n',
            "a.csv: the first line opens a quote that is not closed: all that follows it is unread",
        ),
        ("a.csv", b"PK\x03\x04...", "a.csv: is an Excel workbook; save it as CSV UTF-8"),
        ("a.csv", "client\n".encode("utf-16"), "a.csv: is UTF-16; save it as CSV UTF-8"),
        (
            "a.csv",
            b"cl\xffient\n",
            "a.csv: the first line has characters that cannot be read; save the file as CSV UTF-8",
        ),
        ("a.xlsx", b"PK\x03\x04", "a.xlsx: give a file that ends in .csv, .ndjson, .jsonl, .parquet"),
        ("a", b"client\n", "a: give a file that ends in .csv, .ndjson, .jsonl, .parquet"),
        ("a.ndjson", b"", "a.ndjson: no line is a JSON object"),
        ("a.ndjson", b'[1]\n"x"\n', "a.ndjson: no line is a JSON object"),
        ("a.ndjson", b'\n{"a":\n', "a.ndjson:2 is not sound JSON: Expecting value: at character 6"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(write: Write, name: str, content: bytes, message: str) -> None:
    with pytest.raises(FileRefusedError) as refused:
        open_source(write(name, content))
    assert str(refused.value) == message


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"\x00" * 100 + b"PAR1", b"client\n1\n"])
def test_what_is_no_parquet_is_refused(write: Write, content: bytes) -> None:
    with pytest.raises(FileRefusedError, match=r"^a\.parquet: cannot be read as Parquet: .+"):
        open_source(write("a.parquet", content))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match="there is no such file"):
        open_source(tmp_path / "none.csv")
    with pytest.raises(FileRefusedError, match="is no file"):
        open_source(tmp_path)


def test_a_header_alone_is_a_file_without_rows(write: Write) -> None:
    assert read(write("a.csv", HEADER)) == ([], [])
    assert open_source(write("a.csv", HEADER)).columns == ("client", "name", "staff")


def test_json_lines_keep_numbers_as_they_are_written(write: Write) -> None:
    content = b'{"client": "1", "staff": 12, "revenue": 199999999.99}\n{"staff": 1.10, "flag": true, "more": null}\n'
    source = open_source(write("a.ndjson", content))
    (batch,) = source.batches()
    assert source.columns == ("client", "staff", "revenue", "flag", "more")
    assert batch.cells("staff") == ["12", "1.10"]
    assert batch.own.rows() == [("1", "12", "199999999.99", None, None), (None, "1.10", None, "true", None)]


def test_nested_json_goes_out_as_json(write: Write) -> None:
    rows, _ = read(write("a.ndjson", '{"tags": ["新", 1, null], "of": {"a": true}}\n'.encode()))
    assert rows == [(1, {"tags": '["新", 1, null]', "of": '{"a": true}'})]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"client": 1,', "is not sound JSON: Expecting property name enclosed in double quotes: at character 14"),
        (b"[1]", "is no JSON object"),
        (b"null", "is no JSON object"),
        (b'{"client": 1, "client": 2}', "is not sound JSON: client is written more than once"),
        (b'{"client": NaN}', "is not sound JSON: client is NaN, which JSON does not have"),
        (b'{"client": NaN, b', "is not sound JSON: Expecting property name enclosed in double quotes: at character"),
        (b'{"client": [NaN, ' + b"[" * 100_000, "is not sound JSON: is nested over 32 levels"),
        (b'{"of": {"a/b": [1, NaN]}}', "is not sound JSON: of/a/b/1 is NaN, which JSON does not have"),
        (b'{"client": 1e999}', "is not sound JSON: client is a number of over "),
        (b'{"client": "\\u0000"}', "is not sound JSON: client holds NUL or half a surrogate pair"),
        (b'{"client": "\xff"}', "is not sound JSON: Is not UTF-8: byte 12"),
    ],
)
def test_a_broken_json_line_is_set_aside_with_its_line(write: Write, line: bytes, reason: str) -> None:
    rows, aside = read(write("a.jsonl", b'\xef\xbb\xbf{"client": "0"}\n\n' + line + b'\n{"client": "9"}'))
    assert [at for at, _ in rows] == [1, 4]
    assert [each.line for each in aside] == [3]
    assert aside[0].reason.startswith(reason)


def test_a_key_that_the_first_lines_do_not_have_is_told(write: Write) -> None:
    content = b'{"client": 1}\n' * 50_000 + b'{"client": 2, "late": 3}\n'
    rows, aside = read(write("a.ndjson", content))
    assert len(rows) == 50_000
    assert [(each.line, each.reason) for each in aside] == [
        (50_001, "has columns that the first 50000 lines have not: late")
    ]


def test_parquet_columns_keep_their_types_and_a_row_is_told_by_its_number(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "whole": [1, None],
            "money": [Decimal("199999999.99"), None],
            "float": [0.1, float("nan")],
            "short": pl.Series([0.1, None], dtype=pl.Float32),
            "flag": [True, None],
            "text": ["a", None],
            "day": [date(2026, 11, 22), None],
            "kind": pl.Series(["x", None], dtype=pl.Categorical),
        }
    )
    path = tmp_path / "a[1].parquet"  # what a glob would take for a pattern
    frame.write_parquet(path)
    source = open_source(path)
    (batch,) = source.batches()
    assert (batch.lines, source.size, source.schema) == ([1, 2], 2, frame.schema)
    assert batch.own.equals(frame)
    assert batch.cells("short") == ["0.1", None]
    assert batch.cells("money") == [Decimal("199999999.99"), None]


@pytest.mark.parametrize("suffix", ["csv", "ndjson", "parquet"])
def test_large_files_come_in_batches_that_agree_and_tell_how_far_they_are(tmp_path: Path, suffix: str) -> None:
    frame = pl.DataFrame({"client": pl.int_range(120_000, eager=True).cast(pl.String)})
    path = tmp_path / f"a.{suffix}"
    getattr(frame.lazy(), f"sink_{suffix}")(path)
    source = open_source(path)
    batches = list(source.batches())
    assert len(batches) > 1
    assert pl.concat([each.own for each in batches]).equals(frame)
    assert [each.done for each in batches] == sorted(each.done for each in batches)
    assert batches[-1].done == source.size
