"""What staff see of a run: how far it is, and what came out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from app.rulebooks.published import Published
from app.tiering.files.tally import Tally, table

_WIDEST: Final = 110
"""Columns the closing table takes where the terminal does not say, as in a log."""


@contextmanager
def progress(size: int, name: str) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, nothing elsewhere."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task(name, total=size)
        yield lambda done: shown.update(task, completed=done)


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
