"""The fence: a key of a unit sees that unit and what stands below it, today; a key of the whole bank sees all."""

from datetime import date

from sqlalchemy import ColumnElement, exists, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.db.half_open import stands_on
from app.organisation.tables import Unit, UnitTree


def within(
    column: InstrumentedAttribute[str] | ColumnElement[str],
    unit: str | ColumnElement[str] | None,
    day: date | ColumnElement[date],
) -> ColumnElement[bool]:
    """Whether the unit in `column` is `unit` or stands below it on `day`; always, where `unit` is None.

    The tree is read under a name of its own: in a statement that reads it too, it would be taken for that one's, and
    the fence would stand open.
    """
    if unit is None:
        return true()
    tree = aliased(UnitTree)
    below = select(tree.descendant).where(tree.ancestor == unit, tree.descendant == column, stands_on(tree, day))
    return exists(below)


def nearest(today: date, row: type[Unit] = Unit) -> ColumnElement[date]:
    """The day nearest to today on which a unit stands: its first, if that is to come; its last, once it is closed."""
    return func.least(func.greatest(row.opened_on, today), row.closed_on - 1)  # least() ignores nulls


def seen(unit: str | None, today: date, row: type[Unit] = Unit) -> ColumnElement[bool]:
    """Whether a key of `unit` sees a row of units: where that lies within on the day nearest to today."""
    return within(row.id, unit, nearest(today, row))


def belongs(
    column: InstrumentedAttribute[str] | ColumnElement[str], unit: str | None, today: date
) -> ColumnElement[bool]:
    """Whether what happened at the unit in `column` is for a key of `unit` to see, after that unit closed too."""
    if unit is None:
        return true()
    row = aliased(Unit)
    return exists(select(row.id).where(row.id == column, seen(unit, today, row)))
