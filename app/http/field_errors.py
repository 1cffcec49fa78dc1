"""From Pydantic's findings to ours: where, what, and never the value that was sent."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi.exceptions import RequestValidationError

from app.errors import FieldError, body_pointer

_MOST: Final = 50

_IN_OUR_WORDS: Final[Mapping[str, str]] = {
    "model_attributes_type": "Should be an object",
    "model_type": "Should be an object",
    "dict_type": "Should be an object",
    "union_tag_invalid": "Is of none of the expected kinds",
    "uuid_parsing": "Should be a UUID",
    "url_parsing": "Should be a URL",
}
"""Kinds whose own message repeats what was sent or speaks of Python, and what we say instead."""


def of(error: RequestValidationError) -> list[FieldError]:
    """Return what is wrong, at most 50 findings, one per place and code."""
    found: dict[tuple[str, str], FieldError] = {}
    for finding in error.errors():
        one = _field_error(finding, error.body)
        found.setdefault((one.pointer, one.code), one)
        if len(found) == _MOST:
            break
    return list(found.values())


def _field_error(finding: Mapping[str, Any], body: Any) -> FieldError:
    code = str(finding["type"])
    source, *place = finding["loc"]
    if source == "body":
        pointer = body_pointer(_real_place(place, body, missing=code == "missing"))
    else:
        pointer = "/".join(str(part)[:100] for part in (source, *place[:1]))
    detail = _IN_OUR_WORDS.get(code) or str(finding["msg"]).removeprefix("Value error, ")
    return FieldError(pointer=pointer, code=code, detail=detail)


def _real_place(place: Sequence[str | int], body: Any, *, missing: bool) -> list[str | int]:
    """Keep the parts that exist in the body: Pydantic also names the members of unions it tried."""
    kept: list[str | int] = []
    for position, part in enumerate(place):
        last = position == len(place) - 1
        if part in (body if isinstance(body, dict) else range(len(body)) if isinstance(body, list) else ()):
            body = body[part]
        elif not (missing and last):
            continue
        kept.append(part)
    return kept
