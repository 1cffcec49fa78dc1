"""From text to a document: Pydantic's errors as findings, and what is sound kept for the next checks."""

import difflib
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.rulebooks.document import RulebookDocument
from app.rulebooks.problem import Code, Found, Path
from app.rulebooks.source_text import Data

_CODES = {
    "missing": Code.FIELD_MISSING,
    "extra_forbidden": Code.FIELD_UNKNOWN,
    "literal_error": Code.VALUE_NOT_ALLOWED,
}
_ROUNDS = 50


def read_form(data: Data) -> tuple[RulebookDocument | None, list[Found]]:
    """The document in `data`, and every fault of its form.

    Parts that are at fault are left out of the document, so that the checks which follow still
    see the rest; None where not enough is left.
    """
    found: list[Found] = []
    for _ in range(_ROUNDS):
        try:
            return RulebookDocument.model_validate(data), found
        except ValidationError as error:
            details = error.errors(include_url=False, include_context=True)
            found.extend(each for detail in details if (each := _finding(detail, data)) not in found)
            if not all(_prune(data, detail) for detail in details):
                return None, found
    return None, found


def _finding(detail: ErrorDetails, data: Data) -> Found:
    code = _CODES.get(detail["type"], Code.VALUE_INVALID)
    path = _existing(detail["loc"], data)
    name = str(detail["loc"][-1]) if detail["loc"] else "the document"
    if code is Code.FIELD_MISSING:
        return Found(code, path, f"{name} is missing", f"write {name}", at_key=True)
    if code is Code.FIELD_UNKNOWN:
        return Found(code, tuple(detail["loc"]), f"{name!r} is not read here", _similar(name, detail), at_key=True)
    message = detail["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return Found(code, path, f"{name}: {_shown(detail['input'])} is not accepted", f"write {message}")


def _shown(value: Any) -> str:  # noqa: ANN401  whatever was written
    return repr(value) if isinstance(value, str) and len(value) <= 60 else "what stands here"  # noqa: PLR2004


def _similar(name: str, detail: ErrorDetails) -> str:
    known = sorted(_fields(detail["loc"]))
    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {close[0]!r}?" if close else "remove it"


def _fields(path: Path) -> set[str]:
    """Every field name of the document's models: enough to recognise a slip of the pen."""
    return _names_of(RulebookDocument.model_json_schema(by_alias=True)) - {str(path[-1])}


def _names_of(schema: Any) -> set[str]:  # noqa: ANN401  a JSON Schema
    if not isinstance(schema, dict):
        return set()
    found = set(schema.get("properties", {}))
    return found.union(*(_names_of(part) for part in schema.get("$defs", {}).values()))


def _existing(path: Path, data: Data) -> Path:
    """The longest beginning of `path` that the data has: Pydantic adds steps of its own."""
    found: Path = ()
    place: Any = data
    for step in path:
        if isinstance(place, dict) and step in place:
            place = place[str(step)]
        elif isinstance(place, list) and isinstance(step, int) and step < len(place):
            place = place[step]
        else:
            continue
        found = (*found, step)
    return found


def _prune(data: Data, detail: ErrorDetails) -> bool:
    """Leave out the part at fault; False where that would be the whole document."""
    path = _existing(detail["loc"], data)
    if detail["type"] == "extra_forbidden":
        path = tuple(detail["loc"])
    if len(path) < 1 or (len(path) == 1 and path[0] in {"rulebook", "title", "source", "facts"}):
        return _filled(data, path, detail)
    place: Any = data
    for step in path[:-1]:
        place = place[step] if isinstance(place, list) or step in place else {}
    if isinstance(place, list):
        place[int(path[-1])] = place[-1]
        place.pop()
    else:
        place.pop(path[-1], None)
    return True


def _filled(data: Data, path: Path, detail: ErrorDetails) -> bool:
    """Stand in for a missing or unusable head, so that the body is still checked."""
    name = str(path[0] if path else detail["loc"][0] if detail["loc"] else "")
    if isinstance(data, dict) and name in {"rulebook", "title", "source"}:
        data[name] = "unnamed"
        return True
    return False
