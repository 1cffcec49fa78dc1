"""Files of clients, scored by the command as staff give it."""

import csv
from functools import cache
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from app.cli import app
from app.db.migrate import ROOT
from app.kernel.rulebook import Rulebook
from app.rulebooks.check import load_sound
from app.tiering.files.polars_engine import score_with_polars
from app.tiering.files.tally import Tally
from app.tiering.files.task import Task

SIZE_FACTS = ["industry", "employees", "annual_revenue", "total_assets"]
LIBRARY = ROOT / "app" / "rulebooks" / "library"
SIZES = str(LIBRARY / "national-size.yaml")
STRATEGIC = str(LIBRARY / "strategic-clients.yaml")
RETAIL = str(LIBRARY / "retail-tiers.yaml")


def score(source: Path, output: Path, *options: str, rulebook: str = SIZES) -> Result:
    return CliRunner().invoke(app, ["score", str(source), "--rulebook", rulebook, "--output", str(output), *options])


def rows_of(path: Path) -> list[dict[str, Any]]:
    """A CSV as Python's own reader has it; no rows where there is no file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write_csv(path: Path, header: list[str], rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


@cache
def book_of(path: str) -> Rulebook:
    return load_sound(Path(path).read_text(encoding="utf-8")).rulebook


def score_here(source: Path, output: Path, book: str = SIZES, standing: str | None = None) -> tuple[Tally, Path]:
    """Score without the command around it."""
    task = Task(book_of(book), source, output, standing=standing)
    return score_with_polars(task)


def left_in(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}
