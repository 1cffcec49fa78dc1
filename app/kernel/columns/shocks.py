"""The shocks of `stress.py` over columns."""

from collections.abc import Iterable
from typing import Any

import narwhals as nw

from app.kernel.columns.expressions import divided, integer, largest, smallest
from app.kernel.stress import WHOLE, Shock


def shock_columns(shocks: Iterable[Shock], frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """The columns `fact__<name>` of `frame` after the shocks, in their order; missing values stay missing."""
    given = frozenset(frame.collect_schema().names())
    for shock in shocks:
        column = f"fact__{shock.fact.name}"
        if column in given:
            frame = frame.with_columns(**{column: _after(shock, nw.col(column))})
    return frame


def _after(shock: Shock, value: nw.Expr) -> nw.Expr:
    moved = smallest([largest([_moved(shock, value), integer(shock.fact.low)]), integer(shock.fact.high)])
    return nw.when(~value.is_null()).then(moved)


def _moved(shock: Shock, value: nw.Expr) -> nw.Expr:
    if shock.kind == "percent":
        return _scaled(value, WHOLE + shock.amount)
    return integer(shock.amount) if shock.kind == "set" else value + integer(shock.amount)


def _scaled(value: nw.Expr, factor: int) -> nw.Expr:
    """Wholes and the rest apart, so that the products fit 64 bits."""
    size = value.abs()
    wholes = divided(size, WHOLE)
    rest = (size - wholes * integer(WHOLE)) * integer(2 * abs(factor))
    scaled = wholes * integer(abs(factor)) + divided(rest + integer(WHOLE), 2 * WHOLE)
    falls = value >= 0 if factor < 0 else value < 0
    return nw.when(falls).then(integer(0) - scaled).otherwise(scaled)
