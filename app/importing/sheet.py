"""A file as a sheet of texts: its columns, and its rows with the lines they stood in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from app.importing.json_array import is_array, read_array
from app.importing.kind import Place
from app.tiering.files.csv_source import open_csv
from app.tiering.files.ndjson_source import open_ndjson
from app.tiering.files.source import Batch, FileRefusedError, Source


class Format(StrEnum):
    """How a file is written: JSON is an array of objects, or an object a line."""

    CSV = "csv"
    JSON = "json"


_SUFFIXES: Final = {".csv": Format.CSV, ".json": Format.JSON, ".ndjson": Format.JSON, ".jsonl": Format.JSON}


class Record(NamedTuple):
    """A row: its line or the item it is, its cells by column, empty ones left out; or why it could not be read."""

    line: int
    cells: dict[str, str]
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's columns, its size in bytes, and its records batch by batch, with the bytes read by then.

    `place` says what its records are counted by, `headed` whether a line of its own names the columns: CSV has one, in
    JSON each record names its own.
    """

    columns: tuple[str, ...]
    size: int
    batches: Callable[[], Iterator[tuple[list[Record], int]]]
    place: Place = "line"
    headed: bool = False


def format_of(path: Path) -> Format | None:
    """The format that a file's ending says; None where it says none."""
    return _SUFFIXES.get(path.suffix.lower())


def open_sheet(path: Path, written: Format) -> Sheet:
    """Open a file; raises FileRefusedError where it cannot be read at all."""
    if not path.is_file():
        raise FileRefusedError(f"{path}: there is no such file")
    if written is Format.CSV:
        return replace(_of_source(open_csv(path)), headed=True)
    if is_array(path):
        return _of_array(path)
    return _of_source(open_ndjson(path))


def _of_array(path: Path) -> Sheet:
    """An array's items by the lines in which they begin, or, where two begin in one, by their numbers."""
    columns, items = read_array(path)
    place: Place = "line" if len({item.line for item in items}) == len(items) else "item"
    records = [
        Record(item.line if place == "line" else number, _filled(item.cells), item.wrong)
        for number, item in enumerate(items, 1)
    ]
    size = path.stat().st_size
    return Sheet(columns, size, lambda: iter([(records, size)]), place)


def _of_source(source: Source) -> Sheet:
    def batches() -> Iterator[tuple[list[Record], int]]:
        for batch in source.batches():
            yield _records(batch, source.columns), batch.done

    return Sheet(source.columns, source.size, batches)


def _records(batch: Batch, columns: tuple[str, ...]) -> list[Record]:
    rows = zip(*(batch.cells(name) for name in columns), strict=True)
    read = [
        Record(line, _filled(dict(zip(columns, row, strict=True)))) for line, row in zip(batch.lines, rows, strict=True)
    ]
    return read + [Record(aside.line, _filled(aside.row), aside.reason) for aside in batch.aside]


def _filled(cells: dict[str, str | None]) -> dict[str, str]:
    """The cells that hold something, without the blanks around it."""
    return {name: text for name, cell in cells.items() if isinstance(cell, str) and (text := cell.strip())}
