"""From cells to encoded facts: the texts, numbers and flags of a file, exactly or not at all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

import polars as pl

from app.kernel.fact import Fact
from app.kernel.quantity import QuantityError
from app.kernel.rulebook import Rulebook
from app.tiering.files.reading import Aside, Batch, FileRefused

_REMEMBERED: Final = 65_536
Cell = tuple[int | None, str]
"""An encoded value, None where missing; and what is wrong with it, empty where nothing is."""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which column gives which fact, and which one gives the standing tier."""

    facts: Mapping[str, str]
    standing: str | None


def map_columns(book: Rulebook, columns: tuple[str, ...], asked: Mapping[str, str], standing: str | None) -> ColumnMap:
    """Facts by column: as asked, else the column that has the fact's name. Raises FileRefused."""
    for fact, column in asked.items():
        if fact not in book.facts:
            raise FileRefused(f"--map {fact}={column}: {book.name} has no fact {fact}; it has {', '.join(book.facts)}")
        if column not in columns:
            raise FileRefused(f"--map {fact}={column}: the file has no column {column}; it has {', '.join(columns)}")
    if standing is not None and standing not in columns:
        raise FileRefused(f"--standing {standing}: the file has no column {standing}")
    found = {fact: asked.get(fact, fact) for fact in book.facts if asked.get(fact, fact) in columns}
    if not found:
        raise FileRefused(
            f"no column gives a fact of {book.name} ({', '.join(book.facts)}); name them: --map fact=column"
        )
    return ColumnMap(found, standing)


class Encoder:
    """Encodes batches for one rulebook; remembers texts it has read, for files repeat themselves."""

    def __init__(self, book: Rulebook, mapping: ColumnMap) -> None:
        self._mapping = mapping
        self._cells = {name: fact_cell(book.facts[name]) for name in mapping.facts}
        self._tiers = book.tiers.labels if book.tiers else ()

    def encoded(self, batch: Batch) -> tuple[pl.DataFrame, list[Aside]]:
        """The batch with its fact columns beside its own, and the rows whose cells cannot be read."""
        problems: dict[int, list[str]] = {}
        encoded = {
            f"fact__{fact}": self._column(fact, column, batch.columns[column], problems)
            for fact, column in self._mapping.facts.items()
        }
        if self._mapping.standing is not None:
            encoded["standing__tier"] = self._standing(batch.columns[self._mapping.standing], problems)
        aside = [_aside(batch, at, "; ".join(reasons)) for at, reasons in sorted(problems.items())]
        frame = pl.DataFrame(encoded, schema=dict.fromkeys(encoded, pl.Int64))
        frame = frame.with_columns(row__at=pl.int_range(len(batch.lines)))
        return frame.filter(~pl.col("row__at").is_in(list(problems))), aside

    def _column(self, fact: str, column: str, cells: list[Any], problems: dict[int, list[str]]) -> list[int | None]:
        read = self._cells[fact]
        values: list[int | None] = []
        for at, cell in enumerate(cells):
            value, wrong = read(cell)
            values.append(value)
            if wrong:
                problems.setdefault(at, []).append(f"{column}: {_shown(cell)} {wrong}")
        return values

    def _standing(self, cells: list[Any], problems: dict[int, list[str]]) -> list[int | None]:
        ranks: list[int | None] = []
        for at, cell in enumerate(cells):
            known = cell in self._tiers
            ranks.append(self._tiers.index(cell) if known else None)
            if not known and cell not in {None, ""}:
                problems.setdefault(at, []).append(f"{self._mapping.standing}: {_shown(cell)} is no tier")
        return ranks


def fact_cell(fact: Fact) -> Callable[[Any], Cell]:
    """A reader of cells of one fact: empty means missing; everything else is read exactly or told."""

    @lru_cache(_REMEMBERED)
    def read(cell: str | bool) -> Cell:  # noqa: FBT001  a cell may be one
        try:
            return (None, "") if cell == "" else (fact.encode(cell), "")
        except QuantityError as error:
            return None, str(error)

    def read_any(cell: Any) -> Cell:
        if cell is None:
            return None, ""
        try:
            return read(_plain(cell))
        except QuantityError as error:
            return None, str(error)

    return read_any


def _plain(cell: Any) -> str | bool:
    """A typed cell as the text it stands for; a float as the shortest decimal that is that float."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, int | float | Decimal):
        return repr(cell) if isinstance(cell, float) else str(cell)
    raise QuantityError("is neither a text, a number nor a flag")


def _aside(batch: Batch, at: int, reason: str) -> Aside:
    return Aside(batch.lines[at], reason, {name: cells[at] for name, cells in batch.columns.items()})


def _shown(cell: Any) -> str:
    text = str(cell)
    return repr(text if len(text) <= 40 else text[:40] + "…")  # noqa: PLR2004
