"""From records to rows: columns by their names, each cell judged, what stands twice found."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic

from pydantic import ValidationError

from app.importing.kind import Flaw, Kind, Line, Place, Row
from app.importing.sheet import Record

HEADER: Final = 1
"""The line that names the columns."""


def columns_of(kind: Kind[Row]) -> dict[str, bool]:
    """The columns of a kind, and whether each must be there."""
    return {each.alias or name: each.is_required() for name, each in kind.row.model_fields.items()}


def match_columns(kind: Kind[Row], columns: Iterable[str]) -> tuple[dict[str, str], list[Flaw]]:
    """Which column of the file is which of the kind's, and what is wrong with them."""
    known = columns_of(kind)
    matched: dict[str, str] = {}
    flaws: list[Flaw] = []
    for column in columns:
        name = kind.headings.get(column, column.lower())
        if name not in known:
            flaws.append(Flaw(HEADER, column, f"is none of the columns {', '.join(known)}"))
        elif name in matched.values():
            flaws.append(Flaw(HEADER, column, f"is the column {name} a second time"))
        else:
            matched[column] = name
    missing = [name for name, needed in known.items() if needed and name not in matched.values()]
    return matched, [*flaws, *(Flaw(HEADER, _called(kind, name), "is a column that must be there") for name in missing)]


def _called(kind: Kind[Row], name: str) -> str:
    """A column with its other headings, for people who have none of them."""
    others = [heading for heading, column in kind.headings.items() if column == name]
    return f"{name} ({', '.join(others)})" if others else name


@dataclass(slots=True)
class Reader(Generic[Row]):
    """Reads one file's records; remembers which keys it met, and the ids of what it could not read.

    `columns` are those of the file that were matched. Of the others `odd` says what is wrong with them, record by
    record; where a heading told of it, `odd` is empty. `told` are columns of the kind that are known to be missing.
    """

    kind: Kind[Row]
    columns: Mapping[str, str]
    place: Place = "line"
    odd: Mapping[str, str] = field(default_factory=dict)
    told: Container[str] = ()
    unread: set[str] = field(default_factory=set)
    _met: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def read(self, records: Iterable[Record]) -> tuple[list[Line[Row]], list[Flaw]]:
        """The rows among the records, and what is wrong with the others."""
        lines: list[Line[Row]] = []
        flaws: list[Flaw] = []
        for record in sorted(records, key=lambda each: each.line):
            found = self._read(record)
            if isinstance(found, Line):
                lines.append(found)
            else:
                self._miss(record)
                flaws += found
        return lines, flaws

    def _read(self, record: Record) -> Line[Row] | list[Flaw]:
        if record.wrong:
            return [Flaw(record.line, "", record.wrong)]
        odd = [Flaw(record.line, column, self.odd[column]) for column in record.cells if column in self.odd]
        cells = {self.columns[column]: text for column, text in record.cells.items() if column in self.columns}
        try:
            row = self.kind.row.model_validate(cells)
        except ValidationError as error:
            return [*odd, *self._flaws(record.line, error)]
        return odd or self._first(Line(record.line, row, self.place))

    def _first(self, line: Line[Row]) -> Line[Row] | list[Flaw]:
        """The line, unless one before it had its key."""
        key = tuple(getattr(line.row, name) for name in self.kind.key)
        before = self._met.setdefault(key, line.number) if key else line.number
        if before == line.number:
            return line
        return [Flaw(line.number, self.kind.key[0], f"stands in {line.place} {before} already")]

    def _flaws(self, line: int, error: ValidationError) -> Iterator[Flaw]:
        for finding in error.errors(include_url=False, include_input=False):
            missing = finding["type"] == "missing"
            says = "is empty" if missing else str(finding["msg"]).removeprefix("Value error, ")
            column = str(finding["loc"][0]) if finding["loc"] else ""
            if not (missing and column in self.told):
                yield Flaw(line, column, says)

    def _miss(self, record: Record) -> None:
        """Remember the id of a record that has one: others may name it."""
        if self.kind.key:
            cells = {self.columns.get(column): text for column, text in record.cells.items()}
            self.unread |= {cells[self.kind.key[0]]} if self.kind.key[0] in cells else set()
