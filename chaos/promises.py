"""What was promised, what was found, and whether it was kept: on the terminal, and in `chaos/results.md`."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from bench import machine

RESULTS: Final = Path(__file__).with_name("results.md")
_HEADS: Final = ("scenario", "promise", "found", "")


@dataclass(frozen=True)
class Promise:
    """One line of the table; `kept` is None where nothing is promised, and the line only tells."""

    what: str
    found: str
    kept: bool | None = None

    @property
    def verdict(self) -> str:
        """In a word."""
        return "" if self.kept is None else "kept" if self.kept else "BROKEN"


def none_of(what: str, number: int) -> Promise:
    """That there is none of something."""
    return Promise(what, f"{number:,}", number == 0)


def exactly(what: str, found: int, wanted: int) -> Promise:
    """That there are so many."""
    return Promise(what, f"{found:,} of {wanted:,}", found == wanted)


def at_most(what: str, found: float, most: float, unit: str = "") -> Promise:
    """That it is no more than that."""
    return Promise(what, f"{found:,.4g}{unit}, at most {most:,.4g}{unit}", found <= most)


Found = Sequence[tuple[str, Sequence[Promise]]]
"""What was found, by scenario."""


def show(found: Found) -> None:
    """Print the table."""
    table = Table(*_HEADS)
    for row in _rows(found):
        table.add_row(*row)
    Console(width=None if sys.stdout.isatty() else 140).print(table)


def write(found: Found, command: str) -> None:
    """Write `results.md`."""
    lines = [
        "# What is promised, and what was found",
        "",
        "Written by `make chaos`, which runs real processes on a real PostgreSQL and does them harm. What is done, and",
        "what follows from it, stands at the top of each scenario in `chaos/`.",
        "",
        _line(_HEADS),
        _line("---" for _ in _HEADS),
        *map(_line, _rows(found)),
        "",
        "## Where and with what",
        "",
        *(f"- {name}: {value}" for name, value in machine.described() if name != "command"),
        f"- command: `{command}`",
    ]
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _rows(found: Found) -> Iterable[tuple[str, ...]]:
    for scenario, promises in found:
        for at, each in enumerate(promises):
            yield ("" if at else scenario, each.what, each.found, each.verdict)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
