"""Stored versions as a table; Chinese and English columns align on a terminal."""

from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.table import Table

from app.rulebooks.tables import RulebookVersion

_COLUMNS: Final = ("Rulebook 细则", "Version 版本", "State 状态", "In force from 生效", "Digest 摘要")
_WIDE: Final = 120
_DIGEST: Final = len("sha256:") + 12


def as_table(rows: Sequence[RulebookVersion], *, terminal: bool) -> str:
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


def _cells(row: RulebookVersion) -> list[str]:
    state = "draft" if row.published_at is None else "published"
    return [row.name, str(row.number), state, str(row.effective_from or "–"), row.digest]
