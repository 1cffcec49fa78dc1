"""`Retry-After`, as receivers write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.webhooks.retry_after import seconds_of
from tests.service import NOON


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Sun, 22 Nov 2026 04:02:00 GMT", 120),
        ("Sun, 22 Nov 2026 03:00:00 GMT", 0),
        ("Sunday, 22-Nov-26 04:00:30 GMT", 30),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("9" * 10, None),
        ("١٢", None),
    ],
)
def test_it_is_seconds_or_a_date(header: str, seconds: int | None) -> None:
    assert seconds_of(header, NOON) == seconds


@given(st.text())
def test_whatever_a_receiver_writes_is_read_or_is_nothing(header: str) -> None:
    found = seconds_of(header, NOON)
    assert found is None or found >= 0
