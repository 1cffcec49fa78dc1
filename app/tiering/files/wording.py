"""Outcome columns as staff read them: plain names, and scores as decimal texts, exact to the last digit."""

import polars as pl

from app.kernel.columns import outcome_names
from app.kernel.quantity import POINTS, SCORE
from app.kernel.rulebook import Rulebook

SHOWN_DECIMALS = 4
_PREFIXES = (("class__", ""), ("obligation__", "visits_"), ("points__", "points_"), ("dimension__", "dimension_"))


def result_names(book: Rulebook, taken: tuple[str, ...]) -> dict[str, str]:
    """The name in the file of each outcome column; one that the file already has gets `decided_` before it."""
    names = {name: _plain_name(name) for name in (*outcome_names(book), "complete", "missing")}
    return {name: f"decided_{plain}" if plain in taken else plain for name, plain in names.items()}


def worded(book: Rulebook, decided: pl.DataFrame, names: dict[str, str]) -> pl.DataFrame:
    """The outcome columns of decided rows, worded and named."""
    columns = [_worded(name).alias(plain) for name, plain in names.items() if name != "missing"]
    return decided.select(*columns, _missing(book).alias(names["missing"]))


def _plain_name(name: str) -> str:
    for prefix, plain in _PREFIXES:
        if name.startswith(prefix):
            return plain + name.removeprefix(prefix).replace("__", "_per_")
    return name


def _worded(name: str) -> pl.Expr:
    if name.startswith("points__"):
        return decimal_text(pl.col(name), POINTS.decimals, 0)
    if name == "score" or name.startswith("dimension__"):
        return decimal_text(pl.col(name), SCORE.decimals, SHOWN_DECIMALS)
    return pl.col(name)


def decimal_text(number: pl.Expr, decimals: int, least: int) -> pl.Expr:
    """An integer of so many decimals as a decimal text that shows at least `least` of them."""
    size = number.abs()
    fraction = (size % 10**decimals).cast(pl.String).str.zfill(decimals)
    shown = fraction.str.slice(0, least) + fraction.str.slice(least).str.strip_chars_end("0")
    sign = pl.when(number < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    whole = sign + (size // 10**decimals).cast(pl.String)
    return pl.when(shown == "").then(whole).otherwise(whole + "." + shown)


def _missing(book: Rulebook) -> pl.Expr:
    """The facts that were read and not given, joined by semicolons."""
    named = [pl.when(pl.col(f"missing__{name}")).then(pl.lit(name)) for name in book.facts]
    joined = pl.concat_str(named, separator=";", ignore_nulls=True)
    return pl.when(joined != "").then(joined)
