"""CSV, NDJSON and Parquet say the same, whichever is read and whichever is written."""

import csv
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.tiering.scoring import SIZE_FACTS, rows_of, score_here, write_csv

HEADER = ["client", *SIZE_FACTS]


def outcomes_of(path: Path) -> list[dict[str, Any]]:
    """The rows of a result, flags and numbers as texts, so that formats compare."""
    read: Any = {".csv": rows_of, ".ndjson": pl.read_ndjson, ".parquet": pl.read_parquet}[path.suffix]
    rows = [dict(row) for row in (read(path) if path.suffix == ".csv" else read(path).to_dicts())]
    return [{name: None if cell in {None, ""} else str(cell).lower() for name, cell in row.items()} for row in rows]


def test_all_formats_say_the_same(tmp_path: Path) -> None:
    rows = [
        ["1", "other", "300", "", ""],
        ["2", "retail", "", "", ""],
        ["3", "nope", "", "", ""],
        ["4", "other", "7", "", ""],
    ]
    source = write_csv(tmp_path / "in.csv", HEADER, rows)
    outputs = [tmp_path / f"out.{suffix}" for suffix in ("csv", "ndjson", "parquet")]
    for output in outputs:
        assert score_here(source, output)[0].decided == 3
    first, *others = [outcomes_of(output) for output in outputs]
    assert [(row["client"], row["size"], row["complete"]) for row in first] == [
        ("1", "large", "true"),
        ("2", "micro", "false"),
        ("4", "micro", "true"),
    ]
    assert others == [first, first]


def test_all_formats_are_read_the_same(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "client": ["1", "2", "3"],
            "industry": ["other", "retail", "retail"],
            "employees": [100, 10, None],
            "annual_revenue": [0.1, 1e6, None],
        }
    )
    sources = [tmp_path / f"in.{suffix}" for suffix in ("csv", "ndjson", "parquet")]
    for source in sources:
        getattr(frame.lazy(), f"sink_{source.suffix[1:]}")(source)
        score_here(source, source.with_name(f"{source.suffix[1:]}.csv"))
    found = [
        [(row["client"], row["size"], row["missing"]) for row in rows_of(tmp_path / f"{suffix}.csv")]
        for suffix in ("csv", "ndjson", "parquet")
    ]
    assert found[0] == [("1", "medium", ""), ("2", "small", ""), ("3", "micro", "employees;annual_revenue")]
    assert found[1:] == [found[0], found[0]]


@pytest.mark.parametrize("suffix", ["csv", "ndjson", "parquet"])
@pytest.mark.parametrize("rows", [[], [["1", "nope", "", "", ""]]], ids=["no rows", "no row decided"])
def test_a_result_without_rows_is_a_file_with_its_columns(tmp_path: Path, suffix: str, rows: list[list[str]]) -> None:
    output = tmp_path / f"out.{suffix}"
    tally, aside = score_here(write_csv(tmp_path / "in.csv", HEADER, rows), output)
    assert (tally.decided, tally.aside, aside.exists()) == (0, len(rows), bool(rows))
    if suffix == "ndjson":
        assert output.read_bytes() == b""
    else:
        read = pl.read_csv(output) if suffix == "csv" else pl.read_parquet(output)
        assert (read.columns, len(read)) == ([*HEADER, "size", "complete", "missing"], 0)


@pytest.mark.parametrize("suffix", ["csv", "ndjson", "parquet"])
def test_a_first_batch_without_decided_rows_does_not_fix_the_types(tmp_path: Path, suffix: str) -> None:
    source = tmp_path / "in.parquet"
    unknown, known = (
        pl.DataFrame({"industry": ["nope"], "at": [None]}),
        pl.DataFrame({"industry": ["other"], "at": [7]}),
    )
    pl.concat([unknown.with_columns(pl.col("at").cast(pl.Int64))] * 50_000 + [known]).rechunk().write_parquet(source)
    tally, _ = score_here(source, tmp_path / f"out.{suffix}")
    assert (tally.decided, tally.aside) == (1, 50_000)
    assert outcomes_of(tmp_path / f"out.{suffix}")[0]["at"] == "7"


def test_typed_columns_stay_typed(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"industry": ["other", "other"], "employees": pl.Series([1, None], dtype=pl.Int8), "f": [0.5, None]}
    )
    frame.write_parquet(tmp_path / "in.parquet")
    score_here(tmp_path / "in.parquet", tmp_path / "out.parquet")
    read = pl.read_parquet(tmp_path / "out.parquet")
    assert read.select(frame.columns).equals(frame)
    assert read.schema["complete"] == pl.Boolean


@pytest.mark.parametrize(
    ("column", "suffix"),
    [
        (pl.Series([[1]]), "csv"),
        (pl.Series([{"a": 1}]), "csv"),
        (pl.Series([b"x"]), "csv"),
        (pl.Series([b"x"]), "ndjson"),
    ],
)
def test_columns_that_the_result_cannot_hold_are_refused_before_any_work(
    tmp_path: Path, column: pl.Series, suffix: str
) -> None:
    pl.DataFrame({"industry": ["other"], "odd": column}).write_parquet(tmp_path / "in.parquet")
    with pytest.raises(ValueError, match=rf"^out\.{suffix} cannot hold the column odd .*; write a \.parquet file$"):
        score_here(tmp_path / "in.parquet", tmp_path / f"out.{suffix}")
    score_here(tmp_path / "in.parquet", tmp_path / "out.parquet")
    assert len(pl.read_parquet(tmp_path / "out.parquet")) == 1


def test_csv_results_are_read_back_by_other_readers(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", HEADER, [['a "b", c\nd', "other", "1", "", ""]])
    score_here(source, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file, strict=True))["client"] == 'a "b", c\nd'
