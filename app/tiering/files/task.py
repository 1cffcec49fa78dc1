"""One file to score, as it was asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.kernel.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Task:
    """Which clients by which rulebook, and where the results go.

    `mapping` gives facts by other columns than those of their name, `standing` is the column of the tier each client
    stands in. `excel` marks CSV as UTF-8 by a byte order mark, without which Chinese Excel takes it for GB18030.
    """

    book: Rulebook
    source: Path
    output: Path
    mapping: Mapping[str, str] = field(default_factory=dict)
    standing: str | None = None
    excel: bool = False
