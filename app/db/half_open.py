"""Rows that hold for half-open days: from `from_day` to before `until_day`, or for good where that is null."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_


def stands_on(row: Any, day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Whether a row holds `day`; `row` is its class, an alias of it, or its table's columns."""
    return and_(row.from_day <= day, or_(row.until_day.is_(None), row.until_day > day))
