"""Files of clients, scored by the command as staff give it."""

import csv
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from app.cli import app
from app.db.migrate import ROOT

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
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_csv(path: Path, header: list[str], rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path
