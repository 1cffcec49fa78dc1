from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.db.types import Timestamp

_MOMENTS = Table("moments", MetaData(), Column("at", Timestamp), prefixes=["TEMPORARY"])
_SHANGHAI = timezone(timedelta(hours=8))


async def test_a_moment_comes_back_in_utc(connection: AsyncConnection) -> None:
    await connection.run_sync(_MOMENTS.create)
    await connection.execute(insert(_MOMENTS).values(at=datetime(2026, 1, 1, 8, tzinfo=_SHANGHAI)))
    found = await connection.scalar(select(_MOMENTS.c.at))
    assert found == datetime(2026, 1, 1, tzinfo=UTC)
    assert found.tzinfo is UTC


async def test_a_moment_without_a_zone_is_refused(connection: AsyncConnection) -> None:
    with pytest.raises(StatementError, match="names no time zone"):
        await connection.execute(insert(_MOMENTS).values(at=datetime(2026, 1, 1)))  # noqa: DTZ001 - the case
