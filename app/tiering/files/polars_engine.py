"""Score a file in this process, a batch at a time, so that memory does not grow with the file."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl

from app.kernel.columns.decide import decide_columns
from app.kernel.rulebook import Rulebook
from app.progress_bar import Bar, shown
from app.tiering.files.encoding import ColumnMap, Encoder, map_columns
from app.tiering.files.reading import open_source
from app.tiering.files.source import Aside, Batch, Source
from app.tiering.files.tally import Tally
from app.tiering.files.task import Task
from app.tiering.files.unmatched import unmatched
from app.tiering.files.wording import asked_first, needed, result_names, type_of, worded
from app.tiering.files.writing import aside_path, aside_writer, check_columns, check_target, drafted, write


def score_with_polars(task: Task) -> tuple[Tally, Path]:
    """Score the file, and show a terminal how far it is; returns the tally and the file of rows set aside.

    Raises FileRefusedError where the input cannot be read or the output cannot be written.
    """
    check_target(task.output, task.source)
    opened = open_source(task.source)
    check_columns(opened.schema, task.output)
    mapping = map_columns(task.book, opened.columns, task.mapping, task.standing)
    aside = aside_path(task.output)
    with (
        shown(task.source.name, opened.size) as bar,
        drafted(aside, task.output) as (aside_draft, draft),
        aside_writer(aside_draft, opened.columns, excel=task.excel) as set_aside,
    ):
        scoring = _Scoring(task.book, opened, mapping, set_aside, bar)
        write(scoring.batches(), scoring.schema, draft, task.output.suffix, excel=task.excel)
    return scoring.tally, aside


class _Scoring:
    """Scores one file: the file's own columns and the outcome, batch by batch as a sink asks for them.

    Rows without a decision go to `aside`; `tally` is complete once the batches are drunk to the last.
    """

    def __init__(
        self, book: Rulebook, source: Source, mapping: ColumnMap, aside: Callable[[Aside], None], bar: Bar
    ) -> None:
        self.book, self.source, self.encoder = book, source, Encoder(book, mapping)
        self.tally = Tally(unmatched=unmatched(book, source.columns, mapping))
        self._names = result_names(book, source.columns)
        self._needed, self._asked = needed(book), asked_first(book)
        self._aside, self._bar = aside, bar

    @property
    def schema(self) -> pl.Schema:
        """The columns of every batch, and of a result without rows."""
        outcomes = pl.Schema({plain: type_of(name) for name, plain in self._names.items()})
        return pl.Schema([*self.source.schema.items(), *outcomes.items()])

    def batches(self) -> Iterator[pl.DataFrame]:
        """Decide the file."""
        for batch in self.source.batches():
            encoded, unread = self.encoder.encoded(batch)
            decided = self._decided(encoded)
            has_decision = pl.col("applies") & ~pl.col("refused")
            kept = decided.filter(has_decision)
            undecided = [self._undecided(batch, row) for row in decided.filter(~has_decision).iter_rows(named=True)]
            for each in sorted([*batch.aside, *unread, *undecided], key=lambda one: one.line):
                self._aside(each)
                self.tally.set_aside(each.reason)
            self.tally.add(self.book, kept)
            yield self._results(batch, kept)
            self._bar.reach(batch.done)

    def _decided(self, encoded: pl.DataFrame) -> pl.DataFrame:
        frame: pl.DataFrame = decide_columns(self.book, nw.from_native(encoded.lazy())).collect().to_native()
        return frame

    def _results(self, batch: Batch, kept: pl.DataFrame) -> pl.DataFrame:
        return pl.concat([batch.own[kept["row__at"]], worded(self.book, kept, self._names)], how="horizontal")

    def _undecided(self, batch: Batch, row: dict[str, Any]) -> Aside:
        if row["applies"]:
            reason = f"needs {', '.join(name for name in self._needed if row[f'missing__{name}'])}"
        elif unknown := [name for name in self._asked if row.get(f"fact__{name}") is None]:
            reason = f"needs {', '.join(unknown)}"
        else:
            reason = f"{self.book.name} does not apply"
        return batch.set_aside(row["row__at"], reason)
