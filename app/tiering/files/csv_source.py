"""Read CSV as banks have it: UTF-8 or GB18030, quoted line ends, and now and then a broken row."""

import csv
from collections import Counter
from collections.abc import Iterator
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Any, Final

import polars as pl

from app.tiering.files.charset import UNREADABLE, encoding_of, is_sound, readable
from app.tiering.files.source import ROWS, Aside, Batch, FileRefusedError, Source

_ERRORS: Final = {
    "field larger than field limit": "has a cell of over 131072 characters, or a quote that is not closed",
    "unexpected end of data": "opens a quote that is not closed: all that follows it is unread",
    "expected after": "has a quote inside a quoted cell that is not doubled",
}


def open_csv(path: Path) -> Source:
    """The columns are named by the first line. Raises FileRefusedError."""
    encoding = encoding_of(path)
    try:
        with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
            header = [name.strip() for name in next(csv.reader(file, strict=True), [])]
    except csv.Error as error:
        raise FileRefusedError(f"{path.name}: the first line {_plain(error)}") from None
    check_header(path.name, header)
    schema = pl.Schema(dict.fromkeys(header, pl.String))
    return Source(schema, path.stat().st_size, lambda: _batches(path, encoding, schema))


def check_header(file: str, header: list[str]) -> None:
    """Refuse a header that cannot be read, leaves a column without a name, or gives a name twice."""
    if not is_sound("".join(header)):
        raise FileRefusedError(f"{file}: the first line {UNREADABLE}")
    if not any(header):
        raise FileRefusedError(f"{file}: the first line is empty; it must name the columns")
    if not all(header):
        raise FileRefusedError(f"{file}: the first line gives column {header.index('') + 1} no name")
    twice = [name for name, count in Counter(header).items() if count > 1]
    if twice:
        raise FileRefusedError(f"{file}: the first line has the column {twice[0]} twice")


def wrong_row(row: list[str] | csv.Error, width: int) -> str:
    """What is wrong with a row, or with what should have been one; empty where nothing is."""
    if isinstance(row, csv.Error):
        return _plain(row)
    if len(row) != width:
        return f"has {len(row)} cells under {width} columns"
    return "" if is_sound("".join(row)) else UNREADABLE


def _batches(path: Path, encoding: str, schema: pl.Schema) -> Iterator[Batch]:
    with path.open("rb") as file:
        reader = csv.reader(TextIOWrapper(file, encoding, errors="surrogateescape", newline=""), strict=True)
        rows = _numbered(reader)
        next(rows)
        while chunk := list(islice(rows, ROWS)):
            yield _batch(chunk, schema, file.tell())


def _numbered(reader: Any) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """Each row with its line, or what stopped its reading; empty lines are no rows."""
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, error
            continue
        if row:
            yield line, row


def _batch(chunk: list[tuple[int, list[str] | csv.Error]], schema: pl.Schema, done: int) -> Batch:
    lines: list[int] = []
    good: list[list[str]] = []
    aside: list[Aside] = []
    for line, row in chunk:
        reason = wrong_row(row, len(schema))
        if reason or isinstance(row, csv.Error):
            aside.append(Aside(line, reason, _readable(row, schema)))
        else:
            lines.append(line)
            good.append(row)
    columns: Any = zip(*good, strict=True) if good else [()] * len(schema)
    raw = dict(zip(schema, map(list, columns), strict=True))
    return Batch(lines, pl.DataFrame(raw, schema=schema), raw, aside, done)


def _readable(row: list[str] | csv.Error, schema: pl.Schema) -> dict[str, str]:
    if isinstance(row, csv.Error):
        return {}
    return {name: readable(cell) for name, cell in zip(schema, row, strict=False)}


def _plain(error: csv.Error) -> str:
    """What csv says, in words."""
    return next((words for said, words in _ERRORS.items() if said in str(error)), f"is not CSV: {error}")
