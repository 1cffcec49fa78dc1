"""`tierbook score --engine spark` says of a file what the engine in this process says."""

import csv
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from tests.tiering.scoring import LIBRARY, RETAIL, STRATEGIC, rows_of, score, write_csv

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.spark, pytest.mark.enable_socket, pytest.mark.usefixtures("spark")]

CLASSES = str(LIBRARY / "corporate-classes.yaml")
HEADER = ["client", "segment", "deposit_balance", "credit_target", "co_managed", "Complete"]
CLIENTS = [
    ["1", "corporate", "2亿", "", "yes", "own"],
    ['say "hi"\nand more', "corporate", "5000万", "100万", "", "甲"],
    [" 3 ", "nope", "10", "100万", "", ""],
    ["4", "", "10", "100万", "", ""],
    ["5", "corporate", "0.001", "many", "maybe", ""],
    ["6"],
    ["7", " corporate ", "", "", "", ""],
    ["8", "corporate", "1", "2", "3", "4", "5"],
    ["9", "institution", "199999999.99", "0", "否", "a\tb"],
]


def parts(folder: Path) -> Iterator[dict[str, Any]]:
    """The rows of a result in whatever format, as texts; flags as JSON has them."""
    for part in sorted(folder.glob("part-*")) if folder.is_dir() else [folder]:
        if folder.suffix == ".csv":
            yield from rows_of(part)
        elif folder.suffix == ".parquet":
            yield from pl.read_parquet(part).to_dicts()
        else:
            yield from map(json.loads, part.read_text(encoding="utf-8").splitlines())


_PLACES = {"line", "row"}
"""Where a row stood: Spark knows no lines."""


def aside_of(output: Path) -> list[dict[str, Any]]:
    folder = output.with_name(f"{output.stem}.aside.csv")
    rows = list(parts(folder)) if folder.exists() else []
    return [{name: cell.replace("NaN", "nan") for name, cell in row.items() if name not in _PLACES} for row in rows]


def both(source: Path, *options: str, suffix: str = ".csv", rulebook: str = CLASSES) -> list[tuple[Any, Any]]:
    """What each engine leaves: the results and the rows set aside."""
    found = []
    for engine in ("polars", "spark"):
        output = source.with_name(f"{engine}{suffix}")
        result = score(source, output, "--engine", engine, *options, rulebook=rulebook)
        assert result.exit_code == 0, result.output
        found.append((list(parts(output)), aside_of(output)))
    return found


@pytest.mark.parametrize("suffix", [".csv", ".ndjson", ".parquet"])
def test_a_csv_comes_out_the_same(tmp_path: Path, suffix: str) -> None:
    here, there = both(write_csv(tmp_path / "in.csv", HEADER, CLIENTS), suffix=suffix)
    assert here == there
    assert [row["client"] for row in there[0]] == ["1", 'say "hi"\nand more', "7"]
    assert [row["client_class"] for row in there[0]] == ["class_1", "class_2", "class_3"]
    assert len(there[1]) == 6


def test_scores_and_standings_come_out_the_same(tmp_path: Path) -> None:
    header = ["annual_revenue", "revenue_growth", "credit_rating", "overdue_days", "now", "score"]
    rows = [
        ["100亿", "0.123457", "AA", "0", "core", "a"],
        ["1", "-0.000001", "", "31", "", "b"],
        ["", "35%", "C", "", " key ", "c"],
        ["1", "1", "C", "0", "best", "d"],
    ]
    here, there = both(write_csv(tmp_path / "in.csv", header, rows), "--standing", "now", rulebook=STRATEGIC)
    assert here == there
    assert len(there[0]) + len(there[1]) == len(rows)


def test_parquet_comes_out_the_same(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "aum": pl.Series([Decimal("200000.00"), Decimal("199999.99"), None, Decimal(-1)]),
            "card_spend": [0.1, 1e6, float("nan"), None],
            "custody_margin": pl.Series([0.1, 1e4, None, None], dtype=pl.Float32),
            "premium_card": [True, False, None, None],
            "age": pl.Series([59, 60, None, 1], dtype=pl.Int16),
            "tier": ["own", None, "own", ""],
        }
    )
    frame.write_parquet(tmp_path / "in.parquet")
    here, there = both(tmp_path / "in.parquet", suffix=".parquet", rulebook=RETAIL)
    assert here == there
    assert there[0]


def test_json_lines_come_out_the_same(tmp_path: Path) -> None:
    source = tmp_path / "in.ndjson"
    lines = [
        '{"client": 1, "segment": "corporate", "deposit_balance": 199999999.99}',
        '{"client": 1.10, "segment": "corporate", "deposit_balance": NaN}',
        '{"client": 2, "segment": "corporate", "tags": ["新", {"a": null}], "deposit_balance": true}',
        '{"client": 3, "segment": "corporate", "client": 4}',
        "",
        '{"client": 5, "segment": "corporate", "co_managed": true, "deposit_balance": 12.0, "tags": [1]}',
        "[]",
        '{"client": 6,',
    ]
    source.write_text("\n".join(lines), encoding="utf-8")
    here, there = both(source, suffix=".ndjson")
    assert here == there
    assert [(row["client"], row["tags"]) for row in there[0]] == [("1", None), ("5", "[1]")]


def test_gb18030_is_read_there_too(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_bytes("名称,segment,deposit_balance\n招商银行,corporate,2亿\n".encode("gb18030"))
    here, there = both(source)
    assert here == there
    assert there[0][0]["名称"] == "招商银行"


def test_what_is_there_already_is_not_overwritten(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", HEADER, CLIENTS[:1])
    (tmp_path / "out.csv").write_text("mine")
    result = score(source, tmp_path / "out.csv", "--engine", "spark", rulebook=CLASSES)
    assert (result.exit_code, (tmp_path / "out.csv").read_text()) == (1, "mine")
    assert result.stderr.splitlines() == [
        f"tierbook score: {tmp_path / 'out.csv'} is there already; Spark writes new folders only"
    ]


def test_what_spark_cannot_do_is_told_in_a_line_and_leaves_nothing(tmp_path: Path, spark: "SparkSession") -> None:
    (tmp_path / "in.parquet").write_bytes(b"PAR1 no parquet PAR1")
    result = score(tmp_path / "in.parquet", tmp_path / "out.csv", "--engine", "spark")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith("tierbook score: Spark: ")
    assert {each.name for each in tmp_path.iterdir()} == {"in.parquet"}


def test_rows_set_aside_keep_columns_that_are_called_as_their_place_and_reason_are(tmp_path: Path) -> None:
    header = ["Row", "segment", "reason"]
    source = write_csv(tmp_path / "in.csv", header, [["own", "nope", "mine"], ["own", "none", "mine"]])
    result = score(source, tmp_path / "out.csv", "--engine", "spark", rulebook=CLASSES)
    assert result.exit_code == 0, result.output
    rows = list(parts(tmp_path / "out.aside.csv"))
    assert [list(row) for row in rows] == [["aside_row", "aside_reason", *header]] * 2
    assert [(row["aside_row"], row["Row"], row["reason"]) for row in rows] == [(at, "own", "mine") for at in "12"]
    assert "no column for (缺少列): deposit_balance, " in result.stderr
    assert "segment is none of" in " ".join(result.stdout.split())


def test_rows_set_aside_are_told_by_their_number(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", HEADER, CLIENTS)
    score(source, tmp_path / "out.csv", "--engine", "spark", rulebook=CLASSES)
    (part,) = (tmp_path / "out.aside.csv").glob("part-*.csv")
    with part.open(encoding="utf-8", newline="") as file:
        assert [row["row"] for row in csv.DictReader(file)] == ["3", "4", "5", "6", "8", "9"]
