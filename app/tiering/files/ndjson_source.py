"""Read NDJSON: an object a line, numbers exact. A cell is the text that JSON has for it, so that batches agree."""

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, Final

import polars as pl

from app.strict_json.flaws import Flaw, UnsoundJsonError
from app.strict_json.reading import read_strictly
from app.tiering.files.source import ROWS, Aside, Batch, FileRefusedError, Source

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_NO_OBJECT: Final = "is no JSON object"
_SHOWN: Final = 100
"""Characters of a key that a reason shows."""


def open_ndjson(path: Path) -> Source:
    """The columns are the keys of the first rows: later rows may leave some out, and are told of others."""
    columns: dict[str, None] = {}
    with path.open("rb") as file:
        for line in islice(file, ROWS):
            columns.update(dict.fromkeys(_object(line)[0] or ()))
    if not columns:
        raise FileRefusedError(_none(path))
    schema = pl.Schema(dict.fromkeys(columns, pl.String))
    return Source(schema, path.stat().st_size, lambda: _batches(path, schema))


def _none(path: Path) -> str:
    """Why a file has no columns, in words: its first line is broken, or none is an object."""
    with path.open("rb") as file:
        for number, line in enumerate(islice(file, ROWS), 1):
            row, reason = _object(line) if line.strip() else ({}, "")
            if row is None and reason != _NO_OBJECT:
                return f"{path.name}:{number} {reason}"
    return f"{path.name}: no line is a JSON object"


def read_line(line: bytes, columns: tuple[str, ...]) -> tuple[dict[str, Any], str]:
    """A row's cells by column, and what is wrong with it; empty where nothing is."""
    row, reason = _object(line)
    if row is None:
        return {}, reason
    extra = [name for name in row if name not in columns]
    return row, f"has columns that the first {ROWS} lines have not: {', '.join(extra)}" if extra else ""


def as_text(cell: Any) -> str | None:
    """A cell as text: texts and nothing as they are, anything else as JSON writes it."""
    if cell is None or isinstance(cell, str):
        return cell
    return str(cell) if isinstance(cell, Decimal) else json.dumps(cell, ensure_ascii=False, default=str)


def _batches(path: Path, schema: pl.Schema) -> Iterator[Batch]:
    columns = tuple(schema)
    with path.open("rb") as file:
        numbered = enumerate(file, 1)
        while chunk := list(islice(numbered, ROWS)):
            read = [(number, *read_line(line, columns)) for number, line in chunk if line.strip()]
            good = [(number, row) for number, row, reason in read if not reason]
            texts = {name: [as_text(row.get(name)) for _, row in good] for name in columns}
            aside = [Aside(number, reason, row) for number, row, reason in read if reason]
            own = pl.DataFrame(texts, schema=schema)
            yield Batch([number for number, _ in good], own, texts, aside, file.tell())


def _object(line: bytes) -> tuple[dict[str, Any] | None, str]:
    try:
        row = read_strictly(line.removeprefix(_BYTE_ORDER_MARK).strip())
    except UnsoundJsonError as unsound:
        return None, f"is not sound JSON: {'; '.join(map(_said, unsound.flaws))}"
    return (row, "") if isinstance(row, dict) else (None, _NO_OBJECT)


def _said(flaw: Flaw) -> str:
    """What is wrong and where in the line, for people: the line itself is told beside it."""
    where = "/".join(str(part)[:_SHOWN] for part in flaw.place)
    return f"{where} {flaw.detail}".strip().replace("line 1, column", "at character")
