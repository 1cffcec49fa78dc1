"""The reading: once where the text is sound, and again, to name the places, where it is not."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from app.strict_json.decoders import EXACT, MARKING, Mark, Repeating, StoppedError
from app.strict_json.depth import MAX_DEPTH, check_depth, too_deep
from app.strict_json.flaws import Flaw, Place, UnsoundJsonError, syntax

_MAX_FLAWS: Final = 20
_SUSPECT_ESCAPE: Final = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_UNSOUND_TEXT: Final = re.compile("[\x00\ud800-\udfff]")


def read_strictly(content: bytes) -> Any:
    """The value that `content` holds, fractions as Decimal; raises UnsoundJsonError for anything unsound."""
    text = _text(content)
    try:
        value = _value(text)
    except json.JSONDecodeError as error:
        raise syntax(error.msg, f"line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise too_deep(()) from None
    if text.count("{") + text.count("[") > MAX_DEPTH:
        check_depth(value)
    return value


def _value(text: str) -> Any:
    try:
        value = EXACT.decode(text)
    except StoppedError:  # what follows is not read yet, and may be no JSON at all
        return _explained(text)
    return _explained(text) if _SUSPECT_ESCAPE.search(text) else value


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise syntax("is not UTF-8", f"byte {error.start}") from None


def _explained(text: str) -> Any:
    """Read again, marking; raise for the first flaws in reading order, or return a sound value."""
    value = MARKING.decode(text)
    check_depth(value)
    if flaws := list(islice(_flaws(value, ()), _MAX_FLAWS)):
        raise UnsoundJsonError(*flaws)
    return value


def _flaws(value: Any, place: Place) -> Iterator[Flaw]:
    if isinstance(value, Mark):
        yield Flaw(place, value.code, value.detail)
    elif isinstance(value, str) and _UNSOUND_TEXT.search(value):
        yield Flaw(place, "unsound_text", "holds NUL or half a surrogate pair")
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _flaws(part, (*place, index))
    elif isinstance(value, dict):
        yield from _object_flaws(value, place)


def _object_flaws(value: dict[str, Any], place: Place) -> Iterator[Flaw]:
    if isinstance(value, Repeating):
        yield Flaw((*place, _shown(value.repeated)), "duplicate_key", "is written more than once")
    for key, part in value.items():
        if _UNSOUND_TEXT.search(key):
            yield Flaw((*place, _shown(key)), "unsound_text", "is a key with NUL or half a surrogate pair")
        else:
            yield from _flaws(part, (*place, key))


def _shown(key: str) -> str:
    """A key that can be told: what is no character is replaced."""
    return _UNSOUND_TEXT.sub("\ufffd", key)
