"""Read Parquet: columns keep their types; a row's line is its number."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from app.tiering.files.source import ROWS, Batch, FileRefusedError, Source


def open_parquet(path: Path) -> Source:
    """Open the file; raises FileRefusedError, also later where the file turns out damaged."""
    try:
        frame = _scan(path)
        schema = frame.collect_schema()
        rows = int(frame.select(pl.len()).collect().item())
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _damaged(path, error) from None
    if not schema:
        raise FileRefusedError(f"{path.name}: has no columns")
    return Source(schema, rows, lambda: _batches(path))


def _scan(path: Path) -> pl.LazyFrame:
    return pl.scan_parquet(path, glob=False, hive_partitioning=False)


def _batches(path: Path) -> Iterator[Batch]:
    done = 0
    try:
        for own in _scan(path).collect_batches(chunk_size=ROWS, maintain_order=True):
            lines = list(range(done + 1, done + len(own) + 1))
            done += len(own)
            yield Batch(lines, own, _shortest(own), [], done)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _damaged(path, error) from None


def _shortest(own: pl.DataFrame) -> dict[str, list[str | None]]:
    """Short floats as their shortest decimals: widened to Python's floats, 0.1 would read 0.10000000149011612."""
    return {each.name: each.cast(pl.String).to_list() for each in own if each.dtype == pl.Float32}


def _damaged(path: Path, error: Exception) -> FileRefusedError:
    return FileRefusedError(f"{path.name}: cannot be read as Parquet: {str(error).splitlines()[0]}")
