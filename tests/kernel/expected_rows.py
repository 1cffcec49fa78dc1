"""What the columns of a decision must hold: the scalar decision, laid out as a row."""

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from app.kernel.decision import Decision, NotApplicable, Outcome, Refusal, Standing
from app.kernel.rulebook import Rulebook
from app.kernel.score import Scorer
from tests.generated import clients, rulebooks

Row = dict[str, Any]
Client = dict[str, int]


def as_row(book: Rulebook, outcome: Outcome) -> dict[str, Any]:
    """The outcome columns of a scalar decision; where there is none, the flags, and nothing in every other column."""
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
    if outcome.tier and book.tiers:
        row["tier"] = book.tiers.labels[outcome.tier.rank]
    owed = {f"obligation__{rule.role}__{rule.per}": 0 for rule in book.obligations}
    return row | owed | {f"obligation__{rule.role}__{rule.per}": rule.at_least for rule in outcome.obligations}


def _outcomes(book: Rulebook) -> Iterator[str]:
    """Every column that holds an outcome."""
    yield from (f"class__{each.name}" for each in book.classifications)
    yield from (f"obligation__{rule.role}__{rule.per}" for rule in book.obligations)
    yield from ["tier"] if book.tiers else []
    if book.scorecard:
        yield from ["score", "weights", *(f"dimension__{each.name}" for each in book.scorecard.dimensions)]
        yield from (f"points__{line.name}" for each in book.scorecard.dimensions for line in each.indicators)


def as_frame(book: Rulebook, batch: list[dict[str, int]], standings: list[int | None]) -> dict[str, list[int | None]]:
    """The batch as columns of encoded facts."""
    return {
        **{f"fact__{name}": [client.get(name) for client in batch] for name in book.facts},
        "standing__tier": standings,
    }


def as_rows(book: Rulebook, batch: list[Client], standings: list[int | None]) -> list[Row]:
    """The batch decided one by one."""
    scorer = Scorer(book)
    standing = [None if each is None else Standing(each) for each in standings]
    return [as_row(book, scorer.decide(client, at)) for client, at in zip(batch, standing, strict=True)]


def agreeing(rows: list[Row], expected: list[Row]) -> list[Row]:
    """The rows cut to the columns that are expected, so that both compare as they are."""
    return [{name: row[name] for name in wanted} for row, wanted in zip(rows, expected, strict=True)]


@st.composite
def batches(draw: Any, most: int) -> tuple[Rulebook, list[Client], list[int | None]]:
    """A rulebook, clients of it, and where each stands."""
    book = draw(rulebooks())
    batch = draw(st.lists(clients(book), min_size=1, max_size=most))
    ranks = st.none() | st.integers(0, len(book.tiers.labels) - 1) if book.tiers else st.none()
    return book, batch, [draw(ranks) for _ in batch]
