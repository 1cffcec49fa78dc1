"""The id that ties an answer, its log lines and its problem together."""

import os
import re
from collections.abc import Iterable
from typing import Any, Final

HEADER: Final = b"x-request-id"
_KEY: Final = "tierbook.request_id"
_SANE: Final = re.compile(rb"(?!.*tb_)(?!.*[A-Za-z0-9]{41})[A-Za-z0-9._:-]{8,64}")


def assign(scope: Any) -> str:
    """Give a request its id: the caller's `X-Request-Id` where that is 8 to 64 plain characters, else a new one.

    Never one that may be a key put into the wrong header, which has tb_ in it or over 40 characters in a row: ids are
    logged.
    """
    sent = _sent(scope["headers"])
    chosen = sent.decode() if sent is not None and _SANE.fullmatch(sent) else os.urandom(16).hex()
    scope[_KEY] = chosen
    return chosen


def of(scope: Any) -> str:
    """Return the id of a request that has one; an empty text outside the shell."""
    return str(scope.get(_KEY, ""))


def _sent(headers: Iterable[tuple[bytes, bytes]]) -> bytes | None:
    return next((value for name, value in headers if name == HEADER), None)
