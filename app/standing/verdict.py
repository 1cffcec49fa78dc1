"""Deciding and moving a client under one version, on its grounds alone: no database, and the same result each time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import orjson

from app.kernel.decision import Decision, NotApplicable, Refusal
from app.kernel.decision import Standing as StandingRank
from app.kernel.movement import UNWRITTEN, Held, Moved, Movement, Row, move, move_by_row
from app.kernel.outcome import Outcomes
from app.kernel.rulebook import Rulebook
from app.kernel.tier import MovementRules, Tiers
from app.rulebooks.published import Published
from app.standing.grounds import Grounds
from app.standing.held import Standing
from app.tiering.presentation import Presenter


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a movement with labels: `before` and `after` are tiers, or None."""

    kind: str
    before: str | None
    after: str | None
    reasons: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """What is stored with the decision."""
        return {"kind": self.kind, "before": self.before, "after": self.after, "reasons": list(self.reasons)}


@dataclass(frozen=True)
class Verdict:
    """What came of a decision: the outcome, where the client stands after it, and the steps that led there.

    `standing` is None where the rulebook has no tiers. `unreadable` are facts that are known and that this rulebook
    cannot read; they counted as missing.
    """

    outcome: dict[str, Any]
    standing: Standing | None
    steps: tuple[Step, ...]
    unreadable: tuple[str, ...]
    decision: Decision | None = None

    @cached_property
    def result(self) -> str:
        """The canonical record: the same grounds and version give it again, byte for byte."""
        record = {
            "outcome": self.outcome,
            "standing": self.standing.as_json() if self.standing else None,
            "moves": [each.as_json() for each in self.steps],
            "unreadable": list(self.unreadable),
        }
        return orjson.dumps(record).decode()


class Judge:
    """Decides under one published version."""

    def __init__(self, published: Published) -> None:
        self.published = published
        self.book: Rulebook = published.sound.rulebook
        self._outcomes = Outcomes(self.book)

    @cached_property
    def presenter(self) -> Presenter:
        """Presents this version's decisions with their reasons."""
        return Presenter(self.published)

    def decide(self, grounds: Grounds) -> Verdict | Refusal | NotApplicable:
        """Decide and move; a Refusal or NotApplicable where the rulebook gives no decision."""
        facts, unreadable = grounds.encoded(self.book)
        held = self._held(grounds)
        outcome = self.published.scorer.decide(facts, StandingRank(held.tier) if held else None)
        if not isinstance(outcome, Decision):
            return outcome
        return self.moved(grounds, outcome, self._outcomes.of_decision(outcome), unreadable)

    def moved(
        self, grounds: Grounds, decision: Decision, outcome: dict[str, Any], unreadable: Sequence[str]
    ) -> Verdict:
        """The verdict of a decision that is made already, on these grounds."""
        tiers = self.book.tiers
        if tiers is None:
            return Verdict(outcome, None, (), tuple(unreadable), decision)
        rules = self._rules(tiers, grounds)
        movement = move(tiers, rules, self._held(grounds), decision, grounds.as_of, counts=grounds.counts)
        return _verdict(tiers, grounds, movement, Verdict(outcome, None, (), tuple(unreadable), decision))

    def moved_by_row(
        self, grounds: Grounds, row: Mapping[str, Any], outcome: dict[str, Any], unreadable: Sequence[str]
    ) -> Verdict | None:
        """The verdict of a client that the columns decided; None where its row does not tell how it moves."""
        tiers = self.book.tiers
        undecided = Verdict(outcome, None, (), tuple(unreadable))
        if tiers is None:
            return undecided
        found = Row(tiers.labels.index(row["earned"]), row["held_at"], outcome["stay"], outcome["warnings"])
        rules = self._rules(tiers, grounds)
        movement = move_by_row(tiers, rules, self._held(grounds), found, grounds.as_of, counts=grounds.counts)
        return None if movement is None else _verdict(tiers, grounds, movement, undecided)

    def _held(self, grounds: Grounds) -> Held | None:
        if self.book.tiers is None or grounds.standing is None:
            return None
        return grounds.standing.held(self.book.tiers)

    @staticmethod
    def _rules(tiers: Tiers, grounds: Grounds) -> MovementRules:
        """Who has exited rises only by recognition, whatever the rulebook asks of others."""
        rules = tiers.movement or UNWRITTEN
        left = grounds.standing is not None and grounds.standing.exited_on is not None
        return replace(rules, needs_recognition=True) if left else rules


def _verdict(tiers: Tiers, grounds: Grounds, movement: Movement, outcome: Verdict) -> Verdict:
    """A verdict with where the client stands after its movement."""
    standing = Standing.of(movement.held, tiers, _still_out(grounds.standing, tiers, movement), grounds.override)
    return replace(outcome, standing=standing, steps=labelled(tiers, movement))


def labelled(tiers: Tiers, movement: Movement) -> tuple[Step, ...]:
    """The steps of a movement with labels for ranks."""

    def label(rank: int | None) -> str | None:
        return None if rank is None else tiers.labels[rank]

    def step(moved: Moved) -> Step:
        return Step(moved.kind, label(moved.before), label(moved.after), moved.reasons)

    return tuple(step(each) for each in movement.steps)


def _still_out(before: Standing | None, tiers: Tiers, movement: Movement) -> date | None:
    """Since when a client that left is out; None for one that did not, or is back."""
    return before.exited_on if before and movement.held.tier == tiers.otherwise else None
