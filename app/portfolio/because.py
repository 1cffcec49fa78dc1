"""Why a client would move: what its two decisions differ in, in words of the rulebook (domain.md A11, A15)."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.kernel.columns.names import reasons
from app.kernel.decision import Decision
from app.kernel.quantity import SCORE, render
from app.kernel.rulebook import Rulebook
from app.kernel.score import Scorer
from app.rulebooks.because import Reasons

Row = Mapping[str, Any]
_MOST = 20


class ClassReasons:
    """Says what one class of decided rows rests on, under one version; those who move are decided one by one for it."""

    def __init__(self, book: Rulebook, name: str) -> None:
        self._book, self._name = book, name
        self._scorer = Scorer(book)

    def of(self, row: Row) -> str:
        """`balance 55 from 50`; empty where the row is not decided, or has no such class."""
        facts = {name: value for name in self._book.facts if (value := row.get(f"fact__{name}")) is not None}
        decision = self._scorer.decide(facts)
        return ", ".join(Reasons(self._book, decision).of_class(self._name)) if isinstance(decision, Decision) else ""


def because(before: Row | None, after: Row | None, book: Rulebook) -> list[str]:
    """What changed from one decided row to another, at most twenty points; `book` decided the second."""
    found = [*_undecided("before", before), *_undecided("after", after)]
    if before and after and before["decided"] and after["decided"]:
        found += [*_scores(before, after), *_ceilings(before, after, book), *_bounds(before, after, book)]
    found += _facts(before, after, book)
    return found[:_MOST]


def _undecided(when: str, row: Row | None) -> Iterator[str]:
    if row is None:
        yield f"{when}: no version governs"
    elif not row["decided"]:
        missing = [name.removeprefix("missing__") for name in row if name.startswith("missing__") and row[name]]
        why = f"facts required: {', '.join(missing)}" if row["applies"] else "not applicable"
        yield f"{when}: {why}"


def _scores(before: Row, after: Row) -> Iterator[str]:
    """The total always, where there is one; the weights and the dimensions where they differ."""
    if "score" in after:
        yield f"score: {_score(before.get('score'))} → {_score(after['score'])}"
    if before.get("weights") != after.get("weights"):
        yield f"weights: {before.get('weights')} → {after.get('weights')}"
    for name, value in after.items():
        if name.startswith("dimension__") and before.get(name) != value:
            yield f"{name.removeprefix('dimension__')}: {_score(before.get(name))} → {_score(value)}"


def _ceilings(before: Row, after: Row, book: Rulebook) -> Iterator[str]:
    for reason in reasons(book.tiers.ceilings) if book.tiers else ():
        column = f"ceiling__{reason}"
        if bool(before.get(column)) != bool(after[column]):
            yield f"ceiling {reason}: {'holds' if after[column] else 'lifted'}"


def _bounds(before: Row, after: Row, book: Rulebook) -> Iterator[str]:
    """The bounds of the tier that was reached; of one that was left downwards, those that are missed now."""
    tiers = book.tiers
    if tiers is None or before.get("tier") not in tiers.labels:
        return
    old, new = tiers.labels.index(before["tier"]), tiers.labels.index(after["tier"])
    rule = tiers.rule(max(old, new))
    for bound in rule.asks(after.get("standing__tier")) if rule and old != new else ():
        value = after["score"] if bound.measure == "score" else after.get(f"dimension__{bound.measure}")
        if value is not None and (new > old or value < bound.least):
            yield f"{tiers.labels[max(old, new)]} asks {bound.measure} of {_score(bound.least)}: has {_score(value)}"


def _facts(before: Row | None, after: Row | None, book: Rulebook) -> Iterator[str]:
    """The facts that are others; of one book before and after those that a shock changed."""
    for name, fact in book.facts.items():
        old, new = ((row or {}).get(f"fact__{name}") for row in (before, after))
        if before is not None and after is not None and f"fact__{name}" in before and old != new:
            yield f"{name}: {_value(fact, old)} → {_value(fact, new)}"


def _value(fact: Any, value: int | None) -> str:
    return "missing" if value is None else fact.render(value)


def _score(value: int | None) -> str:
    return "none" if value is None else render(value, SCORE)
