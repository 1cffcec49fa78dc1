"""One rulebook, one answer: the columnar decision equals the scalar one, to the last digit."""

from typing import Any

import narwhals as nw
import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.kernel.columns import decide_columns
from app.kernel.decision import Decision, NotApplicable, Outcome, Refusal, Standing
from app.kernel.rulebook import Rulebook
from app.kernel.score import Scorer
from tests.generated import clients, rulebooks


def as_row(book: Rulebook, outcome: Outcome) -> dict[str, Any]:
    """The outcome columns of a scalar decision; only the flags where there is none."""
    flags = {"applies": not isinstance(outcome, NotApplicable), "refused": isinstance(outcome, Refusal)}
    if not isinstance(outcome, Decision):
        return flags
    labels = {each.name: each.labels for each in book.classifications}
    row: dict[str, Any] = {**flags, "complete": outcome.complete}
    row |= {f"missing__{name}": any(each.name == name for each in outcome.missing) for name in book.facts}
    row |= {f"class__{each.name}": labels[each.name][each.rank] for each in outcome.classifications}
    if outcome.score:
        row |= {"score": outcome.score.total, "weights": outcome.score.profile}
        row |= {f"dimension__{each.dimension.name}": each.score for each in outcome.score.dimensions}
        row |= {
            f"points__{line.indicator.name}": line.points
            for each in outcome.score.dimensions
            for line in each.indicators
        }
    if outcome.tier and book.tiers:
        row["tier"] = book.tiers.labels[outcome.tier.rank]
    owed = {f"obligation__{rule.role}__{rule.per}": 0 for rule in book.obligations}
    return row | owed | {f"obligation__{rule.role}__{rule.per}": rule.at_least for rule in outcome.obligations}


def as_frame(book: Rulebook, batch: list[dict[str, int]], standings: list[int | None]) -> dict[str, list[int | None]]:
    """The batch as columns of encoded facts."""
    return {
        **{f"fact__{name}": [client.get(name) for client in batch] for name in book.facts},
        "standing__tier": standings,
    }


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_polars_decides_as_the_scalar_kernel_does(data: st.DataObject) -> None:
    book = data.draw(rulebooks())
    batch = data.draw(st.lists(clients(book), min_size=1, max_size=12))
    ranks = st.none() | st.integers(0, len(book.tiers.labels) - 1) if book.tiers else st.none()
    standings = [data.draw(ranks) for _ in batch]
    columns = as_frame(book, batch, standings)
    frame = pl.LazyFrame(columns, schema=dict.fromkeys(columns, pl.Int64))

    rows = decide_columns(book, nw.from_native(frame)).collect().to_native().to_dicts()

    scorer = Scorer(book)
    for client, standing, row in zip(batch, standings, rows, strict=True):
        outcome = scorer.decide(client, None if standing is None else Standing(standing))
        expected = as_row(book, outcome)
        assert {name: row[name] for name in expected} == expected
