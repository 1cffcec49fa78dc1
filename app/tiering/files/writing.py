"""Write results whole or not at all: to a file beside, moved into place once it is complete."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import polars as pl

from app.tiering.files.reading import SUFFIXES, FileRefused

_SINKS: Final[dict[str, Callable[[pl.LazyFrame, Path], Any]]] = {
    ".csv": lambda frame, path: frame.sink_csv(path),
    ".ndjson": lambda frame, path: frame.sink_ndjson(path),
    ".jsonl": lambda frame, path: frame.sink_ndjson(path),
    ".parquet": lambda frame, path: frame.sink_parquet(path),
}


def check_target(path: Path, source: Path) -> None:
    """Refuse a target that cannot be written, before any work is done; raises FileRefused."""
    if path.suffix.lower() not in _SINKS:
        raise FileRefused(f"{path.name}: write to a file that ends in {', '.join(SUFFIXES)}")
    if path.exists() and source.exists() and path.samefile(source):
        raise FileRefused(f"{path}: would overwrite what is read")
    if not path.parent.is_dir():
        raise FileRefused(f"{path.parent} is no folder")


def aside_path(target: Path) -> Path:
    """Where rows without a decision go: `OUT.aside.csv` beside the target."""
    return target.with_name(f"{target.stem}.aside.csv")


def write(frame: Callable[[], pl.LazyFrame], target: Path) -> None:
    """Drain the frame into the target; leaves no half-written file whatever happens."""
    draft = target.with_name(f".{target.name}.draft")
    try:
        _SINKS[target.suffix.lower()](frame(), draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
