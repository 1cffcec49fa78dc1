"""What is left out of a faulty document, so that the rest is still checked, and checked without echoes of the fault."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from app.rulebooks.problem import Path

_REMARKS: Final = {"label", "labels", "source", "note", "illustrative", "max_age"}
"""Fields that can be left out alone: no rule reads them."""
_UNITS: Final = (
    ("scorecard", "dimensions", "*", "indicators", "*"),
    ("scorecard", "dimensions", "*"),
    ("scorecard", "weights", "*"),
    ("tiers", "rules", "*"),
    ("tiers", "ceilings", "*"),
    ("tiers", "movement"),
    ("coverage", "obligations", "*"),
    ("facts", "*"),
    ("classifications", "*"),
    ("warnings", "*"),
    ("exits", "*"),
    ("exit_process", "steps", "*"),
    ("selection", "*"),
    ("examples", "*"),
)
"""Parts that are left out whole where something in them is at fault; elsewhere it is the section."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Parts whose form is at fault: `paths` are their places in the text, `words` every key and value in them.

    A name that is known nowhere else but stands among the words was declared there, and is no fault of its own.
    """

    paths: frozenset[Path] = frozenset()
    words: frozenset[str] = frozenset()

    def touches(self, path: Path) -> bool:
        """Whether something at or below a place of the text is left out."""
        return any(each[: len(path)] == path for each in self.paths)

    def as_written(self, path: Path) -> Path:
        """The place in the text of a part of the document, whose lists are shorter by what is left out."""
        written: Path = ()
        for step in path:
            gaps = {each[-1] for each in self.paths if each[:-1] == written} if isinstance(step, int) else set()
            written = (*written, _position(step, gaps) if isinstance(step, int) else step)
        return written


def unit_of(path: Path) -> Path:
    """The part that is left out for a fault at `path`."""
    unit = next((path[: len(each)] for each in _UNITS if _matches(path, each)), path[:1])
    field = path[len(unit) : len(unit) + 1]
    return (*unit, *field) if field and field[0] in _REMARKS else unit


def _matches(path: Path, unit: tuple[str, ...]) -> bool:
    return len(path) >= len(unit) and all(want in {"*", step} for want, step in zip(unit, path, strict=False))


def words_in(data: Any) -> Iterator[str]:
    """Every key and every text in `data`."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from words_in(value)
    elif isinstance(data, list):
        for each in data:
            yield from words_in(each)


def _position(kept: int, gaps: set[str | int]) -> int:
    """Where the item that is now at `kept` stood."""
    at = 0
    while at in gaps or kept:
        kept -= at not in gaps
        at += 1
    return at
