"""Two decoders of the same language: one stops at what is unsound, the other marks it and reads on."""

import json
from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NamedTuple, Never

MAX_DIGITS: Final = 64
"""Characters of one number that are still read: money in fen has 17."""

_MAX_EXPONENT: Final = 400  # a double ends at 308, and its smallest at -324


class StoppedError(Exception):
    """The first reading met something that needs explaining."""


class Mark(NamedTuple):
    """Stands in the tree where something unsound stood."""

    code: str
    detail: str


class Repeating(dict[str, Any]):
    """An object that has a key twice."""

    __slots__ = ("repeated",)
    repeated: str


_ABSURD: Final = Mark("absurd_number", f"is a number of over {MAX_DIGITS} characters or {_MAX_EXPONENT} places")


def _not_json(text: str) -> Mark:
    return Mark("not_a_number", f"is {text}, which JSON does not have")


def _marked_integer(text: str) -> int | Mark:
    return int(text) if len(text) <= MAX_DIGITS else _ABSURD


def _marked_decimal(text: str) -> Decimal | Mark:
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
    repeating = Repeating(pairs)
    repeating.repeated = next(key for key, count in counts.items() if count > 1)
    return repeating


def _stop(_: object) -> Never:
    raise StoppedError


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise StoppedError
    return int(text)


def _decimal(text: str) -> Decimal:
    value = _marked_decimal(text)
    if isinstance(value, Mark):
        raise StoppedError
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise StoppedError
    return value


EXACT: Final = json.JSONDecoder(
    parse_int=_integer, parse_float=_decimal, parse_constant=_stop, object_pairs_hook=_object
)
MARKING: Final = json.JSONDecoder(
    parse_int=_marked_integer, parse_float=_marked_decimal, parse_constant=_not_json, object_pairs_hook=_marked_object
)
