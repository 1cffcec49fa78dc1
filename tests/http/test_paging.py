from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from app.http.paging import MomentCursor, moment_cursor, next_cursor, read_moment

ROWS = [("a", 1), ("b", 2), ("c", 3)]


@pytest.mark.parametrize(("limit", "cursor"), [(1, "1"), (2, "2"), (3, None), (200, None)])
def test_the_cursor_is_the_place_of_the_last_row_where_more_follow(limit: int, cursor: str | None) -> None:
    assert next_cursor(ROWS[: limit + 1], limit, lambda row: row[1]) == cursor


def test_an_empty_list_has_no_next_page() -> None:
    assert next_cursor([], 1, str) is None


@given(st.datetimes(datetime(1970, 1, 1), datetime(2999, 12, 31), timezones=st.just(UTC)), st.uuids())  # noqa: DTZ001
def test_the_cursor_of_a_moment_names_it_to_the_microsecond(at: datetime, row_id: UUID) -> None:
    cursor = TypeAdapter(MomentCursor).validate_python(moment_cursor(at, row_id))
    assert read_moment(cursor) == (at, row_id)


def test_without_a_cursor_a_list_begins_at_its_beginning() -> None:
    assert read_moment(None) is None
