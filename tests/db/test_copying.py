"""Rows by COPY: in the session's transaction, refused as any other statement is."""

from datetime import date

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.tables import Client, FactRecord
from app.db.copying import copy_rows, copy_texts
from app.db.failures import sqlstate
from tests.service import NOON

COLUMNS = ("client_id", "name", "value", "as_of", "source", "recorded_at", "recorded_by")


def row(value: str = "5", client_id: str = "C-1", source: str | None = None) -> tuple[object, ...]:
    return client_id, "balance", value, date(2026, 11, 22), source, NOON, "test"


@pytest.fixture
async def session(session: AsyncSession) -> AsyncSession:
    stamps = {"co_managed": False, "revision": 1, "created_at": NOON, "updated_at": NOON}
    await session.execute(insert(Client).values(id="C-1", kind="company", **stamps))
    return session


async def copied(session: AsyncSession) -> list[tuple[str, str | None]]:
    rows = await session.execute(text("SELECT value, source FROM fact_record ORDER BY id"))
    return [(each.value, each.source) for each in rows]


async def test_what_is_copied_is_what_was_given(session: AsyncSession) -> None:
    values = ["5", "tab\there", "line\nbreak", "back\\slash", "\\N", "", "二亿", "'; DROP TABLE client; --"]
    await copy_rows(session, FactRecord, COLUMNS, [row(value, source=value or None) for value in values])
    assert await copied(session) == [(value, value or None) for value in values]


async def test_no_rows_are_no_change(session: AsyncSession) -> None:
    await copy_rows(session, FactRecord, COLUMNS, [])
    assert await copied(session) == []


async def test_what_is_copied_is_undone_with_the_transaction(session: AsyncSession) -> None:
    savepoint = await session.begin_nested()
    await copy_rows(session, FactRecord, COLUMNS, [row()])
    await savepoint.rollback()
    assert await copied(session) == []


async def test_one_row_that_is_refused_refuses_all(session: AsyncSession) -> None:
    savepoint = await session.begin_nested()
    with pytest.raises(IntegrityError) as refused:
        await copy_rows(session, FactRecord, COLUMNS, [row(), row(client_id="C-0")])
    assert sqlstate(refused.value) == "23503"
    await savepoint.rollback()
    assert await copied(session) == []


async def test_a_value_that_the_database_cannot_hold_is_refused(session: AsyncSession) -> None:
    savepoint = await session.begin_nested()
    with pytest.raises(SQLAlchemyError):
        await copy_rows(session, FactRecord, COLUMNS, [row("nul\x00")])
    await savepoint.rollback()


@pytest.mark.parametrize(
    "values", [["5", "tab\there", "line\nbreak", "return\r", "\\N", "二亿"], ["back\\slash", "\\N"], ["5"] * 600, []]
)
async def test_texts_are_copied_as_rows_are_and_empty_ones_are_null(session: AsyncSession, values: list[str]) -> None:
    rows = [("C-1", "balance", value, "2026-11-22", "", str(NOON), "test") for value in values]
    await copy_texts(session, FactRecord, COLUMNS, rows)
    assert await copied(session) == [(value, None) for value in values]
