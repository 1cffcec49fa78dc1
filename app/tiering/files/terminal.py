"""What staff see at the end of a run."""

from pathlib import Path
from typing import Final

import typer
from rich.console import Console

from app.rulebooks.published import Published
from app.tiering.files.tally import Tally, table

_WIDEST: Final = 110
"""Columns the closing table takes where the terminal does not say, as in a log."""


def close(published: Published, tally: Tally, output: Path, aside: Path) -> None:
    """The closing table, what decided, and where the rows are."""
    console = Console()
    console.width = max(console.width, _WIDEST)
    console.print(table(published.sound.rulebook, tally))
    version = f"version {published.number}" if published.number else "not published"
    typer.echo(f"{published.name}, {version}, {published.sound.digest}")
    typer.echo(f"results    {output}")
    if tally.aside:
        typer.echo(f"set aside  {aside}")
    if tally.unmatched:
        typer.echo(f"tierbook score: {tally.unmatched}", err=True)
