"""One rulebook, one answer, on Spark as well: its columns equal the scalar decision, to the last digit."""

from typing import TYPE_CHECKING

import narwhals as nw
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.kernel.columns.decide import decide_columns
from app.kernel.columns.shocks import shock_columns
from app.kernel.fact import Fact
from app.kernel.rulebook import Rulebook
from app.kernel.scorecard import Dimension, Indicator, LinearPoints, Scorecard
from app.kernel.stress import MOST_PERCENT, Shock, shocked
from app.rulebooks.check import load_sound
from app.rulebooks.shipped import shipped_texts
from tests.generated import clients, rulebooks
from tests.kernel.expected_rows import Client, Row, agreeing, as_frame, as_rows, records, records_of_rows
from tests.kernel.tier_grid import GRID, MARGINS, STANDINGS, grid_book

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.spark, pytest.mark.enable_socket]


def decided(spark: "SparkSession", book: Rulebook, batch: list[Client], standings: list[int | None]) -> list[Row]:
    columns = as_frame(book, batch, standings)
    rows = [*enumerate(zip(*columns.values(), strict=True))]
    schema = ", ".join(f"`{name}` bigint" for name in ["at", *columns])
    frame = spark.createDataFrame([(at, *row) for at, row in rows], schema)
    found = nw.to_native(decide_columns(book, nw.from_native(frame), whole=True)).collect()
    return sorted((row.asDict() for row in found), key=lambda row: row["at"])


@settings(max_examples=12, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_spark_decides_as_the_scalar_kernel_does(spark: "SparkSession", data: st.DataObject) -> None:
    book = data.draw(rulebooks())
    batch = data.draw(st.lists(clients(book), min_size=40, max_size=40))
    ranks = st.none() | st.integers(0, len(book.tiers.labels) - 1) if book.tiers else st.none()
    standings = [data.draw(ranks) for _ in batch]
    expected = as_rows(book, batch, standings)
    rows = decided(spark, book, batch, standings)
    assert agreeing(rows, expected) == expected
    assert records_of_rows(book, rows) == records(book, batch, standings)


@pytest.mark.parametrize("within", MARGINS)
def test_tiers_are_the_same_wherever_a_client_stands(spark: "SparkSession", within: int | None) -> None:
    book = grid_book(within)
    expected = as_rows(book, GRID, STANDINGS)
    assert agreeing(decided(spark, book, GRID, STANDINGS), expected) == expected


PROFIT = Fact("profit", "money", -(10**17), 10**17, "zero")


@pytest.mark.parametrize(
    "shocks",
    [
        [Shock(PROFIT, "percent", -300_000)],
        [Shock(PROFIT, "percent", -1_500_001)],
        [Shock(PROFIT, "percent", MOST_PERCENT)],
        [Shock(PROFIT, "percent", -MOST_PERCENT), Shock(PROFIT, "add", 10**17 - 3)],
        [Shock(PROFIT, "percent", 1), Shock(PROFIT, "percent", -1)],
        [Shock(PROFIT, "add", -1), Shock(PROFIT, "set", 5)],
    ],
)
def test_values_are_shocked_the_same_wherever_an_engine_might_round(spark: "SparkSession", shocks: list[Shock]) -> None:
    ends = [0, 2**53, 10**15, 10**16 + 1, 10**17, 500_000, 333_333_333_333_333_333 // 7]
    values = {sign * (end + off) for end in ends for off in range(-3, 4) for sign in (-1, 1)}
    rows = [(value,) for value in [*sorted(each for each in values if abs(each) <= 10**17), None]]
    frame = nw.from_native(spark.createDataFrame(rows, "fact__profit bigint"))
    after = [row["fact__profit"] for row in nw.to_native(shock_columns(shocks, frame)).collect()]
    clients = [{} if value is None else {"profit": value} for (value,) in rows]
    assert after == [shocked(client, shocks).get("profit") for client in clients]


def on_a_line(anchors: tuple[int, ...], points: tuple[int, ...]) -> Rulebook:
    line = Indicator("line", "value", 0, LinearPoints.through(anchors, points))
    fact = Fact("value", "money", -(10**17), 10**17, "zero")
    return Rulebook("line", {"value": fact}, scorecard=Scorecard("points", 0, (Dimension("all", 0, (line,)),)))


ODD = 99_999_999_999_999_997
"""A span that no double holds: engines that divide through doubles differ here first."""


@pytest.mark.parametrize(
    ("anchors", "points"),
    [
        ((0, 3), (0, 1)),
        ((0, 7), (10_000, -10_000)),
        ((-(10**17), 10**17), (-(10**6), 10**6)),
        ((-7, 0, 7), (-30_000, 5, -30_001)),
        ((1, 2**53 + 1), (0, 211)),
        ((-ODD, 2), (0, 7)),
        ((0, ODD), (0, 19)),
        ((0, ODD), (17, -1)),
        ((2**53 - 1, 2**53, 2**53 + 1, 2**53 + 4), (0, 1, -1, 1_000_000)),
        ((10**16 + 1, 10**17 - 3), (-9, 8)),
    ],
)
def test_a_line_gives_the_same_points_wherever_an_engine_might_round(
    spark: "SparkSession", anchors: tuple[int, ...], points: tuple[int, ...]
) -> None:
    book = on_a_line(anchors, points)
    low, high = anchors[0], anchors[-1]
    between = [low + (high - low) * part // 1000 + off for part in range(0, 1001, 25) for off in (-1, 0, 1)]
    near = [base + off for base in (0, 2**53, -(2**53), 10**15, *anchors) for off in range(-3, 4)]
    values = sorted({value for value in between + near if abs(value) <= 10**17})
    batch = [{"value": value} for value in values]
    expected = as_rows(book, batch, [None] * len(batch))
    assert agreeing(decided(spark, book, batch, [None] * len(batch)), expected) == expected


def test_a_shipped_scorecard_is_exact(spark: "SparkSession") -> None:
    book = next(each for each in map(load_sound, shipped_texts()) if each.rulebook.name == "strategic-clients").rulebook
    best = {fact.name: fact.low if fact.better == "lower" else fact.high for fact in book.facts.values()}
    batch, standings = [best, {**best, "revenue_growth": 123_457}, {}], [4, None, 0]
    expected = as_rows(book, batch, standings)
    assert agreeing(decided(spark, book, batch, standings), expected) == expected
