"""Stored versions as a table; Chinese and English columns align on a terminal."""

from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.table import Table

from app.rulebooks.reign import Reign
from app.rulebooks.stored import StoredVersion

_COLUMNS: Final = ("Rulebook 细则", "Version 版本", "State 状态", "In force 生效", "Digest 摘要")
_WIDE: Final = 120
_DIGEST: Final = len("sha256:") + 12


def as_table(rows: Sequence[StoredVersion], *, terminal: bool) -> str:
    """A table for a terminal; tab-separated lines, with whole digests, for whatever else reads them."""
    if not terminal:
        return "".join("\t".join(_cells(row)) + "\n" for row in rows)
    table = Table(*_COLUMNS, box=None, pad_edge=False)
    for row in rows:
        *cells, digest = _cells(row)
        table.add_row(*cells, digest[:_DIGEST])
    console = Console(highlight=False)
    console.width = max(console.width, _WIDE)
    with console.capture() as captured:
        console.print(
            table if rows else "Nothing is stored yet: the first start of the service stores the shipped ones."
        )
    return captured.get()


def _cells(row: StoredVersion) -> list[str]:
    version = row.version
    state = "draft" if version.published_at is None else "published"
    reigns = ", ".join(_in_words(each) for each in row.reigns if not each.called_off)
    return [version.name, str(version.number), state, reigns or "–", version.digest]


def _in_words(reign: Reign) -> str:
    """From when, until when where it has an end, and in which unit: `2026-12-01 to 2027-06-01 in B1`."""
    until = f" to {reign.until_day}" if reign.until_day else ""
    return f"{reign.from_day}{until}{f' in {reign.unit}' if reign.unit else ''}"
