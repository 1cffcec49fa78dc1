"""The fence: a key of a unit sees that unit and what stands below it, today; a key of the whole bank sees all."""

from datetime import date

from sqlalchemy import ColumnElement, and_, exists, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from app.organisation.tables import UnitTree


def within(column: InstrumentedAttribute[str] | ColumnElement[str], unit: str | None, day: date) -> ColumnElement[bool]:
    """Whether the unit in `column` is `unit` or stands below it on `day`; always, where `unit` is None."""
    if unit is None:
        return true()
    below = select(UnitTree.descendant).where(
        UnitTree.ancestor == unit, UnitTree.descendant == column, stands_on(UnitTree, day)
    )
    return exists(below)


def stands_on(period: type[UnitTree], day: date) -> ColumnElement[bool]:
    """Whether the half-open days of a row hold `day`."""
    return and_(period.from_day <= day, or_(period.until_day.is_(None), period.until_day > day))
