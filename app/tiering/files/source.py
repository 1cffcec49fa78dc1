"""What a file of clients is to the engine: columns, and batches of rows in their order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

ROWS: Final = 50_000
"""Rows held at once."""

SUFFIXES: Final = (".csv", ".ndjson", ".jsonl", ".parquet")


class FileRefusedError(ValueError):
    """The file cannot be read at all; the message says why."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A row that has no decision: its line in the file (from 1), why, and its cells as far as they could be read."""

    line: int
    reason: str
    row: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows as they go out again, and the line each stood in; those that could not be read; how far the file is read.

    `raw` holds the cells as they were read, where these are not simply those of `own`.
    """

    lines: list[int]
    own: pl.DataFrame
    raw: dict[str, list[Any]] = field(default_factory=dict)
    aside: list[Aside] = field(default_factory=list)
    done: int = 0

    def cells(self, column: str) -> list[Any]:
        """The cells of a column, as they were read."""
        return self.raw[column] if column in self.raw else self.own[column].to_list()

    def set_aside(self, at: int, reason: str) -> Aside:
        """The row at a position, without a decision."""
        return Aside(self.lines[at], reason, self.own.row(at, named=True))


@dataclass(frozen=True, slots=True)
class Source:
    """A file: the columns of its batches, its size in whatever unit `Batch.done` counts, and its batches."""

    schema: pl.Schema
    size: int
    batches: Callable[[], Iterator[Batch]]

    @property
    def columns(self) -> tuple[str, ...]:
        """The file's columns, in their order."""
        return tuple(self.schema)
