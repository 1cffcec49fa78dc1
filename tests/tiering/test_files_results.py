"""Whatever the file, every row comes out decided or set aside, exact, and the same in every format."""

import csv
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.kernel.decision import Decision, Standing
from app.kernel.quantity import SCORE, QuantityError, render
from app.kernel.score import Scorer
from app.tiering.files.tally import Tally
from app.tiering.files.wording import decimal_text, result_names
from tests.tiering.scoring import RETAIL, SIZE_FACTS, SIZES, STRATEGIC, book_of, rows_of, score_here, write_csv

HEADER = ["client", *SIZE_FACTS]
INDUSTRIES = book_of(SIZES).facts["industry"].options


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
        tally, aside = score_here(write_csv(Path(folder) / "in.csv", HEADER, numbered), output)
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
        score_here(write_csv(Path(folder) / "in.csv", HEADER, rows), output)
        assert [[row[name] for name in HEADER] for row in rows_of(output)] == rows


def test_an_outcome_whose_name_the_file_has_comes_beside_it(tmp_path: Path) -> None:
    header = ["industry", "employees", "size", "Complete", "missing", "decided_missing"]
    output = tmp_path / "out.csv"
    score_here(write_csv(tmp_path / "in.csv", header, [["other", "300", "mine", "own", "a", "b"]]), output)
    (row,) = rows_of(output)
    own = {"industry": "other", "employees": "300", "size": "mine", "Complete": "own"}
    own |= {"missing": "a", "decided_missing": "b"}
    assert row == own | {"decided_size": "large", "decided_complete": "true", "decided_decided_missing": ""}


def test_outcomes_have_plain_names() -> None:
    names = result_names(book_of(STRATEGIC), ())
    assert {"points_annual_revenue", "dimension_financial", "weights", "score", "tier"} < set(names.values())
    assert any(name.startswith("visits_") and "_per_" in name for name in names.values())
    assert len(set(names.values())) == len(names)


BETWEEN = {"credit_rating": "BBB", "esg_rating": "BB", "brand": "low", "innovation": "low"}
"""Beside the best of all other facts: too little to become core, and enough to stay it."""


def test_scores_are_exact_texts_and_the_standing_counts(tmp_path: Path) -> None:
    book = book_of(STRATEGIC)
    assert book.tiers is not None
    tiers = book.tiers.labels
    best = {fact.name: fact.render(fact.low if fact.better == "lower" else fact.high) for fact in book.facts.values()}
    rows = [{**best, **BETWEEN, "revenue_growth": growth} for growth in ("0.123457", "-0.000001", "0.1", "")]
    cases = [(row, standing) for row in rows for standing in ("core", "")]
    source = write_csv(tmp_path / "in.csv", [*best, "now"], [[*row.values(), standing] for row, standing in cases])
    score_here(source, tmp_path / "out.csv", STRATEGIC, "now")
    found = rows_of(tmp_path / "out.csv")
    for (row, standing), out in zip(cases, found, strict=True):
        facts = {name: book.facts[name].encode(cell) for name, cell in row.items() if cell}
        alone = Scorer(book).decide(facts, Standing(tiers.index(standing)) if standing else None)
        assert isinstance(alone, Decision)
        assert alone.score is not None
        assert alone.tier is not None
        assert out["score"] == render(alone.score.total, SCORE, 4)
        assert out["dimension_financial"] == render(alone.score.dimensions[0].score, SCORE, 4)
        assert out["tier"] == tiers[alone.tier.rank]
    assert [row["tier"] for row in found] == ["core", "key"] * 3 + ["key", "key"]


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
    _, aside = score_here(source, tmp_path / "out.csv", classes)
    assert [(row["line"], row["reason"]) for row in rows_of(aside)] == [
        ("3", "corporate-classes does not apply"),
        ("4", "needs segment"),
    ]


def test_a_column_that_is_not_there_is_a_missing_fact(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", ["aum"], [["20万"], ["0"]])
    tally, _ = score_here(source, tmp_path / "out.csv", RETAIL)
    assert tally.decided == 2
    assert tally.missing["age"] + tally.missing["card_spend"] > 0


def test_a_set_aside_file_can_be_mended_and_scored_again(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", HEADER, [["1", "nope", "300", "", ""]])
    _, aside = score_here(source, tmp_path / "out.csv")
    mended = tmp_path / "mended.csv"
    mended.write_text(aside.read_text(encoding="utf-8").replace("nope", "other"), encoding="utf-8")
    tally, _ = score_here(mended, tmp_path / "again.csv")
    assert (tally.decided, rows_of(tmp_path / "again.csv")[0]["size"]) == (1, "large")


def test_rows_set_aside_keep_every_column_under_a_name_of_its_own(tmp_path: Path) -> None:
    header = ["Line", "industry", "reason", "aside_reason"]
    source = write_csv(tmp_path / "in.csv", header, [["own", "nope", "mine", "also mine"]])
    _, aside = score_here(source, tmp_path / "out.csv")
    with aside.open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == ["aside_line", "aside_aside_reason", *header]
    (row,) = rows_of(aside)
    assert {name: row[name] for name in header} == dict(zip(header, ["own", "nope", "mine", "also mine"], strict=True))
    assert (row["aside_line"], row["aside_aside_reason"]) == ("2", f"industry is none of {', '.join(INDUSTRIES)}")


def test_reasons_are_counted_in_bounded_space() -> None:
    tally = Tally()
    for at in range(5_000):
        tally.set_aside(f"reason {at}")
    assert (tally.aside, sum(tally.reasons.values())) == (5_000, 5_000)
    assert len(tally.reasons) < 1_100
