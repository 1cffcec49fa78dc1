from datetime import UTC, date, datetime
from typing import Annotated, Any

import pytest
from pydantic import StringConstraints, TypeAdapter, ValidationError

from app.http.types import SEEN, Day, Moment

SAID = TypeAdapter(Annotated[str, StringConstraints(pattern=SEEN)])
DAY = TypeAdapter(Day)
MOMENT = TypeAdapter(Moment)


def test_a_day_is_written_out() -> None:
    assert DAY.validate_python("2026-11-22") == date(2026, 11, 22)
    assert DAY.validate_python(date(2026, 11, 22)) == date(2026, 11, 22)
    assert DAY.json_schema() == {"type": "string", "format": "date"}


@pytest.mark.parametrize("value", ["0", 0, 20261122, True, None, "20261122", "2026-11-22T00:00:00", "2026-02-30", ""])
def test_and_nothing_else(value: Any) -> None:
    with pytest.raises(ValidationError):
        DAY.validate_python(value)


@pytest.mark.parametrize("written", ["2026-11-22T04:00:00Z", "2026-11-22T12:00:00+08:00", "2026-11-22T04:00:00.000z"])
def test_a_moment_is_written_out_with_its_zone(written: str) -> None:
    assert MOMENT.validate_python(written) == datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
    assert MOMENT.json_schema() == {"type": "string", "format": "date-time"}


@pytest.mark.parametrize(
    "value",
    [
        "0",
        1795320000,
        "1795320000",
        None,
        "now",
        "2026-11-22",
        "2026-11-22T04:00:00",
        "2026-11-22 04:00:00Z",
        "2026-11-22T24:61:00Z",
        datetime(2026, 11, 22),  # noqa: DTZ001
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
    ],
)
def test_a_moment_without_a_zone_or_in_another_form_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        MOMENT.validate_python(value)


@pytest.mark.parametrize("text", [".", "中", " on demand ", "\u200bx", "日\n本", "🙂", "é", "ـ"])
def test_what_can_be_seen_is_text(text: str) -> None:
    assert SAID.validate_python(text) == text


@pytest.mark.parametrize(
    "text", ["", " ", "\u3000", "\t\n", "\u202e\u200b", "\ufeff", "\u2066\u2069", "\xad", "\x1c", "a\x00"]
)
def test_blanks_and_marks_that_nobody_sees_say_nothing(text: str) -> None:
    with pytest.raises(ValidationError):
        SAID.validate_python(text)
