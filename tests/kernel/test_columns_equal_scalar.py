"""One rulebook, one answer: the columnar decision equals the scalar one, to the last digit."""

import narwhals as nw
import polars as pl
from hypothesis import HealthCheck, given, settings

from app.kernel.columns import decide_columns
from app.kernel.rulebook import Rulebook
from tests.kernel.expected_rows import Client, agreeing, as_frame, as_rows, batches


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(batches(most=12))
def test_polars_decides_as_the_scalar_kernel_does(drawn: tuple[Rulebook, list[Client], list[int | None]]) -> None:
    book, batch, standings = drawn
    columns = as_frame(book, batch, standings)
    frame = pl.LazyFrame(columns, schema=dict.fromkeys(columns, pl.Int64))
    rows = decide_columns(book, nw.from_native(frame)).collect().to_native().to_dicts()
    expected = as_rows(book, batch, standings)
    assert agreeing(rows, expected) == expected
