"""What a file can hold, and what came of it. Features above describe each kind; `kinds.py` names them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from app.http.types import Wire
from app.trail.change import Change

Row = TypeVar("Row", bound=Wire)


Place = Literal["line", "item"]
"""What a file's rows are counted by, from 1: its lines, or, where several stand in one line, the items of its array."""


class Flaw(NamedTuple):
    """One thing that is wrong: in which line or item of the file, in which column (empty for the whole row), what."""

    line: int
    column: str
    says: str


@dataclass(frozen=True, slots=True)
class Line(Generic[Row]):
    """A row that could be read, and the line it began in, or which item it is."""

    number: int
    row: Row
    place: Place = "line"


@dataclass(slots=True)
class Tally:
    """How many things are new, different, or as they were."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0

    def add(self, other: "Tally") -> None:
        """Count what another counted."""
        self.created += other.created
        self.changed += other.changed
        self.unchanged += other.unchanged


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of rows. With a flaw anywhere in the file the transaction is undone.

    `remarks` say what is kept and looks like a slip, with how many lines have it.
    """

    tally: Tally
    flaws: Sequence[Flaw] = ()
    remarks: Mapping[str, int] = field(default_factory=dict)


Apply = Callable[[Change, Sequence[Line[Any]], frozenset[str]], Awaitable[Applied]]
"""Does what rows say, and finds what is wrong with it; the third are the ids of rows that could not be read."""


@dataclass(frozen=True, slots=True)
class Kind(Generic[Row]):
    """A kind of file.

    `row` is what a line has; its fields, by alias where they have one, are the columns. `headings` are other names that
    a column may have. `key` are the fields that no two lines share, the first of them the id; none: any may. `apply` is
    handed the whole file, or `at_once` rows at a time.
    """

    row: type[Row]
    key: tuple[str, ...]
    apply: Apply
    headings: Mapping[str, str] = field(default_factory=dict)
    at_once: int | None = None
