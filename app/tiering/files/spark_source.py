"""A file of clients as a Spark frame.

Columns: `row__number`, `row__wrong`, and the file's own as `own__0`, `own__1` and so on. Own columns are renamed,
because an outcome may have the name of one. Spark knows no lines: a row is told by its number in its file, from 1.
"""

import csv
from pathlib import Path
from typing import Any, Final

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf
from pyspark.sql.types import LongType, StringType, StructField, StructType

from app.tiering.files.charset import UNREADABLE, encoding_of
from app.tiering.files.csv_source import open_csv, wrong_row
from app.tiering.files.ndjson_source import as_text, read_line
from app.tiering.files.source import ROWS, SUFFIXES, FileRefusedError

NUMBER: Final = "row__number"
WRONG: Final = "row__wrong"
_FLAWED: Final = "\ufffd"


def own(at: int) -> str:
    """The name in the frame of the file's column at a position."""
    return f"own__{at}"


def read_source(session: SparkSession, source: Path) -> tuple[DataFrame, tuple[str, ...]]:
    """The frame, and the names of the file's columns. Raises FileRefusedError."""
    if not source.exists():
        raise FileRefusedError(f"{source}: there is no such file")
    match source.suffix.lower():
        case ".csv":
            return _csv(session, source)
        case ".parquet":
            return _parquet(session, source)
        case ".ndjson" | ".jsonl":
            return _ndjson(session, source)
    raise FileRefusedError(f"{source.name}: give a file that ends in {', '.join(SUFFIXES)}")


def _csv(session: SparkSession, source: Path) -> tuple[DataFrame, tuple[str, ...]]:
    first = source if source.is_file() else next(iter(sorted(source.glob("*.csv"))), source / "*.csv")
    columns = open_csv(first).columns
    encoding = "GB18030" if encoding_of(first) == "gb18030" else "UTF-8"
    names = [own(at) for at in range(len(columns))]
    read = session.read.schema(_texts([*names, WRONG])).csv(
        str(source), header=True, multiLine=True, escape='"', encoding=encoding, columnNameOfCorruptRecord=WRONG
    )
    frame = _numbered(read)
    cells = {name: sf.coalesce(sf.col(name), sf.lit("")) for name in names}
    flawed = sf.when(sf.concat_ws("", *names).contains(_FLAWED), UNREADABLE)
    ragged = sf.udf(RowReader(len(columns)), "string", useArrow=False)(sf.col(WRONG))
    wrong = sf.coalesce(sf.when(sf.col(WRONG).isNotNull(), ragged), flawed, sf.lit(""))
    return frame.withColumns({WRONG: wrong, **cells}), columns


class RowReader:
    """What is wrong with a row that Spark could not lay under its columns."""

    def __init__(self, width: int) -> None:
        self._width = width

    def __call__(self, record: str | None) -> str:
        """Read the record again."""
        if record is None:
            return ""
        try:
            row = next(csv.reader(record.splitlines(keepends=True), strict=True), [])
        except csv.Error as error:
            return wrong_row(error, self._width)
        return wrong_row(row, self._width) or "is not CSV"


def _parquet(session: SparkSession, source: Path) -> tuple[DataFrame, tuple[str, ...]]:
    frame = session.read.parquet(str(source))
    cells = [sf.col(_quoted(name)).alias(own(at)) for at, name in enumerate(frame.columns)]
    number = (sf.col("_metadata.row_index") + 1).alias(NUMBER)
    return frame.select(number, sf.lit("").alias(WRONG), *cells), tuple(frame.columns)


def _ndjson(session: SparkSession, source: Path) -> tuple[DataFrame, tuple[str, ...]]:
    lines = session.read.text(str(source)).rdd.map(lambda row: row[0])
    columns = tuple(dict.fromkeys(name for line in lines.take(ROWS) for name in read_line(line.encode(), ())[0]))
    if not columns:
        raise FileRefusedError(f"{source.name}: no line is a JSON object")
    rows = lines.zipWithIndex().filter(lambda pair: bool(pair[0].strip()))
    schema = StructType([StructField(NUMBER, LongType()), *_texts([WRONG, *(own(at) for at in range(len(columns)))])])
    return session.createDataFrame(rows.map(lambda pair: _cells(pair[0], pair[1] + 1, columns)), schema), columns


def _cells(line: str, number: int, columns: tuple[str, ...]) -> tuple[Any, ...]:
    row, wrong = read_line(line.encode(), columns)
    return number, wrong, *(as_text(row.get(name)) for name in columns)


def _numbered(frame: DataFrame) -> DataFrame:
    schema = StructType([StructField(NUMBER, LongType()), *frame.schema.fields])
    rows = frame.rdd.zipWithIndex().map(lambda pair: (pair[1] + 1, *pair[0]))
    return frame.sparkSession.createDataFrame(rows, schema)


def _texts(names: list[str]) -> StructType:
    return StructType([StructField(name, StringType()) for name in names])


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
