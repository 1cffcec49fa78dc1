"""Cells as people write them, where that can be read in one way only."""

import re
from datetime import date
from typing import Annotated, Any, Final

from pydantic import BeforeValidator

from app.http.types import Day

_DAY: Final = re.compile(
    r"(?P<year>[0-9]{4})(?:(?P<slash>[-/.])|年)(?P<month>[0-9]{1,2})(?(slash)(?P=slash)|月)(?P<day>[0-9]{1,2})(?(slash)|日)"
)


def _written_out(value: Any) -> Any:
    found = _DAY.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    year, month, day = found.group("year", "month", "day")
    written = f"{year}-{month:0>2}-{day:0>2}"
    try:
        date.fromisoformat(written)
    except ValueError:
        raise ValueError("Input should be a day that the calendar has, written as 2026-11-22") from None
    return written


DayCell = Annotated[Day, BeforeValidator(_written_out)]
"""A day: 2026-11-22, or as Excel writes it in China, 2026/11/22 or 2026年11月22日; always year, month, day."""
