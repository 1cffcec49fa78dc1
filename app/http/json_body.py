"""Strict JSON: what a bank may act on, read exactly; everything else refused, and the place named.

Python's own scanner does the reading, with hooks. A number with a fraction or an exponent becomes a
Decimal of its text, so 199999999.99 never passes through a float. Refused is what Python reads but JSON
does not have (NaN, Infinity), and what JSON permits but a careful service must not guess at: a key
written twice, NUL, half a surrogate pair, absurd numbers, deep nesting.

A sound body is read in one pass. An unsound one is read again by a decoder that marks what the first
one stumbled over, and the marks are then found in the tree: that is how the answer can name the field.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Never

from app.errors import BadRequest, FieldError, body_pointer

MAX_DEPTH: Final = 32
"""Levels of arrays and objects that are still read; Tierbook's own shapes have at most 8."""

MAX_DIGITS: Final = 64
"""Characters of one number that are still read: money in fen has 17."""

_MAX_EXPONENT: Final = 400  # a double ends at 308, and its smallest at -324
_MAX_ERRORS: Final = 20
_SUSPECT_ESCAPE: Final = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_UNSOUND_TEXT: Final = re.compile("[\x00\ud800-\udfff]")
_CONTAINERS: Final = (dict, list)


class MalformedJson(BadRequest):
    """The body is not JSON (RFC 8259), or JSON that cannot be read without guessing."""

    code = "malformed_json"
    title = "The body cannot be read as JSON"


class _Unsound(Exception):  # noqa: N818  a signal between two readings, never seen outside
    """The first reading met something that needs explaining."""


class _Mark:
    """Stands in the tree where something unsound stood."""

    __slots__ = ("code", "detail")

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        self.detail = detail


class _Repeating(dict[str, Any]):
    """An object that has a key twice."""

    __slots__ = ("repeated",)
    repeated: str


def read_json(body: bytes) -> Any:
    """The value that `body` holds, fractions as Decimal; raises MalformedJson for anything unsound."""
    text = _text(body)
    try:
        value = _EXACT.decode(text)
        if _SUSPECT_ESCAPE.search(text):
            value = _explained(text)
    except json.JSONDecodeError as error:
        raise _syntax(error.msg, f"line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise _too_deep(()) from None
    except _Unsound:
        value = _explained(text)
    if text.count("{") + text.count("[") > MAX_DEPTH:
        _check_depth(value)
    return value


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _syntax("is not UTF-8", f"byte {error.start}") from None


def _syntax(message: str, place: str) -> MalformedJson:
    text = f"{message[:1].upper()}{message[1:]}: {place}"
    return MalformedJson(text, errors=[FieldError(pointer="", code="syntax", detail=text)])


def _too_deep(place: tuple[str | int, ...]) -> MalformedJson:
    error = FieldError(pointer=body_pointer(place), code="too_deep", detail=f"is nested over {MAX_DEPTH} levels")
    return MalformedJson("The body is nested too deeply", errors=[error])


def _check_depth(value: Any) -> None:
    if not _reaches(value, MAX_DEPTH + 1):
        return
    items = value.items() if isinstance(value, dict) else enumerate(value)
    raise _too_deep(next((key,) for key, part in items if _reaches(part, MAX_DEPTH)))


def _reaches(value: Any, levels: int) -> bool:
    """Whether containers nest so deep. Level by level: a deep tree must not be walked by recursion."""
    level = [value] if isinstance(value, _CONTAINERS) else []
    for _ in range(levels - 1):
        level = [
            part
            for container in level
            for part in (container.values() if isinstance(container, dict) else container)
            if isinstance(part, _CONTAINERS)
        ]
    return bool(level)


def _explained(text: str) -> Any:
    """Read again, marking; raise for the first marks in reading order, or return a sound value."""
    value = _MARKING.decode(text)
    _check_depth(value)
    errors = [
        FieldError(pointer=body_pointer(place), code=code, detail=detail)
        for _, (place, code, detail) in zip(range(_MAX_ERRORS), _marks(value, ()), strict=False)
    ]
    if errors:
        raise MalformedJson(
            "The body holds values that JSON does not have, or that are not safe to read", errors=errors
        )
    return value


def _marks(value: Any, place: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    if isinstance(value, _Mark):
        yield place, value.code, value.detail
    elif isinstance(value, str) and _UNSOUND_TEXT.search(value):
        yield place, "unsound_text", "holds NUL or half a surrogate pair"
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _marks(part, (*place, index))
    elif isinstance(value, dict):
        yield from _object_marks(value, place)


def _object_marks(
    value: dict[str, Any], place: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    if isinstance(value, _Repeating):
        yield (*place, _UNSOUND_TEXT.sub("\ufffd", value.repeated)), "duplicate_key", "is written more than once"
    for key, part in value.items():
        if _UNSOUND_TEXT.search(key):
            yield (
                (*place, _UNSOUND_TEXT.sub("\ufffd", key)),
                "unsound_text",
                "is a key with NUL or half a surrogate pair",
            )
        else:
            yield from _marks(part, (*place, key))


def _unsound(_: object) -> Never:
    raise _Unsound


def _not_json(text: str) -> _Mark:
    return _Mark("not_a_number", f"is {text}, which JSON does not have")


_ABSURD: Final = _Mark("absurd_number", f"is a number of over {MAX_DIGITS} characters or {_MAX_EXPONENT} places")


def _marked_integer(text: str) -> int | _Mark:
    return int(text) if len(text) <= MAX_DIGITS else _ABSURD


def _marked_decimal(text: str) -> Decimal | _Mark:
    if len(text) > MAX_DIGITS:
        return _ABSURD
    try:
        value = Decimal(text)
    except InvalidOperation:  # an exponent that even Decimal cannot hold
        return _ABSURD
    return value if -_MAX_EXPONENT < value.adjusted() < _MAX_EXPONENT else _ABSURD


def _marked_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) == len(pairs):
        return value
    counts = Counter(key for key, _ in pairs)
    repeating = _Repeating(pairs)
    repeating.repeated = next(key for key, count in counts.items() if count > 1)
    return repeating


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise _Unsound
    return int(text)


def _decimal(text: str) -> Decimal:
    value = _marked_decimal(text)
    if value is _ABSURD:
        raise _Unsound
    return value  # type: ignore[return-value]  # the only mark is _ABSURD


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _Unsound
    return value


_EXACT: Final = json.JSONDecoder(
    parse_int=_integer, parse_float=_decimal, parse_constant=_unsound, object_pairs_hook=_object
)
_MARKING: Final = json.JSONDecoder(
    parse_int=_marked_integer, parse_float=_marked_decimal, parse_constant=_not_json, object_pairs_hook=_marked_object
)
