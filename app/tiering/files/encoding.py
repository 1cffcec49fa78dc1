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
from app.tiering.files.source import Aside, Batch, FileRefusedError

_REMEMBERED: Final = 65_536
Cell = tuple[int | None, str]
"""An encoded value, None where missing; and what is wrong with it, empty where nothing is."""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which column gives which fact, and which one gives the standing tier."""

    facts: Mapping[str, str]
    standing: str | None


def map_columns(book: Rulebook, columns: tuple[str, ...], asked: Mapping[str, str], standing: str | None) -> ColumnMap:
    """Facts by column: as asked, else the column that has the fact's name. Raises FileRefusedError."""
    for fact, column in asked.items():
        if fact not in book.facts:
            raise FileRefusedError(
                f"--map {fact}={column}: {book.name} has no fact {fact}; it has {', '.join(book.facts)}"
            )
        if column not in columns:
            raise FileRefusedError(
                f"--map {fact}={column}: the file has no column {column}; it has {', '.join(columns)}"
            )
    if standing is not None and standing not in columns:
        raise FileRefusedError(f"--standing {standing}: the file has no column {standing}; it has {', '.join(columns)}")
    if standing is not None and book.tiers is None:
        raise FileRefusedError(f"--standing {standing}: {book.name} has no tiers")
    found = {fact: asked.get(fact, fact) for fact in book.facts if asked.get(fact, fact) in columns}
    if not found:
        facts = ", ".join(book.facts)
        raise FileRefusedError(f"no column gives a fact of {book.name} ({facts}); name them: --map fact=column")
    return ColumnMap(found, standing)


class Encoder:
    """Encodes batches for one rulebook; remembers texts it has read, for files repeat themselves."""

    def __init__(self, book: Rulebook, mapping: ColumnMap) -> None:
        readers = {f"fact__{fact}": (column, fact_cell(book.facts[fact])) for fact, column in mapping.facts.items()}
        if mapping.standing is not None and book.tiers:
            readers["standing__tier"] = (mapping.standing, tier_cell(book.tiers.labels))
        self._readers = readers

    def encoded(self, batch: Batch) -> tuple[pl.DataFrame, list[Aside]]:
        """The encoded facts of every row that can be read, with its place in the batch; and the others."""
        problems: dict[int, list[str]] = {}
        encoded = {
            name: [self._value(column, read(cell), problems, at) for at, cell in enumerate(batch.cells(column))]
            for name, (column, read) in self._readers.items()
        }
        aside = [batch.set_aside(at, "; ".join(reasons)) for at, reasons in sorted(problems.items())]
        frame = pl.DataFrame(encoded, schema=dict.fromkeys(encoded, pl.Int64))
        unread = pl.Series(list(problems), dtype=pl.Int64)
        frame = frame.with_columns(row__at=pl.int_range(len(batch.lines), dtype=pl.Int64))
        return frame.filter(~pl.col("row__at").is_in(unread.implode())), aside

    @staticmethod
    def _value(column: str, cell: Cell, problems: dict[int, list[str]], at: int) -> int | None:
        value, wrong = cell
        if wrong:
            problems.setdefault(at, []).append(f"{column} {wrong}")
        return value


def fact_cell(fact: Fact) -> Callable[[Any], Cell]:
    """A reader of cells of one fact: empty means missing; everything else is read exactly or told."""
    return _reader(fact.encode)


def tier_cell(labels: tuple[str, ...]) -> Callable[[Any], Cell]:
    """A reader of cells that name a tier."""

    def rank(cell: str | bool) -> int:  # noqa: FBT001  a cell may be a flag
        if cell not in labels:
            raise QuantityError(f"is none of the tiers {', '.join(labels)}")
        return labels.index(str(cell))

    return _reader(rank)


def _reader(encode: Callable[[str | bool], int]) -> Callable[[Any], Cell]:
    @lru_cache(_REMEMBERED)
    def read(cell: str | bool) -> Cell:  # noqa: FBT001  a cell may be a flag
        try:
            return (None, "") if cell == "" else (encode(cell), "")
        except QuantityError as error:
            return None, str(error)

    def read_any(cell: Any) -> Cell:
        plain = _plain(cell)
        return (None, "is neither a text, a number nor a flag") if plain is None else read(plain)

    return read_any


def _plain(cell: Any) -> str | bool | None:
    """A cell as the text it stands for, a float as the shortest decimal that is that float; None for what has none."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None or isinstance(cell, bool):
        return cell if cell is not None else ""
    if isinstance(cell, int | float | Decimal):
        return repr(cell) if isinstance(cell, float) else str(cell)
    return None
