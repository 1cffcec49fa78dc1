"""From text to a document: Pydantic's errors as findings, and what is sound kept for the next checks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.rulebooks.document import RulebookDocument
from app.rulebooks.left_out import LeftOut, words_in
from app.rulebooks.problem import Code, Found, Path
from app.rulebooks.source_text import Data
from app.rulebooks.wanted import shown, wanted

_CODES: Final = {
    "missing": Code.FIELD_MISSING,
    "extra_forbidden": Code.FIELD_UNKNOWN,
    "literal_error": Code.VALUE_NOT_ALLOWED,
}
_ROUNDS: Final = 12
_MOST: Final = 500
"""Faults after which a document is not read further."""
_ALIKE: Final = 0.7
"""How like a field's name a word must be to be taken for a slip of the pen."""
_HEAD: Final = ("rulebook", "title", "source")
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
    ("selection", "*"),
    ("examples", "*"),
)
"""Parts that are left out whole where something in them is at fault; elsewhere it is the section."""


@dataclass(frozen=True, slots=True)
class Form:
    """The faults of a document's form, by their places in the text, and what was left out for them."""

    found: tuple[Found, ...] = ()
    left_out: LeftOut = LeftOut()  # noqa: RUF009  frozen and empty

    def as_written(self, found: Iterable[Found]) -> Iterator[Found]:
        """Findings in the document that was read, by their places in the text."""
        return (replace(each, path=self.left_out.as_written(each.path)) for each in found)


def read_form(data: Data) -> tuple[RulebookDocument | None, Form]:
    """The document in `data`, and every fault of its form; None where not enough is left to check.

    The first reading reports. Those that follow leave out what is at fault, and then what cannot stand without it.
    """
    found: tuple[Found, ...] = ()
    left_out = LeftOut()
    for reading in range(_ROUNDS):
        kept = _readable(data, left_out.paths) if reading else data
        try:
            return RulebookDocument.model_validate(kept), Form(found, left_out)
        except ValidationError as error:
            faults = [_Fault(detail, kept, left_out) for detail in error.errors(include_url=False)[:_MOST]]
            found = found if reading else tuple(_findings(faults))
            more = left_out.paths.union(*(fault.leaves_out for fault in faults))
            if len(faults) == _MOST or (reading and more == left_out.paths):
                break
            left_out = LeftOut(more, _words(data, more))
    return None, Form(found)


class _Fault:
    """One error of Pydantic's, by its place in the text."""

    def __init__(self, detail: ErrorDetails, kept: Data, left_out: LeftOut) -> None:
        self.detail = detail
        self.code = _CODES.get(detail["type"], Code.VALUE_INVALID)
        self.of_key = detail["loc"][-1:] == ("[key]",)
        self.path: Path = left_out.as_written(_existing(detail["loc"], kept))
        named = detail["loc"] if self.code in {Code.FIELD_MISSING, Code.FIELD_UNKNOWN} else self.path
        self.name = next((step for step in reversed(named) if isinstance(step, str)), "")
        self.meant = _similar(self.name) if self.code is Code.FIELD_UNKNOWN else None

    @property
    def leaves_out(self) -> set[Path]:
        """The part that cannot be read further; for a slip of the pen, the field that was meant as well."""
        if self.code is Code.FIELD_UNKNOWN and self.meant is None:
            return {self.path}
        return {_unit(self.path)} | ({(*self.path[:-1], self.meant)} if self.meant else set())

    def found(self) -> Found:
        """The fault in the document's words."""
        if self.code is Code.FIELD_MISSING:
            return Found(
                self.code, self.path, f"the field {self.name!r} is left out", f"write {self.name}: …", at_key=True
            )
        if self.code is Code.FIELD_UNKNOWN:
            mend = f"did you mean {self.meant!r}?" if self.meant else "remove it"
            return Found(self.code, self.path, f"{self.name!r} is not read here", mend, at_key=True)
        if self.of_key:
            return Found(self.code, self.path, f"{self.name!r} cannot be a name", wanted(self.detail), at_key=True)
        what = self.name or "the document"
        return Found(self.code, self.path, f"{what} cannot be {shown(self.detail['input'])}", wanted(self.detail))


def _findings(faults: list[_Fault]) -> Iterator[Found]:
    """One finding for each fault: no echo of a misspelt field as a missing one, nor of a union's other forms."""
    meant = {(*fault.path[:-1], fault.meant) for fault in faults if fault.meant}
    values = {fault.path for fault in faults if fault.code is Code.VALUE_INVALID}
    above = {path[:end] for path in values for end in range(len(path))}
    seen: set[tuple[Code, Path, str]] = set()
    for fault in faults:
        absent = fault.code is Code.FIELD_MISSING
        echo = (*fault.path, fault.name) in meant if absent else fault.path in above & values
        key = (fault.code, fault.path, fault.name if absent else "")
        if not echo and key not in seen:
            seen.add(key)
            yield fault.found()


def _unit(path: Path) -> Path:
    unit = next((path[: len(each)] for each in _UNITS if _matches(path, each)), path[:1])
    field = path[len(unit) : len(unit) + 1]
    return (*unit, *field) if field and field[0] in _REMARKS else unit


def _matches(path: Path, unit: tuple[str, ...]) -> bool:
    return len(path) >= len(unit) and all(want in {"*", step} for want, step in zip(unit, path, strict=False))


def _readable(data: Data, left_out: frozenset[Path]) -> Data:
    """The data without what is left out, under a head that can be read."""
    kept = _without(data, left_out, ())
    return {**dict.fromkeys(_HEAD, "unnamed"), **kept} if isinstance(kept, dict) else kept


def _without(data: Data, left_out: frozenset[Path], path: Path) -> Data:
    if isinstance(data, dict):
        kept = ((key, value) for key, value in data.items() if (*path, key) not in left_out)
        return {key: _without(value, left_out, (*path, key)) for key, value in kept}
    if isinstance(data, list):
        items = enumerate(data)
        return [_without(each, left_out, (*path, at)) for at, each in items if (*path, at) not in left_out]
    return data


def _words(data: Data, left_out: Iterable[Path]) -> frozenset[str]:
    """Every word in what is left out, also in lower case: a capital is what makes many a name unreadable."""
    found = {word for path in left_out for word in words_in(_at(data, path))}
    return frozenset(found | {word.lower() for word in found})


def _at(data: Data, path: Path) -> Data:
    """The part at `path` under its own name; nothing where there is none."""
    place: Any = data
    for step in path:
        present = step in place if isinstance(place, dict) else isinstance(place, list)
        place = place[step] if present else ""
    return {str(path[-1]): place} if path else place


def _existing(path: Path, data: Data) -> Path:
    """The beginning of `path` that the data has: Pydantic adds steps of its own."""
    found: Path = ()
    place: Any = data
    for step in path:
        in_list = isinstance(place, list) and isinstance(step, int) and step < len(place)
        if in_list or (isinstance(place, dict) and step in place):
            place = place[step]
            found = (*found, step)
    return found


def _similar(name: str) -> str | None:
    return next(iter(get_close_matches(name, _fields(), n=1, cutoff=_ALIKE)), None)


@cache
def _fields() -> tuple[str, ...]:
    """Every field name of the document's models: enough to recognise a slip of the pen."""
    schema = RulebookDocument.model_json_schema(by_alias=True)
    every = [schema, *schema.get("$defs", {}).values()]
    return tuple(sorted({name for part in every for name in part.get("properties", {})}))
