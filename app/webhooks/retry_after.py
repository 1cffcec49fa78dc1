"""`Retry-After` (RFC 9110, 10.2.3): how long a receiver asks us to wait."""

import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_SECONDS: Final = re.compile("[0-9]{1,9}")


def seconds_of(header: str, now: datetime) -> int | None:
    """The seconds from now, never below 0, of a number or a date; None where it is neither."""
    text = header.strip()
    if _SECONDS.fullmatch(text):
        return int(text)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return max(0, math.ceil((at - now).total_seconds()))
