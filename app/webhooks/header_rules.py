"""Headers that a receiver may ask for: none that is ours, or that belongs to one connection."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from app.errors import FieldError, body_pointer

_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_VALUE: Final = re.compile(r"[\x21-\x7e]([\x20-\x7e\t]*[\x21-\x7e])?")
_TAKEN: Final = frozenset(
    {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "expect", "host", "user-agent"}
)
_TAKEN_KINDS: Final = ("proxy-", "content-", "webhook-")


def header_faults(headers: Mapping[str, str]) -> Iterator[FieldError]:
    """What is wrong with the headers that are asked for; never repeats a value."""
    seen: set[str] = set()
    for name, value in headers.items():
        if (fault := _fault(name.lower(), value, seen)) is not None:
            code, detail = fault
            yield FieldError(pointer=body_pointer(("headers", name)), code=code, detail=detail)
        seen.add(name.lower())


def _fault(name: str, value: str, seen: set[str]) -> tuple[str, str] | None:
    if not _NAME.fullmatch(name):
        return "header_malformed", "is no name of a header"
    if name in _TAKEN or name.startswith(_TAKEN_KINDS):
        return "header_taken", "is set by us, or belongs to the connection"
    if name in seen:
        return "header_repeated", "is given more than once"
    if not _VALUE.fullmatch(value):
        return "header_malformed", "must be visible ASCII, blanks inside"
    return None
