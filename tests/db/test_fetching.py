"""Parameters of statements that ask for thousands of rows."""

import pytest
from sqlalchemy import ARRAY, Text, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.fetching import fetch_rows, text_array

UNNESTED = select(func.unnest(bindparam("asked", type_=ARRAY(Text))))


@pytest.mark.parametrize(
    "values",
    [[], ["C-1"], ["NULL", "C-2"], ['"', "a,b"], ['a","b', "c"], ["\\", "{}", "二亿", "tab\there"], [" ", "\n"]],
)
async def test_an_array_of_texts_is_those_texts(session: AsyncSession, values: list[str]) -> None:
    assert await fetch_rows(session, UNNESTED, {"asked": text_array(values)}) == [(each,) for each in values]
