"""Many values in one condition, as one parameter: a list of its own for each would end at 65,535."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Text, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute


def among(column: InstrumentedAttribute[str], values: Collection[str]) -> ColumnElement[bool]:
    """Whether a text column has one of the values."""
    return column == any_(literal(list(values), ARRAY(Text)))
