"""What the columns of a decision must hold: the scalar decision, laid out as a row."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import narwhals as nw
import polars as pl
from hypothesis import strategies as st

from app.kernel.columns.decide import decide_columns
from app.kernel.columns.names import STAY_KINDS
from app.kernel.decision import Decision, NotApplicable, Outcome, Refusal, Standing
from app.kernel.outcome import Outcomes
from app.kernel.rulebook import Rulebook
from app.kernel.score import Scorer
from tests.generated import clients, rulebooks

Row = dict[str, Any]
Client = dict[str, int]
Drawn = tuple[Rulebook, list[Client], list[int | None]]


def as_row(book: Rulebook, outcome: Outcome) -> dict[str, Any]:
    """The columns of a whole scalar decision; where there is none, the flags, and nothing in every other column."""
    flags = {"applies": not isinstance(outcome, NotApplicable), "refused": isinstance(outcome, Refusal)}
    if not isinstance(outcome, Decision):
        return flags | dict.fromkeys(_outcomes(book))
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
    owed = {f"obligation__{rule.role}__{rule.per}": 0 for rule in book.obligations}
    owed |= {f"obligation__{rule.role}__{rule.per}": rule.at_least for rule in outcome.obligations}
    return row | _tiered(book, outcome) | owed | _triggered(book, outcome)


def _tiered(book: Rulebook, decision: Decision) -> Row:
    if not decision.tier or not book.tiers:
        return {}
    labels, tier = book.tiers.labels, decision.tier
    row: Row = {"tier": labels[tier.rank], "earned": labels[tier.earned]}
    row |= _among("ceiling", {each.reason for each in book.tiers.ceilings}, {each.reason for each in tier.ceilings})
    row["held_at"] = min((each.at_most for each in tier.ceilings), default=None)
    return row | _among("stay", STAY_KINDS, {each.reason for each in decision.stay_warnings})


def _triggered(book: Rulebook, decision: Decision) -> Row:
    row = _among("warning", {each.reason for each in book.warnings}, {each.reason for each in decision.warnings})
    row |= _among("exit", {each.reason for each in book.exits}, {each.reason for each in decision.exits})
    return row | ({"review": str(decision.review) if decision.review else None} if book.reviews else {})


def _among(kind: str, known: Any, found: Any) -> Row:
    return {f"{kind}__{name}": name in found for name in known}


def _outcomes(book: Rulebook) -> Iterator[str]:
    """Every column that holds an outcome."""
    yield from (f"class__{each.name}" for each in book.classifications)
    yield from (f"obligation__{rule.role}__{rule.per}" for rule in book.obligations)
    if book.tiers:
        yield from ["tier", "earned", "held_at", *(f"stay__{kind}" for kind in STAY_KINDS)]
        yield from (f"ceiling__{each.reason}" for each in book.tiers.ceilings)
    if book.scorecard:
        yield from ["score", "weights", *(f"dimension__{each.name}" for each in book.scorecard.dimensions)]
        yield from (f"points__{line.name}" for each in book.scorecard.dimensions for line in each.indicators)
    yield from (f"warning__{each.reason}" for each in book.warnings)
    yield from (f"exit__{each.reason}" for each in book.exits)
    yield from ["review"] if book.reviews else []


def as_frame(book: Rulebook, batch: list[dict[str, int]], standings: list[int | None]) -> dict[str, list[int | None]]:
    """The batch as columns of encoded facts."""
    return {
        **{f"fact__{name}": [client.get(name) for client in batch] for name in book.facts},
        "standing__tier": standings,
    }


def as_polars(columns: dict[str, list[int | None]]) -> nw.LazyFrame[Any]:
    """Columns as a Polars frame."""
    return nw.from_native(pl.LazyFrame(columns, schema=dict.fromkeys(columns, pl.Int64)))


def decided(book: Rulebook, columns: dict[str, list[int | None]], *, whole: bool = True) -> pl.DataFrame:
    """What Polars decides."""
    return pl.DataFrame(decide_columns(book, as_polars(columns), whole=whole).collect().to_native())


def as_rows(book: Rulebook, batch: list[Client], standings: list[int | None]) -> list[Row]:
    """The batch decided one by one."""
    scorer = Scorer(book)
    standing = [None if each is None else Standing(each) for each in standings]
    return [as_row(book, scorer.decide(client, at)) for client, at in zip(batch, standing, strict=True)]


def agreeing(rows: list[Row], expected: list[Row]) -> list[Row]:
    """The rows cut to the columns that are expected, so that both compare as they are."""
    return [{name: row[name] for name in wanted} for row, wanted in zip(rows, expected, strict=True)]


def records(book: Rulebook, batch: list[Client], standings: list[int | None]) -> list[str]:
    """The records of those clients that are decided, as JSON, made one by one."""
    scorer, outcomes = Scorer(book), Outcomes(book)
    at = [None if each is None else Standing(each) for each in standings]
    decisions = [scorer.decide(client, standing) for client, standing in zip(batch, at, strict=True)]
    return [json.dumps(outcomes.of_decision(each)) for each in decisions if isinstance(each, Decision)]


def records_of_rows(book: Rulebook, rows: Iterable[Row]) -> list[str]:
    """The same from the rows of a frame, of which only the columns are read that are said to be."""
    outcomes = Outcomes(book)
    told = ({name: row[name] for name in outcomes.columns} for row in rows if row["applies"] and not row["refused"])
    return [json.dumps(outcomes.of_row(row)) for row in told]


@st.composite
def batches(draw: Any, most: int) -> Drawn:
    """A rulebook, clients of it, and where each stands."""
    book = draw(rulebooks())
    batch = draw(st.lists(clients(book), min_size=1, max_size=most))
    ranks = st.none() | st.integers(0, len(book.tiers.labels) - 1) if book.tiers else st.none()
    return book, batch, [draw(ranks) for _ in batch]
