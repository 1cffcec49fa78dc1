"""The record of a decision: what is stored, and what a replay must give again byte for byte.

Plain JSON types with the keys in one order, whichever path decided. Lists and objects run as the rulebook is written
and name each thing once; scores are decimal texts.
"""

from collections.abc import Container, Iterable, Mapping
from typing import Any, NamedTuple

from app.kernel.columns.names import STAY_KINDS, owed_by, reasons
from app.kernel.decision import Decision
from app.kernel.quantity import SCORE, render
from app.kernel.rulebook import Rulebook

Columns = tuple[tuple[str, str], ...]
"""Names, each with the column that tells of it."""


class Record(NamedTuple):
    """What a decision says, without the arithmetic behind it. None stands where the rulebook has no such part.

    `missing` are the facts that were read and not given; `classes` labels by classification; `dimensions` scores by
    dimension; `earned` the tier before `ceilings`, which are the reasons of those that hold; `stay` kinds of
    `StayWarning`; `obligations` numbers of visits by "role per month", those of none left out; `review` the period
    until the next one, None also where none is due.
    """

    complete: bool
    missing: list[str]
    classes: dict[str, str]
    weights: str | None
    score: str | None
    dimensions: dict[str, str] | None
    tier: str | None
    earned: str | None
    ceilings: list[str] | None
    stay: list[str] | None
    obligations: dict[str, int]
    review: str | None
    warnings: list[str]
    exits: list[str]


class Outcomes:
    """Makes the records of one rulebook's decisions, one by one or from the rows of a decided frame."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._tiers, card = rulebook.tiers, rulebook.scorecard
        self._scored, self._reviewed = card is not None, rulebook.reviews is not None
        self._labels = {each.name: each.labels for each in rulebook.classifications}
        self._missing = _columns("missing", rulebook.facts)
        self._classes = _columns("class", self._labels)
        self._dimensions = _columns("dimension", (each.name for each in card.dimensions)) if card else ()
        self._ceilings = _columns("ceiling", reasons(self._tiers.ceilings)) if self._tiers else ()
        self._stay = _columns("stay", STAY_KINDS) if self._tiers else ()
        self._owed = tuple((f"{role} per {per}", f"obligation__{role}__{per}") for role, per in owed_by(rulebook))
        self._warnings = _columns("warning", reasons(rulebook.warnings))
        self._exits = _columns("exit", reasons(rulebook.exits))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that `of_row` reads: a frame is best cut to them before its rows are read."""
        parts = (self._missing, self._classes, self._dimensions, self._ceilings, self._stay, self._owed)
        listed = [column for part in (*parts, self._warnings, self._exits) for _, column in part]
        listed += ["weights", "score"] if self._scored else []
        listed += ["tier", "earned"] if self._tiers else []
        return ("complete", *listed, *(["review"] if self._reviewed else []))

    def of_decision(self, decision: Decision) -> dict[str, Any]:
        """The record of one client's decision."""
        score, tier, labels = decision.score, decision.tier, self._tiers.labels if self._tiers else ()
        ranks = {each.name: each.rank for each in decision.classifications}
        owed = {f"{each.role} per {each.per}": each.at_least for each in decision.obligations}
        return Record(
            complete=decision.complete,
            missing=_listed(self._missing, {each.name for each in decision.missing}),
            classes={name: self._labels[name][ranks[name]] for name in self._labels},
            weights=score.profile if score else None,
            score=render(score.total, SCORE) if score else None,
            dimensions={each.dimension.name: render(each.score, SCORE) for each in score.dimensions} if score else None,
            tier=labels[tier.rank] if tier else None,
            earned=labels[tier.earned] if tier else None,
            ceilings=_listed(self._ceilings, {each.reason for each in tier.ceilings}) if tier else None,
            stay=_listed(self._stay, {each.reason for each in decision.stay_warnings}) if tier else None,
            obligations={name: owed[name] for name, _ in self._owed if owed.get(name)},
            review=str(decision.review) if decision.review else None,
            warnings=_listed(self._warnings, {each.reason for each in decision.warnings}),
            exits=_listed(self._exits, {each.reason for each in decision.exits}),
        )._asdict()

    def of_row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The record of a row that `decide_columns` decided whole: one that `applies` and is not `refused`."""
        scored, tiered = self._scored, self._tiers is not None
        return Record(
            complete=row["complete"],
            missing=_raised(self._missing, row),
            classes={name: row[column] for name, column in self._classes},
            weights=row["weights"] if scored else None,
            score=render(row["score"], SCORE) if scored else None,
            dimensions={name: render(row[column], SCORE) for name, column in self._dimensions} if scored else None,
            tier=row["tier"] if tiered else None,
            earned=row["earned"] if tiered else None,
            ceilings=_raised(self._ceilings, row) if tiered else None,
            stay=_raised(self._stay, row) if tiered else None,
            obligations={name: row[column] for name, column in self._owed if row[column]},
            review=row["review"] if self._reviewed else None,
            warnings=_raised(self._warnings, row),
            exits=_raised(self._exits, row),
        )._asdict()


def _columns(kind: str, names: Iterable[str]) -> Columns:
    return tuple((name, f"{kind}__{name}") for name in names)


def _listed(columns: Columns, found: Container[str]) -> list[str]:
    return [name for name, _ in columns if name in found]


def _raised(columns: Columns, row: Mapping[str, Any]) -> list[str]:
    return [name for name, column in columns if row[column]]
