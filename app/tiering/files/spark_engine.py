"""Score a file on Spark: the same expressions, the same integers, on a local session or the cluster it is given.

Cells are read by the kernel's own reader on the executors, so Tierbook must be installed there.
"""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import narwhals as nw

from app.kernel.columns.decide import decide_columns
from app.kernel.fact import Fact
from app.kernel.rulebook import Rulebook
from app.tiering.files.encoding import Cell, ColumnMap, fact_cell, map_columns, tier_cell
from app.tiering.files.source import FileRefusedError
from app.tiering.files.tally import Tally, label_columns
from app.tiering.files.task import Task
from app.tiering.files.unmatched import unmatched
from app.tiering.files.wording import aside_names, asked_first, decimals_of, needed, result_names
from app.tiering.files.writing import aside_path, check_target, drafted

try:
    from py4j.protocol import Py4JJavaError
    from pyspark.errors import PySparkException
    from pyspark.sql import Column, DataFrame, GroupedData, SparkSession
    from pyspark.sql import functions as F  # noqa: N812  as Spark's own documentation has it
except ImportError as error:  # the extra is not installed
    raise FileRefusedError("Spark is not installed: pip install 'tierbook[spark]'; it needs Java as well") from error

from app.tiering.files.spark_source import NUMBER, WRONG, own, read_source

_CELL: Final = "struct<value:bigint,wrong:string>"


class CellReader:
    """Reads the cells of one column on an executor; the cache is made there, because caches do not travel."""

    def __init__(self, column: str, reads: Fact | tuple[str, ...]) -> None:
        self._column, self._reads = column, reads
        self._read: Callable[[Any], Cell] | None = None

    def __call__(self, cell: Any) -> Cell:
        """Encode one cell."""
        if self._read is None:
            self._read = fact_cell(self._reads) if isinstance(self._reads, Fact) else tier_cell(self._reads)
        value, wrong = self._read(cell)
        return value, wrong and f"{self._column} {wrong}"

    def __reduce__(self) -> tuple[type["CellReader"], tuple[str, Fact | tuple[str, ...]]]:
        """Travel without the cache."""
        return CellReader, (self._column, self._reads)


def score_with_spark(task: Task) -> tuple[Tally, Path]:
    """Score the file into a folder; returns the tally and the folder of rows set aside.

    Raises FileRefusedError where the input cannot be read or the output is there already.
    """
    book, output = task.book, task.output
    check_target(output, task.source)
    aside = aside_path(output)
    for folder in (output, aside):
        if folder.exists():
            raise FileRefusedError(f"{folder} is there already; Spark writes new folders only")
    with _in_words(), drafted(aside, output) as (aside_draft, draft):
        rows, columns = read_source(_session(), task.source)
        mapping = map_columns(book, columns, task.mapping, task.standing)
        decided = _decided(book, _encoded(book, rows, columns, mapping)).cache()
        good = (F.col(WRONG) == "") & F.col("applies") & ~F.col("refused")
        plain = result_names(book, columns)
        cells = [F.col(own(at)).alias(name) for at, name in enumerate(columns)]
        outcomes = [_worded(book, name).alias(plain[name]) for name in plain]
        _write(decided.filter(good).select(*cells, *outcomes), draft, output.suffix.lower())
        row, reason = aside_names("row", columns)
        left = decided.filter(~good).select(
            F.col(NUMBER).alias(row), _reason(book, decided.columns).alias(reason), *cells
        )
        tally = _tally(book, decided.filter(good), left.groupBy(F.col(reason).alias("reason")))
        tally.unmatched = unmatched(book, columns, mapping)
        if tally.aside:
            _write(left.orderBy(row), aside_draft, ".csv")
        decided.unpersist()
    return tally, aside


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except PySparkException as error:
        raise FileRefusedError(f"Spark: {str(error).strip().splitlines()[0]}") from error
    except Py4JJavaError as error:
        said = error.java_exception.getMessage() or error.java_exception.toString()
        raise FileRefusedError(f"Spark: {said.strip().splitlines()[0]}") from error


def _session() -> SparkSession:
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("tierbook").config("spark.ui.enabled", "false")
    return builder.config("spark.sql.legacy.javaCharsets", "true").getOrCreate()  # GB18030 is one of Java's


def _encoded(book: Rulebook, rows: DataFrame, columns: tuple[str, ...], mapping: ColumnMap) -> DataFrame:
    reads: dict[str, tuple[str, Fact | tuple[str, ...]]]
    reads = {f"fact__{fact}": (column, book.facts[fact]) for fact, column in mapping.facts.items()}
    if mapping.standing is not None and book.tiers:
        reads["standing__tier"] = (mapping.standing, book.tiers.labels)
    types = dict(rows.dtypes)
    cells = {}
    for name, (column, what) in reads.items():
        cell = own(columns.index(column))
        as_read = F.col(cell).cast("string") if types[cell] == "float" else F.col(cell)
        cells[f"cell__{name}"] = F.udf(CellReader(column, what), _CELL, useArrow=False)(as_read)
    wrong = [F.when(F.col(f"{cell}.wrong") != "", F.col(f"{cell}.wrong")) for cell in cells]
    told = F.when(F.col(WRONG) != "", F.col(WRONG)).otherwise(F.concat_ws("; ", *wrong))
    values = {name: F.col(f"cell__{name}.value") for name in reads}
    return rows.withColumns(cells).withColumns({**values, WRONG: told}).drop(*cells)


def _decided(book: Rulebook, frame: DataFrame) -> DataFrame:
    decided: DataFrame = nw.to_native(decide_columns(book, nw.from_native(frame)))
    return decided


def _worded(book: Rulebook, name: str) -> Column:
    if name == "missing":
        named = F.concat_ws(";", *(F.when(F.col(f"missing__{fact}"), F.lit(fact)) for fact in book.facts))
        return F.when(named != "", named)
    decimals = decimals_of(name)
    return F.col(name) if decimals is None else _decimal_text(F.col(name), *decimals)


def _decimal_text(number: Column, decimals: int, least: int) -> Column:
    """An integer of so many decimals as a decimal text that shows at least `least` of them: by its digits alone."""
    digits = F.concat(F.lit("0" * decimals), F.abs(number).cast("string"))
    text = F.regexp_replace(digits, rf"^0*(\d+)(\d{{{decimals}}})$", "$1.$2")
    text = F.regexp_replace(text, rf"^(\d+\.\d{{{least}}}\d*?)0*$", "$1")
    return F.concat(F.when(number < 0, "-").otherwise(""), F.regexp_replace(text, r"\.$", ""))


def _reason(book: Rulebook, given: list[str]) -> Column:
    missing = F.concat_ws(", ", *(F.when(F.col(f"missing__{name}"), F.lit(name)) for name in needed(book)))
    absent = {
        name: F.col(f"fact__{name}").isNull() if f"fact__{name}" in given else F.lit(True) for name in asked_first(book)
    }
    unknown = F.concat_ws(", ", *(F.when(flag, F.lit(name)) for name, flag in absent.items()))
    wanted = F.when(F.col("applies"), missing).otherwise(unknown)
    undecided = F.when(wanted != "", F.concat(F.lit("needs "), wanted)).otherwise(F.lit(f"{book.name} does not apply"))
    return F.when(F.col(WRONG) != "", F.col(WRONG)).otherwise(undecided)


def _write(frame: DataFrame, folder: Path, suffix: str) -> None:
    if suffix == ".csv":
        frame.write.csv(
            str(folder), header=True, escape='"', ignoreLeadingWhiteSpace=False, ignoreTrailingWhiteSpace=False
        )
    elif suffix == ".parquet":
        frame.write.parquet(str(folder))
    else:
        frame.write.json(str(folder), ignoreNullFields=False)


def _tally(book: Rulebook, decided: DataFrame, left: GroupedData) -> Tally:
    flags = {name: F.sum(F.col(f"missing__{name}").cast("bigint")) for name in book.facts}
    sums = decided.agg(F.count("*"), F.sum(F.col("complete").cast("bigint")), *flags.values()).collect()[0]
    tally = Tally(decided=sums[0], incomplete=sums[0] - (sums[1] or 0))
    tally.missing.update({name: count or 0 for name, count in zip(flags, sums[2:], strict=True)})
    for name, column in label_columns(book):
        tally.labels[name] = Counter({row[column]: row["count"] for row in decided.groupBy(column).count().collect()})
    for row in left.count().collect():
        tally.set_aside(row["reason"], row["count"])
    return tally
