"""Whatever the file, every row comes out decided or set aside, exact, and the same in every format."""

import csv
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.kernel.decision import Decision
from app.kernel.quantity import SCORE, QuantityError, render
from app.kernel.rulebook import Rulebook
from app.kernel.score import Scorer
from app.rulebooks.check import load_sound
from app.tiering.files.polars_engine import score_with_polars
from app.tiering.files.tally import Tally
from app.tiering.files.wording import decimal_text, result_names
from tests.tiering.scoring import RETAIL, SIZES, STRATEGIC, rows_of, write_csv

HEADER = ["client", "industry", "employees", "annual_revenue", "total_assets"]


@cache
def book_of(path: str) -> Rulebook:
    return load_sound(Path(path).read_text(encoding="utf-8")).rulebook


def score(source: Path, output: Path, book: str = SIZES, standing: str | None = None) -> tuple[Tally, Path]:
    return score_with_polars(book_of(book), source, output, {}, standing, lambda _: nullcontext(lambda _: None))


def sized(row: list[str]) -> str | None:
    """The size of a client, decided alone; None where its cells cannot be read or do not suffice."""
    book = book_of(SIZES)
    try:
        facts = {name: book.facts[name].encode(cell) for name, cell in zip(HEADER[1:], row[1:], strict=True) if cell}
    except (QuantityError, ValueError):
        return None
    outcome = Scorer(book).decide(facts)
    return book.classifications[0].labels[outcome.classifications[0].rank] if isinstance(outcome, Decision) else None


CELLS = {
    "industry": st.sampled_from(["industry", "retail", "software", "agriculture", "other", "nope", ""]),
    "employees": st.sampled_from(["0", "19", "20", "300", "1000", "1e3", "1.5", "many", "", "10000000000000000"]),
    "annual_revenue": st.sampled_from(
        ["0", "299.99万", "300万", "4亿", "400000000.00", "-1", "NaN", "1,000", "", "0.001"]
    ),
    "total_assets": st.sampled_from(["1", "8亿", "", "\x00"]),
}
NAMES = st.sampled_from(["甲", 'say "hi"', "two\nlines", "a,b", "", " "])
ROWS = st.lists(st.tuples(*CELLS.values()).map(list) | st.just(["ragged"]), max_size=30)


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS)
def test_every_row_is_decided_as_it_would_be_alone_or_set_aside(rows: list[list[str]]) -> None:
    numbered = [[f"{at}", *row] for at, row in enumerate(rows)]
    with TemporaryDirectory() as folder:
        output = Path(folder) / "out.csv"
        tally, aside = score(write_csv(Path(folder) / "in.csv", HEADER, numbered), output)
        decided, left = rows_of(output), rows_of(aside)
    expected = [(row[0], size) for row in numbered if len(row) == len(HEADER) and (size := sized(row))]
    assert [(row["client"], row["size"]) for row in decided] == expected
    assert [row["client"] for row in left] == [row[0] for row in numbered if row[0] not in dict(expected)]
    assert [int(row["line"]) for row in left] == [int(row["client"]) + 2 for row in left]
    assert all(row["reason"] for row in left)
    assert (tally.decided, tally.aside, tally.decided + tally.aside) == (len(decided), len(left), len(rows))
    assert sum(count for counts in tally.labels.values() for count in counts.values()) == tally.decided
    assert sum(tally.reasons.values()) == tally.aside


@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(NAMES, min_size=1, max_size=10))
def test_the_files_own_cells_come_out_as_they_went_in(names: list[str]) -> None:
    with TemporaryDirectory() as folder:
        output = Path(folder) / "out.csv"
        rows = [[name, "other", "1", "", ""] for name in names]
        score(write_csv(Path(folder) / "in.csv", HEADER, rows), output)
        assert [[row[name] for name in HEADER] for row in rows_of(output)] == rows


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
        assert score(source, output)[0].decided == 3
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
        score(source, source.with_name(f"{source.suffix[1:]}.csv"))
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
    tally, aside = score(write_csv(tmp_path / "in.csv", HEADER, rows), output)
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
    tally, _ = score(source, tmp_path / f"out.{suffix}")
    assert (tally.decided, tally.aside) == (1, 50_000)
    assert outcomes_of(tmp_path / f"out.{suffix}")[0]["at"] == "7"


def test_typed_columns_stay_typed(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"industry": ["other", "other"], "employees": pl.Series([1, None], dtype=pl.Int8), "f": [0.5, None]}
    )
    frame.write_parquet(tmp_path / "in.parquet")
    score(tmp_path / "in.parquet", tmp_path / "out.parquet")
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
        score(tmp_path / "in.parquet", tmp_path / f"out.{suffix}")
    score(tmp_path / "in.parquet", tmp_path / "out.parquet")
    assert len(pl.read_parquet(tmp_path / "out.parquet")) == 1


def test_an_outcome_whose_name_the_file_has_comes_beside_it(tmp_path: Path) -> None:
    header = ["industry", "employees", "size", "Complete", "missing", "decided_missing"]
    output = tmp_path / "out.csv"
    score(write_csv(tmp_path / "in.csv", header, [["other", "300", "mine", "own", "a", "b"]]), output)
    (row,) = rows_of(output)
    own = {"industry": "other", "employees": "300", "size": "mine", "Complete": "own"}
    own |= {"missing": "a", "decided_missing": "b"}
    assert row == own | {"decided_size": "large", "decided_complete": "true", "decided_decided_missing": ""}


def test_outcomes_have_plain_names() -> None:
    names = result_names(book_of(STRATEGIC), ())
    assert {"points_annual_revenue", "dimension_financial", "weights", "score", "tier"} < set(names.values())
    assert any(name.startswith("visits_") and "_per_" in name for name in names.values())
    assert len(set(names.values())) == len(names)


def test_scores_are_exact_texts_and_the_standing_counts(tmp_path: Path) -> None:
    book = book_of(STRATEGIC)
    assert book.tiers is not None
    best = {fact.name: fact.render(fact.low if fact.better == "lower" else fact.high) for fact in book.facts.values()}
    rows = [{**best, "revenue_growth": growth, "esg_rating": "BB"} for growth in ("0.123457", "-0.000001", "0.1", "")]
    lines = [[*row.values(), standing] for row in rows for standing in ("core", "")]
    source = write_csv(tmp_path / "in.csv", [*best, "now"], lines)
    score(source, tmp_path / "out.csv", STRATEGIC, "now")
    scorer = Scorer(book)
    for row, found in zip([row for row in rows for _ in range(2)], rows_of(tmp_path / "out.csv"), strict=True):
        alone = scorer.decide({name: book.facts[name].encode(cell) for name, cell in row.items() if cell})
        assert isinstance(alone, Decision)
        assert alone.score is not None
        assert found["score"] == render(alone.score.total, SCORE, 4)
        assert found["dimension_financial"] == render(alone.score.dimensions[0].score, SCORE, 4)


@given(st.lists(st.integers(-9 * 10**18, 9 * 10**18), max_size=20), st.sampled_from([(12, 4), (4, 0), (12, 0)]))
def test_decimal_texts_are_those_of_the_kernel(values: list[int], decimals: tuple[int, int]) -> None:
    shift = 10 ** (SCORE.decimals - decimals[0])
    frame = pl.DataFrame({"n": values}, schema={"n": pl.Int64})
    texts = frame.select(text=decimal_text(pl.col("n"), *decimals))["text"]
    assert texts.to_list() == [render(value * shift, SCORE, decimals[1]) for value in values]


def test_who_is_out_of_scope_or_needs_a_fact_is_told_apart(tmp_path: Path) -> None:
    header = ["segment", "deposit_balance"]
    source = write_csv(tmp_path / "in.csv", header, [["corporate", "2亿"], ["retail", "1"], ["", "1"]])
    classes = SIZES.replace("national-size", "corporate-classes")
    _, aside = score(source, tmp_path / "out.csv", classes)
    assert [(row["line"], row["reason"]) for row in rows_of(aside)] == [
        ("3", "corporate-classes does not apply"),
        ("4", "needs segment"),
    ]


def test_a_column_that_is_not_there_is_a_missing_fact(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", ["aum"], [["20万"], ["0"]])
    tally, _ = score(source, tmp_path / "out.csv", RETAIL)
    assert tally.decided == 2
    assert tally.missing["age"] + tally.missing["card_spend"] > 0


def test_a_set_aside_file_can_be_mended_and_scored_again(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", HEADER, [["1", "nope", "300", "", ""]])
    _, aside = score(source, tmp_path / "out.csv")
    mended = tmp_path / "mended.csv"
    mended.write_text(aside.read_text(encoding="utf-8").replace("nope", "other"), encoding="utf-8")
    tally, _ = score(mended, tmp_path / "again.csv")
    assert (tally.decided, rows_of(tmp_path / "again.csv")[0]["size"]) == (1, "large")


def test_reasons_are_counted_in_bounded_space() -> None:
    tally = Tally()
    for at in range(5_000):
        tally.set_aside(f"reason {at}")
    assert (tally.aside, sum(tally.reasons.values())) == (5_000, 5_000)
    assert len(tally.reasons) < 1_100


def test_csv_results_are_read_back_by_other_readers(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", HEADER, [['a "b", c\nd', "other", "1", "", ""]])
    score(source, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file, strict=True))["client"] == 'a "b", c\nd'
