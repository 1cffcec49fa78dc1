"""One rulebook, one answer: the columnar decision equals the scalar one, to the last digit."""

from typing import get_args, get_type_hints

import polars as pl
from hypothesis import HealthCheck, given, settings

from app.kernel.columns.names import STAY_KINDS, movement_names, outcome_names
from app.kernel.tier import StayWarning
from tests.kernel.expected_rows import Drawn, agreeing, as_frame, as_rows, batches, decided

slowly = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=120, suppress_health_check=slowly)
@given(batches(most=12))
def test_polars_decides_as_the_scalar_kernel_does(drawn: Drawn) -> None:
    book, batch, standings = drawn
    rows = decided(book, as_frame(book, batch, standings)).to_dicts()
    expected = as_rows(book, batch, standings)
    assert agreeing(rows, expected) == expected


@settings(max_examples=30, suppress_health_check=slowly)
@given(batches(most=12))
def test_a_frame_without_standings_is_of_clients_that_stand_nowhere(drawn: Drawn) -> None:
    book, batch, standings = drawn
    columns = as_frame(book, batch, standings)
    del columns["standing__tier"]
    expected = as_rows(book, batch, [None] * len(batch))
    assert agreeing(decided(book, columns).to_dicts(), expected) == expected


@settings(max_examples=30, suppress_health_check=slowly)
@given(batches(most=6))
def test_what_a_file_asks_for_is_part_of_the_whole_and_no_more(drawn: Drawn) -> None:
    book, batch, standings = drawn
    columns = as_frame(book, batch, standings)
    plain, whole = decided(book, columns, whole=False), decided(book, columns)
    assert whole.select(plain.columns).equals(plain)
    assert set(whole.columns) - set(plain.columns) == set(movement_names(book))
    assert set(outcome_names(book)) <= set(plain.columns)


@settings(max_examples=30, suppress_health_check=slowly)
@given(batches(most=2))
def test_flags_are_flags_and_labels_texts_whatever_the_rulebook_leaves_out(drawn: Drawn) -> None:
    book, batch, standings = drawn
    schema = decided(book, as_frame(book, batch, standings)).schema
    labels = {"earned", "review"}
    expected = {name: pl.String if name in labels else pl.Boolean for name in movement_names(book)}
    assert {name: schema[name] for name in expected} == expected | ({"held_at": pl.Int64} if book.tiers else {})


def test_every_kind_of_warning_has_a_column() -> None:
    assert get_args(get_type_hints(StayWarning)["reason"]) == STAY_KINDS
