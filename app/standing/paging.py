"""Cursors of lists that run by moment and id, the latest first."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import StringConstraints

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

MomentCursor = Annotated[
    Annotated[str, StringConstraints(pattern=r"^[0-9]{1,17}-[0-9a-f]{32}$")] | None,
    Query(description="`next_cursor` of the page before."),
]


def written(at: datetime, row_id: UUID) -> str:
    """The cursor after a row."""
    return f"{(at - _EPOCH) // _MICROSECOND}-{row_id.hex}"


def read(cursor: str | None) -> tuple[datetime, UUID] | None:
    """The moment and the id that a cursor names."""
    if cursor is None:
        return None
    micros, row_id = re.split("-", cursor)
    return _EPOCH + int(micros) * _MICROSECOND, UUID(row_id)
