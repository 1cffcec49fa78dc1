"""Read a file batch by batch, whatever its size; rows that cannot be read are told, not dropped."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

import polars as pl

from app.errors import Problem
from app.http.json_body import read_json

ROWS: Final = 50_000
"""Rows held at once."""

SUFFIXES: Final = (".csv", ".ndjson", ".jsonl", ".parquet")
_SAMPLE: Final = 1 << 20


class FileRefused(ValueError):  # noqa: N818  the file is refused; its message is for the one who gave it
    """The file cannot be read at all; the message says why."""


@dataclass(slots=True)
class Aside:
    """A row that has no decision: its line in the file (from 1), and why."""

    line: int
    reason: str
    row: dict[str, Any]


@dataclass(slots=True)
class Batch:
    """Rows by column, the line each stood in, those that could not be read, and how far into the file this is."""

    lines: list[int] = field(default_factory=list)
    columns: dict[str, list[Any]] = field(default_factory=dict)
    aside: list[Aside] = field(default_factory=list)
    done: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """A file: its columns, its size in whatever unit `Batch.done` counts, and its batches."""

    columns: tuple[str, ...]
    size: int
    batches: Callable[[], Iterator[Batch]]


def open_source(path: Path) -> Source:
    """Open a CSV, NDJSON or Parquet file by its ending; raises FileRefused."""
    if not path.is_file():
        raise FileRefused(f"{path} is no file")
    openers = {".csv": _open_csv, ".parquet": _open_parquet, ".ndjson": _open_ndjson, ".jsonl": _open_ndjson}
    opener = openers.get(path.suffix.lower())
    if opener is None:
        raise FileRefused(f"{path.name}: give a file that ends in {', '.join(SUFFIXES)}")
    return opener(path)


def _open_csv(path: Path) -> Source:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        header = _next_row(csv.reader(file), path)
    if not header or len(set(header)) < len(header) or not all(header):
        raise FileRefused(f"{path.name}: the first line must name every column, each once")
    return Source(tuple(header), path.stat().st_size, lambda: _csv_batches(path, encoding, header))


def _next_row(rows: Any, path: Path) -> list[str]:
    try:
        return [name.strip() for name in next(rows, [])]
    except (csv.Error, UnicodeDecodeError) as error:
        raise FileRefused(f"{path.name}: {error}") from None


def _encoding(path: Path) -> str:
    """UTF-8 (a byte order mark is skipped), else GB18030, in which Chinese office programs save."""
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    try:
        sample[: sample.rfind(b"\n") + 1 or None].decode("utf-8-sig")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def _csv_batches(path: Path, encoding: str, header: list[str]) -> Iterator[Batch]:
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        while True:
            batch = Batch(columns={name: [] for name in header})
            ended = _fill(batch, rows, header)
            batch.done = file.buffer.tell()
            if batch.lines or batch.aside:
                yield batch
            if ended:
                return


def _fill(batch: Batch, rows: Any, header: list[str]) -> bool:
    """Read up to a batch of rows; whether the file ended."""
    lists = list(batch.columns.values())
    for _ in range(ROWS):
        started = rows.line_num + 1
        try:
            row = next(rows)
        except StopIteration:
            return True
        except csv.Error as error:
            batch.aside.append(Aside(started, f"not CSV: {error}", {}))
            continue
        if not row:
            continue
        if len(row) != len(header):
            reason = f"has {len(row)} cells under {len(header)} columns"
            batch.aside.append(Aside(started, reason, dict(zip(header, row, strict=False))))
            continue
        batch.lines.append(started)
        for values, cell in zip(lists, row, strict=True):
            values.append(cell)
    return False


def _open_ndjson(path: Path) -> Source:
    """The columns are the keys of the first rows: later rows may leave some out, and are told of others."""
    columns: dict[str, None] = {}
    for line in _lines(path, ROWS):
        columns.update(dict.fromkeys(_object(line)[0] or ()))
    if not columns:
        raise FileRefused(f"{path.name}: no line is a JSON object")
    return Source(tuple(columns), path.stat().st_size, lambda: _ndjson_batches(path, tuple(columns)))


def _lines(path: Path, most: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from islice(file, most)


def _ndjson_batches(path: Path, columns: tuple[str, ...]) -> Iterator[Batch]:
    with path.open("rb") as file:
        numbered = enumerate(file, 1)
        while chunk := list(islice(numbered, ROWS)):
            batch = Batch(columns={name: [] for name in columns}, done=file.tell())
            for number, line in chunk:
                _add_object(batch, number, line)
            yield batch


def _add_object(batch: Batch, number: int, line: bytes) -> None:
    if not line.strip():
        return
    row, reason = _object(line)
    extra = [] if row is None else [name for name in row if name not in batch.columns]
    if extra:
        reason = f"has columns that the first {ROWS} lines have not: {', '.join(extra)}"
    if row is None or reason:
        batch.aside.append(Aside(number, reason, row or {}))
        return
    batch.lines.append(number)
    for name, values in batch.columns.items():
        values.append(row.get(name))


def _object(line: bytes) -> tuple[dict[str, Any] | None, str]:
    try:
        row = read_json(line)
    except Problem as problem:
        return None, f"not JSON: {problem.detail}"
    return (row, "") if isinstance(row, dict) else (None, "is no JSON object")


def _open_parquet(path: Path) -> Source:
    try:
        frame = pl.scan_parquet(path)
        columns = tuple(frame.collect_schema().names())
        rows = frame.select(pl.len()).collect().item()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise FileRefused(f"{path.name}: not Parquet: {str(error).splitlines()[0]}") from None
    return Source(columns, rows, lambda: _parquet_batches(path))


def _parquet_batches(path: Path) -> Iterator[Batch]:
    done = 0
    for frame in pl.scan_parquet(path).collect_batches(chunk_size=ROWS, maintain_order=True):
        lines = list(range(done + 1, done + len(frame) + 1))
        done += len(frame)
        yield Batch(lines, frame.to_dict(as_series=False), [], done)
