"""Score a file in this process, a batch at a time, so that memory does not grow with the file."""

import csv
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl
from polars.io.plugins import register_io_source

from app.kernel.columns import decide_columns
from app.kernel.rulebook import Rulebook
from app.tiering.files.encoding import Encoder
from app.tiering.files.reading import Aside, Batch, Source
from app.tiering.files.tally import Tally
from app.tiering.files.wording import result_names, worded

Progress = Callable[[int], None]


class PolarsScoring:
    """Scores one file. Feed it to a sink with `frame()`; `tally` is complete once the sink has drunk it all."""

    def __init__(self, book: Rulebook, source: Source, encoder: Encoder, aside: Path, progress: Progress) -> None:
        self.book, self.source, self.encoder = book, source, encoder
        self.tally = Tally()
        self._names = result_names(book, source.columns)
        self._aside_path = aside
        self._progress = progress

    def frame(self) -> pl.LazyFrame:
        """The file's own columns and the outcome, made batch by batch as a sink asks for them."""
        batches = self._results()
        first = next(batches, None)
        schema = self._schema() if first is None else first.schema

        def generate(*_: Any) -> Iterator[pl.DataFrame]:
            if first is not None:
                yield first
            yield from batches

        return register_io_source(generate, schema=schema)

    def _results(self) -> Iterator[pl.DataFrame]:
        with ExitStack() as opened:
            writer = _AsideWriter(self._aside_path, self.source.columns, opened)
            for batch in self.source.batches():
                yield self._scored(batch, writer)
                self._progress(batch.done)

    def _scored(self, batch: Batch, writer: "_AsideWriter") -> pl.DataFrame:
        encoded, unread = self.encoder.encoded(batch)
        decided = decide_columns(self.book, nw.from_native(encoded.lazy())).collect().to_native()
        kept = decided.filter(pl.col("applies") & ~pl.col("refused"))
        undecided = [
            _undecided(self.book, batch, row)
            for row in decided.filter(~pl.col("applies") | pl.col("refused")).iter_rows(named=True)
        ]
        for each in sorted([*batch.aside, *unread, *undecided], key=lambda one: one.line):
            writer.write(each)
            self.tally.set_aside(each.reason)
        self.tally.add(self.book, kept)
        own = pl.DataFrame(batch.columns, schema_overrides=_text_where_empty(batch), strict=False)
        return pl.concat([own[kept["row__at"]], worded(self.book, kept, self._names)], how="horizontal")

    def _schema(self) -> pl.Schema:
        return pl.Schema(dict.fromkeys((*self.source.columns, *self._names.values()), pl.String))


def _text_where_empty(batch: Batch) -> dict[str, Any]:
    """Columns of texts, or of nothing, are texts: a batch must not have another type than the one before."""
    return {
        name: pl.String
        for name, cells in batch.columns.items()
        if all(cell is None or isinstance(cell, str) for cell in cells)
    }


def _undecided(book: Rulebook, batch: Batch, row: dict[str, Any]) -> Aside:
    at = row["row__at"]
    if row["applies"]:
        wanted = [name for name, fact in book.facts.items() if fact.missing == "refuse" and row[f"missing__{name}"]]
        reason = f"needs {', '.join(wanted)}"
    else:
        reason = f"{book.name} does not apply"
    return Aside(batch.lines[at], reason, {name: cells[at] for name, cells in batch.columns.items()})


class _AsideWriter:
    """Writes rows set aside, with line and reason; makes the file only when there is one."""

    def __init__(self, path: Path, columns: tuple[str, ...], opened: ExitStack) -> None:
        self._path, self._columns, self._opened = path, columns, opened
        self._writer: Any = None

    def write(self, aside: Aside) -> None:
        """Add one row."""
        if self._writer is None:
            file = self._opened.enter_context(self._path.open("w", encoding="utf-8", newline=""))
            self._writer = csv.writer(file)
            self._writer.writerow(["line", "reason", *self._columns])
        self._writer.writerow([aside.line, aside.reason, *(aside.row.get(name) for name in self._columns)])
