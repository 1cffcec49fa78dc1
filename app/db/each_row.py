"""One statement for many rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession


async def for_each_row(session: AsyncSession, statement: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Execute a statement with each row's values; not at all where there is none: SQLAlchemy would do it once."""
    if rows:
        await session.execute(statement, rows)
