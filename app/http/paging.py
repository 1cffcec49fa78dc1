"""Lists in pages: how many items a page holds, and what names the next one.

A route reads one row more than its page holds, and so sees whether another page follows.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, TypeVar
from uuid import UUID

from fastapi import Query
from pydantic import StringConstraints

from app.http.types import InDigits

_Row = TypeVar("_Row")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

Limit = Annotated[int, Query(ge=1, le=200), InDigits]
CURSOR: Final = Query(description="`next_cursor` of the page before.")
"""For a parameter `cursor`, after its type."""

AfterId = Annotated[UUID | None, CURSOR]
"""The cursor of a list that runs by ids of our making."""

MomentCursor = Annotated[Annotated[str, StringConstraints(pattern=r"^[0-9]{1,17}-[0-9a-f]{32}$")] | None, CURSOR]
"""The cursor of a list that runs by moment and id, the latest first."""


def next_cursor(rows: Sequence[_Row], limit: int, place: Callable[[_Row], object]) -> str | None:
    """What names the page after the first `limit` of these rows; None where none follows.

    `place` is where a row stands in its list: its id, or whatever else the list runs by.
    """
    return str(place(rows[limit - 1])) if len(rows) > limit else None


def moment_cursor(at: datetime, row_id: UUID) -> str:
    """The `MomentCursor` after a row."""
    return f"{as_digits(at)}-{row_id.hex}"


def read_moment(cursor: str | None) -> tuple[datetime, UUID] | None:
    """The moment and the id that a `MomentCursor` names."""
    if cursor is None:
        return None
    digits, _, row_id = cursor.partition("-")
    return of_digits(digits), UUID(row_id)


def as_digits(at: datetime) -> str:
    """A moment as a cursor holds it, to the microsecond."""
    return str((at - _EPOCH) // _MICROSECOND)


def of_digits(digits: str) -> datetime:
    """The moment that at most 17 digits stand for."""
    return _EPOCH + int(digits) * _MICROSECOND
