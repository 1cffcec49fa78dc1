from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from app.http.types import Day

DAY = TypeAdapter(Day)


def test_a_day_is_written_out() -> None:
    assert DAY.validate_python("2026-11-22") == date(2026, 11, 22)
    assert DAY.validate_python(date(2026, 11, 22)) == date(2026, 11, 22)
    assert DAY.json_schema() == {"type": "string", "format": "date"}


@pytest.mark.parametrize("value", ["0", 0, 20261122, True, None, "20261122", "2026-11-22T00:00:00", "2026-02-30", ""])
def test_and_nothing_else(value: Any) -> None:
    with pytest.raises(ValidationError):
        DAY.validate_python(value)
