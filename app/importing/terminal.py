"""What staff see while a file is imported: how far it is read, then that it is written."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn


@dataclass(frozen=True, slots=True)
class Shown:
    """A bar that is told of the work."""

    progress: Progress
    task: TaskID

    def read(self, done: int) -> None:
        """So many bytes of the file have been dealt with."""
        self.progress.update(self.task, completed=done)

    def write(self, lines: int) -> None:
        """The whole file is read; its lines are being written, and nobody knows for how long."""
        self.progress.update(self.task, description=f"writing {lines} lines", total=None)


@contextmanager
def shown(size: int, name: str, console: Console | None = None) -> Iterator[Shown]:
    """A bar on a terminal, nothing elsewhere."""
    console = console or Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield Shown(progress, progress.add_task(name, total=size))
