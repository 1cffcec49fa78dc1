"""The table: on the terminal, and in `bench/results.md` with the machine and the versions."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from bench import machine
from bench.side_by_side import Ratio, in_words

RESULTS: Final = Path(__file__).with_name("results.md")
_HEADS: Final = ("what", "against", "figure", "lowest–highest", "reach", "")


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    against: str
    figure: str
    spread: str = ""
    reach: str = ""
    verdict: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """The line's cells, in order."""
        return (self.what, self.against, self.figure, self.spread, self.reach, self.verdict)


def ratio_row(what: str, against: str, ratio: Ratio, least: float | None = None) -> Row:
    """A ratio; `least` is what we want to reach."""
    times = "×" if ratio.typical >= 10 else ""
    reach = "" if least is None else f"≥ {least:g}{times}"
    verdict = "" if least is None else _verdict(met=ratio.typical >= least)
    return Row(what, against, in_words(ratio.typical) + times, ratio.spread, reach, verdict)


def limit_row(what: str, figure: float, unit: str, most: float) -> Row:
    """A figure that is to stay below a limit; a small one with a decimal."""
    places = 0 if figure >= 10 else 1
    return Row(what, "", f"{figure:.{places}f} {unit}", "", f"≤ {most:g} {unit}", _verdict(met=figure <= most))


def show(rows: Iterable[Row]) -> None:
    """Print the table."""
    table = Table(*_HEADS)
    for row in rows:
        table.add_row(*row.cells)
    Console(width=None if sys.stdout.isatty() else 140).print(table)


def write(rows: Iterable[Row], rates: Iterable[str]) -> None:
    """Write `results.md`."""
    lines = [
        "# How fast, against what",
        "",
        "Written by `make bench`, which runs what it compares in turns on one machine. A figure is our rate over the",
        "yardstick's, the middle one of all rounds; it is never a test. What is compared, and why that is fair, stands",
        "at the top of each file in `bench/`.",
        "",
        _line(_HEADS),
        _line("---" for _ in _HEADS),
        *(_line(row.cells) for row in rows),
        "",
        "## The rates behind the ratios",
        "",
        *(f"- {each}" for each in rates),
        "",
        "## Where and with what",
        "",
        *(f"- {name}: {value}" for name, value in machine.described()),
    ]
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _verdict(*, met: bool) -> str:
    return "ok" if met else "below"
