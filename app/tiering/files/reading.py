"""Open a file of clients, by its ending."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from app.tiering.files.csv_source import open_csv
from app.tiering.files.ndjson_source import open_ndjson
from app.tiering.files.parquet_source import open_parquet
from app.tiering.files.source import SUFFIXES, FileRefusedError, Source

_OPENERS: Final[dict[str, Callable[[Path], Source]]] = {
    ".csv": open_csv,
    ".ndjson": open_ndjson,
    ".jsonl": open_ndjson,
    ".parquet": open_parquet,
}


def open_source(path: Path) -> Source:
    """Open a CSV, NDJSON or Parquet file; raises FileRefusedError."""
    if not path.exists():
        raise FileRefusedError(f"{path}: there is no such file")
    if not path.is_file():
        raise FileRefusedError(f"{path} is no file")
    opener = _OPENERS.get(path.suffix.lower())
    if opener is None:
        raise FileRefusedError(f"{path.name}: give a file that ends in {', '.join(SUFFIXES)}")
    return opener(path)
