"""From text to a document: Pydantic's errors as findings, and what is sound kept for the next checks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from pydantic import ValidationError

from app.rulebooks.document import RulebookDocument
from app.rulebooks.form_fault import Fault
from app.rulebooks.left_out import LeftOut, words_in
from app.rulebooks.problem import Code, Found, Path
from app.rulebooks.source_text import Data

_ROUNDS: Final = 12
_MOST: Final = 500
"""Faults after which a document is not read further."""
_HEAD: Final = ("rulebook", "title", "source")


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
            faults = [Fault(detail, kept, left_out) for detail in error.errors(include_url=False)[:_MOST]]
            found = found if reading else tuple(_findings(faults))
            more = left_out.paths.union(*(fault.leaves_out for fault in faults))
            if len(faults) == _MOST or (reading and more == left_out.paths):
                break
            left_out = LeftOut(more, _words(data, more))
    return None, Form(found)


def _findings(faults: list[Fault]) -> Iterator[Found]:
    """One finding for each fault: no echo of a misspelt field as a missing one, nor of a union's other forms."""
    meant = {(*fault.path[:-1], fault.meant) for fault in faults if fault.meant}
    values = {fault.path for fault in faults if fault.code is Code.VALUE_INVALID}
    above = {path[:end] for path in values for end in range(len(path))}
    misnamed = {fault.name for fault in faults if fault.of_key and fault.path[:1] == ("facts",)}
    seen: set[tuple[Code, Path, str]] = set()
    for fault in faults:
        absent = fault.code is Code.FIELD_MISSING
        echo = (*fault.path, fault.name) in meant if absent else fault.path in above & values
        echo |= fault.of_pattern in misnamed and fault.path[:1] != ("facts",)
        key = (fault.code, fault.path, fault.name if absent else "")
        if not echo and key not in seen:
            seen.add(key)
            yield fault.found()


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
    """Every word in what is left out, also as a name is written: capitals and hyphens make many a one unreadable."""
    found = {word for path in left_out for word in words_in(_at(data, path))}
    meant = {word.lower() for word in found}
    return frozenset(found | meant | {word.replace("-", "_") for word in meant})


def _at(data: Data, path: Path) -> Data:
    """The part at `path` under its own name; nothing where there is none."""
    place: Any = data
    for step in path:
        present = step in place if isinstance(place, dict) else isinstance(place, list)
        place = place[step] if present else ""
    return {str(path[-1]): place} if path else place
