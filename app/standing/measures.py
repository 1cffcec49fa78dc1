"""The measures of an improvement plan: each has its day within the time that the plan runs (domain.md A11)."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from app.errors import FieldError, Unprocessable

Measure = dict[str, Any]
"""As it is stored: `text`, and the days `by` and `done_on` in ISO 8601."""


def check_days(measures: Sequence[Measure], today: date, deadline: date, stood: Collection[str] = ()) -> None:
    """Raise Unprocessable for a measure whose day has passed, or lies after the deadline, or is done on a day to come.

    `stood` are days of measures that the plan had already: these pass, and a revision still names them.
    """
    errors: list[FieldError] = []
    for index, measure in enumerate(measures):
        day, pointer = date.fromisoformat(measure["by"]), f"/measures/{index}/by"
        if day < today and measure["by"] not in stood:
            errors.append(FieldError(pointer=pointer, code="day_passed", detail="lies in the past"))
        if day > deadline:
            errors.append(
                FieldError(pointer=pointer, code="after_deadline", detail=f"is after {deadline}, the deadline")
            )
        if measure["done_on"] is not None and date.fromisoformat(measure["done_on"]) > today:
            done = f"/measures/{index}/done_on"
            errors.append(FieldError(pointer=done, code="day_to_come", detail="is after today"))
    if errors:
        raise Unprocessable(errors=errors)
