"""An error of Pydantic's as a fault of the document, in the document's words."""

from difflib import get_close_matches
from typing import Any, Final

from pydantic_core import ErrorDetails

from app.rulebooks.document.conditions import TestPart
from app.rulebooks.document.fields import fields_at
from app.rulebooks.document.values import Label
from app.rulebooks.left_out import LeftOut, unit_of
from app.rulebooks.problem import Code, Found, Path
from app.rulebooks.source_text import Data
from app.rulebooks.wanted import shown, wanted

_CODES: Final = {
    "missing": Code.FIELD_MISSING,
    "extra_forbidden": Code.FIELD_UNKNOWN,
    "literal_error": Code.VALUE_NOT_ALLOWED,
}
_ALIKE: Final = 0.65
"""How like a field's name a word must be to be taken for a slip of the pen."""
_OTHER_WORDS: Final = {"less_than": "below", "equals": "is"}
"""Words of other languages for ours, which are not alike."""
_FEW: Final = 8
"""Fields that a message names."""
_LANGUAGES: Final = set(Label.model_fields)
_COMPARISONS: Final = {field.alias or name for name, field in TestPart.model_fields.items()}


class Fault:
    """One error of Pydantic's, by its place in the text."""

    def __init__(self, detail: ErrorDetails, kept: Data, left_out: LeftOut) -> None:
        self.detail = detail
        self.code = _CODES.get(detail["type"], Code.VALUE_INVALID)
        self.of_key = detail["loc"][-1:] == ("[key]",)
        self.path: Path = left_out.as_written(_existing(detail["loc"], kept))
        named = detail["loc"] if self.code in {Code.FIELD_MISSING, Code.FIELD_UNKNOWN} else self.path
        self.name = next((step for step in reversed(named) if isinstance(step, str)), "")
        self.fields = fields_at(self.path[:-1]) if self.code is Code.FIELD_UNKNOWN else ()
        self.meant = _similar(self.name, self.fields) if self.fields else None

    @property
    def of_pattern(self) -> str | None:
        """The text that is no name, or not as names are written; None where something else is wrong."""
        return str(self.detail["input"]) if self.detail["type"] == "string_pattern_mismatch" else None

    @property
    def leaves_out(self) -> set[Path]:
        """The part that cannot be read further; for a slip of the pen, the field that was meant as well."""
        if self.code is Code.FIELD_UNKNOWN and self.meant is None:
            return {self.path}
        return {unit_of(self.path)} | ({(*self.path[:-1], self.meant)} if self.meant else set())

    def found(self) -> Found:
        """The fault in the document's words."""
        if self.code is Code.FIELD_MISSING:
            return Found(
                self.code, self.path, f"the field {self.name!r} is left out", f"write {self.name}: …", at_key=True
            )
        if self.code is Code.FIELD_UNKNOWN:
            return Found(self.code, self.path, f"{self.name!r} is not read here", self._unread(), at_key=True)
        if self.of_key:
            return Found(self.code, self.path, f"{self.name!r} cannot be a name", wanted(self.detail), at_key=True)
        what = self.name or "the document"
        mend = wanted(self.detail)
        if self.of_pattern and self.path[-2:-1] == ("order",):
            mend += f", and under labels its name for staff: {self.of_pattern}"
        return Found(self.code, self.path, f"{what} cannot be {shown(self.detail['input'])}", mend)

    def _unread(self) -> str:
        """The mend of a field that may not stand here."""
        if self.detail["input"] == "" and set(self.fields) == _LANGUAGES:
            return "put quotes around the text before it: it holds a comma"
        others = f"use one of {', '.join(self.fields)}" if len(self.fields) <= _FEW else "remove it"
        if self.meant is None:
            return others
        return f"did you mean {self.meant!r}?" + (f" Else {others}" if set(self.fields) == _COMPARISONS else "")


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


def _similar(name: str, fields: tuple[str, ...]) -> str | None:
    """The field that a name is a slip of the pen for, among those that may stand there."""
    other = _OTHER_WORDS.get(name)
    near = [other] if other in fields else get_close_matches(name, fields, n=1, cutoff=_ALIKE)
    return next(iter(near), None)
