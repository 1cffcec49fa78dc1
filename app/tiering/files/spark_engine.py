"""Score a file on Spark: the same expressions, the same integers, on a local session or the cluster it is given.

Cells are read by the kernel's own reader on the executors, so Tierbook must be installed there. Spark knows no
lines: rows set aside are told by their number, from 1.
"""

import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Final

import narwhals as nw

from app.kernel.columns import decide_columns
from app.kernel.fact import Fact
from app.kernel.quantity import POINTS, SCORE
from app.kernel.rulebook import Rulebook
from app.tiering.files.encoding import Cell, ColumnMap, fact_cell, map_columns
from app.tiering.files.reading import SUFFIXES, FileRefused
from app.tiering.files.tally import Tally, label_columns
from app.tiering.files.wording import SHOWN_DECIMALS, result_names

try:
    from pyspark.sql import Column, DataFrame, SparkSession
    from pyspark.sql import functions as F  # noqa: N812  as Spark's own documentation has it
except ImportError as error:  # the extra is not installed
    raise FileRefused("Spark is not installed: pip install 'tierbook[spark]'; it needs Java as well") from error

_CELL: Final = "struct<value:bigint,wrong:string>"
_NUMBER: Final = "row__number"
_WRONG: Final = "row__wrong"


class CellReader:
    """Reads cells of one fact on an executor; the cache is made there, because caches do not travel."""

    def __init__(self, fact: Fact) -> None:
        self._fact = fact
        self._read: Any = None

    def __call__(self, cell: Any) -> Cell:
        """Encode one cell."""
        self._read = self._read or fact_cell(self._fact)
        value, wrong = self._read(cell)
        return value, wrong and f"{self._fact.name} {wrong}"

    def __getstate__(self) -> Fact:
        """Travel without the cache."""
        return self._fact

    def __setstate__(self, fact: Fact) -> None:
        """Arrive without the cache."""
        self._fact, self._read = fact, None


def score_with_spark(
    book: Rulebook, source: Path, output: Path, asked: dict[str, str], standing: str | None
) -> tuple[Tally, Path]:
    """Score `source` into the folder `output`; returns the tally and the folder of rows set aside.

    Raises FileRefused where the input cannot be read or the output is there already.
    """
    aside = output.with_name(f"{output.stem}.aside.csv")
    for folder in (output, aside):
        if folder.exists():
            raise FileRefused(f"{folder} is there already; Spark writes new folders only")
    rows = _numbered(_read(_session(), source))
    mapping = map_columns(book, tuple(rows.columns[1:]), asked, standing)
    decided = _decided(book, _encoded(book, rows, mapping)).cache()
    good = (F.col(_WRONG) == "") & F.col("applies") & ~F.col("refused")
    names = result_names(book, tuple(rows.columns[1:]))
    own = [F.col(f"`{name}`") for name in rows.columns[1:]]
    _write(
        decided.filter(good).select(*own, *(_worded(book, name).alias(plain) for name, plain in names.items())), output
    )
    left = decided.filter(~good).select(F.col(_NUMBER).alias("row"), _reason(book).alias("reason"), *own)
    tally = _tally(book, decided.filter(good), left)
    if tally.aside:
        left.orderBy("row").write.csv(str(aside), header=True)
    return tally, aside


def _session() -> SparkSession:
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    return SparkSession.builder.appName("tierbook").config("spark.ui.enabled", "false").getOrCreate()


def _read(session: SparkSession, source: Path) -> DataFrame:
    if not source.exists():
        raise FileRefused(f"{source} is not there")
    match source.suffix.lower():
        case ".csv":
            return session.read.csv(str(source), header=True, escape='"', encoding="UTF-8")
        case ".parquet":
            return session.read.parquet(str(source))
        case ".ndjson" | ".jsonl":
            return session.read.json(str(source), primitivesAsString=True)
    raise FileRefused(f"{source.name}: give a file that ends in {', '.join(SUFFIXES)}")


def _numbered(frame: DataFrame) -> DataFrame:
    rows = frame.rdd.zipWithIndex().map(lambda pair: (pair[1] + 1, *pair[0]))
    fields = ", ".join(f"`{field.name}` {field.dataType.simpleString()}" for field in frame.schema.fields)
    return rows.toDF(f"{_NUMBER} bigint, {fields}")


def _encoded(book: Rulebook, rows: DataFrame, mapping: ColumnMap) -> DataFrame:
    cells = {
        fact: F.udf(CellReader(book.facts[fact]), _CELL)(F.col(f"`{column}`")) for fact, column in mapping.facts.items()
    }
    read = rows.withColumns({f"cell__{fact}": cell for fact, cell in cells.items()})
    wrong = [F.when(F.col(f"cell__{fact}.wrong") != "", F.col(f"cell__{fact}.wrong")) for fact in cells]
    columns = {f"fact__{fact}": F.col(f"cell__{fact}.value") for fact in cells}
    if mapping.standing is not None and book.tiers:
        columns["standing__tier"] = _standing(book.tiers.labels, mapping.standing)
        known = F.col(f"`{mapping.standing}`").isin("", *book.tiers.labels)
        wrong.append(F.when(~known, F.lit(f"{mapping.standing} is no tier")))
    return read.withColumns({**columns, _WRONG: F.concat_ws("; ", *wrong)}).drop(*(f"cell__{fact}" for fact in cells))


def _standing(labels: tuple[str, ...], column: str) -> Column:
    rank = F.lit(None).cast("bigint")
    for at, label in enumerate(labels):
        rank = F.when(F.col(f"`{column}`") == label, F.lit(at).cast("bigint")).otherwise(rank)
    return rank


def _decided(book: Rulebook, frame: DataFrame) -> DataFrame:
    decided: DataFrame = nw.to_native(decide_columns(book, nw.from_native(frame)))
    return decided


def _worded(book: Rulebook, name: str) -> Column:
    if name == "missing":
        return F.concat_ws(";", *(F.when(F.col(f"missing__{fact}"), fact) for fact in book.facts))
    if name.startswith("points__"):
        return _decimal_text(name, POINTS.decimals, 0)
    if name == "score" or name.startswith("dimension__"):
        return _decimal_text(name, SCORE.decimals, SHOWN_DECIMALS)
    return F.col(name)


def _decimal_text(name: str, decimals: int, least: int) -> Column:
    """The exact decimal: a product of decimals, whose zeros after the `least` decimals are taken off."""
    unit = F.lit("0." + "0" * (decimals - 1) + "1").cast(f"decimal({decimals + 1},{decimals})")
    text = (F.col(name).cast("decimal(20,0)") * unit).cast(f"decimal(38,{decimals})").cast("string")
    if least:
        return F.regexp_replace(text, rf"(\.\d{{{least}}}\d*?)0+$", "$1")
    return F.regexp_replace(text, r"\.?0+$", "")


def _reason(book: Rulebook) -> Column:
    wanted = [F.when(F.col(f"missing__{name}"), name) for name, fact in book.facts.items() if fact.missing == "refuse"]
    needs = F.concat(F.lit("needs "), F.concat_ws(", ", *wanted))
    applies = F.when(F.col("applies"), needs).otherwise(F.lit(f"{book.name} does not apply"))
    return F.when(F.col(_WRONG) != "", F.col(_WRONG)).otherwise(applies)


def _write(frame: DataFrame, output: Path) -> None:
    match output.suffix.lower():
        case ".csv":
            frame.write.csv(str(output), header=True)
        case ".parquet":
            frame.write.parquet(str(output))
        case ".ndjson" | ".jsonl":
            frame.write.json(str(output))
        case _:
            raise FileRefused(f"{output.name}: write to a folder that ends in {', '.join(SUFFIXES)}")


def _tally(book: Rulebook, decided: DataFrame, left: DataFrame) -> Tally:
    flags = {name: F.sum(F.col(f"missing__{name}").cast("bigint")) for name in book.facts}
    sums = decided.agg(F.count("*"), F.sum(F.col("complete").cast("bigint")), *flags.values()).collect()[0]
    tally = Tally(decided=sums[0], incomplete=sums[0] - (sums[1] or 0))
    tally.missing.update({name: count or 0 for name, count in zip(flags, sums[2:], strict=True)})
    for name, column in label_columns(book):
        tally.labels[name] = Counter({row[column]: row["count"] for row in decided.groupBy(column).count().collect()})
    for row in left.groupBy("reason").count().collect():
        tally.set_aside(row["reason"], row["count"])
    return tally
