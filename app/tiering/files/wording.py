"""Outcomes as staff read them: plain names, scores as exact decimal texts, and why a row has no decision."""

from collections.abc import Iterable

import polars as pl

from app.kernel.columns.names import outcome_names
from app.kernel.condition import names
from app.kernel.quantity import POINTS, SCORE
from app.kernel.rulebook import Rulebook
from app.tiering.reasons import SHOWN_DECIMALS

_PREFIXES = (("class__", ""), ("obligation__", "visits_"), ("points__", "points_"), ("dimension__", "dimension_"))


def result_names(book: Rulebook, taken: Iterable[str]) -> dict[str, str]:
    """The name in the file of each outcome column; one that the file already has gets `decided_` before it.

    Names that differ in capitals only count as the same: to Spark and to many databases they are.
    """
    used = {name.casefold() for name in taken}
    found = {}
    for name in (*outcome_names(book), "complete", "missing"):
        found[name] = _free(_plain_name(name), "decided_", used)
    return found


def aside_names(place: str, taken: Iterable[str]) -> tuple[str, str]:
    """The columns before those of a row set aside, its place and the reason; `aside_` before what the file has."""
    used = {name.casefold() for name in taken}
    return _free(place, "aside_", used), _free("reason", "aside_", used)


def decimals_of(name: str) -> tuple[int, int] | None:
    """How many decimals an outcome column has, and how many are shown at least; None where it is no decimal."""
    if name.startswith("points__"):
        return POINTS.decimals, 0
    return (SCORE.decimals, SHOWN_DECIMALS) if name == "score" or name.startswith("dimension__") else None


def worded(book: Rulebook, decided: pl.DataFrame, plain: dict[str, str]) -> pl.DataFrame:
    """The outcome columns of decided rows, worded and named."""
    columns = [_worded(name).alias(plain[name]) for name in plain if name != "missing"]
    return decided.select(*columns, _missing(book).alias(plain["missing"]))


def type_of(name: str) -> type[pl.DataType]:
    """The type in which an outcome column goes out."""
    if name.startswith("obligation__"):
        return pl.Int64
    return pl.Boolean if name == "complete" else pl.String


def needed(book: Rulebook) -> tuple[str, ...]:
    """The facts without which some client is refused."""
    return tuple(name for name, fact in book.facts.items() if fact.missing == "refuse")


def asked_first(book: Rulebook) -> tuple[str, ...]:
    """The facts without which nobody knows whether the rulebook applies."""
    asked = names(book.applies_to)
    return tuple(name for name in needed(book) if name in asked)


def _free(name: str, prefix: str, used: set[str]) -> str:
    while name.casefold() in used:
        name = prefix + name
    used.add(name.casefold())
    return name


def _plain_name(name: str) -> str:
    for prefix, plain in _PREFIXES:
        if name.startswith(prefix):
            return plain + name.removeprefix(prefix).replace("__", "_per_")
    return name


def _worded(name: str) -> pl.Expr:
    decimals = decimals_of(name)
    return pl.col(name) if decimals is None else decimal_text(pl.col(name), *decimals)


def decimal_text(number: pl.Expr, decimals: int, least: int) -> pl.Expr:
    """An integer of so many decimals as a decimal text that shows at least `least` of them."""
    size = number.abs()
    fraction = (size % 10**decimals).cast(pl.String).str.zfill(decimals)
    shown = fraction.str.slice(0, least) + fraction.str.slice(least).str.strip_chars_end("0")
    sign = pl.when(number < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    whole = sign + (size // 10**decimals).cast(pl.String)
    return pl.when(shown == "").then(whole).otherwise(whole + "." + shown)


def _missing(book: Rulebook) -> pl.Expr:
    """The facts that were read and not given, joined by semicolons; nothing where there are none."""
    named = [pl.when(pl.col(f"missing__{name}")).then(pl.lit(name)) for name in book.facts]
    joined = pl.concat_str(named, separator=";", ignore_nulls=True)
    return pl.when(joined != "").then(joined)
