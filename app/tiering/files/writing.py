"""Write results whole or not at all: to drafts beside, moved into place once they are complete."""

import csv
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import polars as pl
from polars.io.plugins import register_io_source

from app.tiering.files.source import SUFFIXES, Aside, FileRefusedError
from app.tiering.files.wording import aside_names

_NO_TEXT: Final = {".csv": (pl.Binary, pl.Duration, pl.Object), ".ndjson": (pl.Binary, pl.Object)}


def check_target(path: Path, source: Path) -> None:
    """Refuse a target that cannot be written, before any work is done; raises FileRefusedError."""
    if path.suffix.lower() not in SUFFIXES:
        raise FileRefusedError(f"{path.name}: write to a file that ends in {', '.join(SUFFIXES)}")
    if not path.parent.is_dir():
        raise FileRefusedError(f"{path.parent} is no folder")
    for each in (path, aside_path(path)):
        if each.is_dir():
            raise FileRefusedError(f"{each} is a folder")
        if each.exists() and source.exists() and each.samefile(source):
            raise FileRefusedError(f"{path}: would overwrite {source}, which is read; write to another name")


def check_columns(schema: pl.Schema, path: Path) -> None:
    """Refuse columns that a file of this kind cannot hold; raises FileRefusedError."""
    suffix = path.suffix.lower().replace(".jsonl", ".ndjson")
    for name, dtype in schema.items():
        if (suffix == ".csv" and dtype.is_nested()) or dtype in _NO_TEXT.get(suffix, ()):
            raise FileRefusedError(f"{path.name} cannot hold the column {name} ({dtype}); write a .parquet file")


def aside_path(target: Path) -> Path:
    """Where rows without a decision go: `OUT.aside.csv` beside the target."""
    return target.with_name(f"{target.stem}.aside.csv")


@contextmanager
def drafted(*targets: Path) -> Iterator[list[Path]]:
    """Drafts to write to. They replace the targets in the end, or vanish; an old target without a draft is removed."""
    drafts = [target.with_name(f".{target.name}.draft") for target in targets]
    try:
        _remove(drafts)
        yield drafts
        for draft, target in zip(drafts, targets, strict=True):
            if draft.exists():
                draft.replace(target)
            else:
                target.unlink(missing_ok=True)
    finally:
        _remove(drafts)


def write(batches: Iterator[pl.DataFrame], schema: pl.Schema, draft: Path, suffix: str, *, excel: bool) -> None:
    """Drain the batches into a draft, in the format of a suffix; for Excel, CSV begins with a byte order mark."""
    frame = register_io_source(lambda *_: batches, schema=schema, validate_schema=True)
    match suffix.lower():
        case ".csv":
            frame.sink_csv(draft, include_bom=excel)
        case ".parquet":
            frame.sink_parquet(draft)
        case _:
            frame.sink_ndjson(draft)


@contextmanager
def aside_writer(path: Path, columns: tuple[str, ...], *, excel: bool) -> Iterator[Callable[[Aside], None]]:
    """Writes rows set aside, with line and reason; makes the file only when there is one."""
    encoding = "utf-8-sig" if excel else "utf-8"
    with ExitStack() as opened:
        writer: Any = None

        def add(aside: Aside) -> None:
            nonlocal writer
            if writer is None:
                writer = csv.writer(opened.enter_context(path.open("w", encoding=encoding, newline="")))
                writer.writerow([*aside_names("line", columns), *columns])
            writer.writerow([aside.line, aside.reason, *(aside.row.get(name) for name in columns)])

        yield add


def _remove(drafts: list[Path]) -> None:
    for draft in drafts:
        if draft.is_dir():
            shutil.rmtree(draft)
        draft.unlink(missing_ok=True)
