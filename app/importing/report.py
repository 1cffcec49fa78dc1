"""What came of a file: counts, or every problem by line."""

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from app.importing.kind import Applied, Flaw, Place, Tally

SHOWN: Final = 100
"""Problems that are told one by one; the others are counted."""


@dataclass(slots=True)
class Report:
    """One file's outcome. `headings` is what the file calls the kind's columns, `place` what it counts by."""

    file: str
    headings: Mapping[str, str] = field(default_factory=dict)
    place: Place = "line"
    rows: int = 0
    tally: Tally = field(default_factory=Tally)
    problems: int = 0
    first: list[Flaw] = field(default_factory=list)
    remarks: Counter[str] = field(default_factory=Counter)

    def find(self, flaws: Iterable[Flaw]) -> None:
        """Add problems."""
        found = list(flaws)
        self.problems += len(found)
        self.first = heapq.nsmallest(SHOWN, [*self.first, *found], key=lambda flaw: flaw.line)

    def add(self, applied: Applied) -> None:
        """Add what came of rows."""
        self.tally.add(applied.tally)
        self.find(applied.flaws)
        self.remarks.update(applied.remarks)

    def remarked(self) -> list[str]:
        """What looks like a slip, with how many lines have it; the commonest first."""
        told = self.remarks.most_common(SHOWN)
        more = len(self.remarks) - len(told)
        lines = [f"{self.file}: {says} ({count} {'line' if count == 1 else 'lines'})" for says, count in told]
        return [*lines, *([f"and {more} more remarks"] if more else ())]

    def lines(self) -> list[str]:
        """The problems, by line."""
        more = self.problems - len(self.first)
        return [*map(self._told, self.first), *([f"and {more} more"] if more else ())]

    def _told(self, flaw: Flaw) -> str:
        heading = self.headings.get(flaw.column, flaw.column)
        where = f"{self.file}:{flaw.line}" if self.place == "line" else f"{self.file}, item {flaw.line}:"
        return " ".join(filter(None, (where, heading, flaw.says)))
