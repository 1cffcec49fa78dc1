"""What staff see while a command works: how far it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar that is told of the work."""

    progress: Progress
    task: TaskID

    def reach(self, done: int, total: int | None = None) -> None:
        """So much is done by now; `total` where it has become known, or another."""
        self.progress.update(self.task, completed=done, total=total)

    def advance(self, more: int = 1) -> None:
        """So much more is done."""
        self.progress.advance(self.task, more)

    def end_with(self, doing: str) -> None:
        """All is done but this, and nobody knows how long it takes."""
        self.progress.update(self.task, visible=False)
        self.progress.add_task(doing, total=None)


@contextmanager
def shown(
    doing: str, total: int | None = None, console: Console | None = None, *, counted: bool = False
) -> Iterator[Bar]:
    """A bar on a terminal, nothing elsewhere; it says how many are done where they are `counted`, else the share."""
    console = console or Console(stderr=True)
    done = MofNCompleteColumn() if counted else TaskProgressColumn()
    columns = (TextColumn("{task.description}"), BarColumn(), done, TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield Bar(progress, progress.add_task(doing, total=total))
