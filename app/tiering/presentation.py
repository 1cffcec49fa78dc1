"""A decision as it goes over the wire: the shape of `decision_schemas.Decision`, built as plain dicts for speed.

A test holds what is built here against the schema.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.kernel.decision import Decision
from app.kernel.nearest import Move, Moves
from app.kernel.obligation import ObligationRule
from app.kernel.quantity import SCORE, render
from app.kernel.tier import Bound, Ceiling, StayWarning, TierAbove, TierDecision, tiers_above
from app.rulebooks.document import RulebookDocument
from app.rulebooks.document.values import Label
from app.rulebooks.illustrative import illustrative_parts
from app.rulebooks.published import Published
from app.tiering.reasons import SHOWN_DECIMALS, Reasons, Words
from app.tiering.score_lines import ScoreLines

MOST_MOVES: Final = 10


class Presenter:
    """Presents decisions of one published version. What never changes is worked out once."""

    def __init__(self, published: Published) -> None:
        self.book = published.sound.rulebook
        self.reasons = Reasons(self.book)
        document = published.sound.document
        self._ref = {"name": published.name, "version": published.number, "digest": published.sound.digest}
        self._labels = {each.name: each.labels for each in self.book.classifications}
        self._class_labels = {
            (name, label): _label(text)
            for name, part in document.classifications.items()
            for label, text in part.labels.items()
        }
        self._tier_labels = (
            {tier: _label(text) for tier, text in document.tiers.labels.items()} if document.tiers else {}
        )
        self._obligations = {id(rule): _obligation(rule, document) for rule in self.book.obligations}
        self._illustrative = list(illustrative_parts(document))
        self._score_lines = ScoreLines(self.book, self.reasons)
        reviews = self.book.reviews
        self._full_every = str(reviews.full_every) if reviews and reviews.full_every else None

    def decision(
        self,
        decided: Decision,
        as_of: str,
        client_id: str | None = None,
        stale: Sequence[Words] = (),
        moves: Moves | None = None,
    ) -> Words:
        """The whole decision. `moves` are those found where nearest moves were asked for."""
        env = decided.env
        return {
            "rulebook": self._ref,
            "as_of": as_of,
            "client_id": client_id,
            "complete": decided.complete,
            "missing": [self._missing(each.name, each.counted) for each in decided.missing],
            "stale": stale,
            "classifications": {each.name: self._classified(each, env) for each in decided.classifications},
            "score": self._score_lines.of(decided.score) if decided.score else None,
            "tier": self._tier(decided.tier, env, moves) if decided.tier else None,
            "obligations": [self._obligations[id(rule)] for rule in decided.obligations],
            "review": self._review(decided),
            "warnings": self._warnings(decided),
            "exits": [
                {"reason": each.reason, "because": self.reasons.of_condition(each.when, env)} for each in decided.exits
            ],
            "illustrative": self._illustrative,
        }

    def _missing(self, name: str, counted: int) -> Words:
        fact = self.book.facts[name]
        return {"fact": name, "counted_as": fact.render(counted), "rule": fact.missing}

    def _classified(self, each: Any, env: Mapping[str, int]) -> Words:
        label = self._labels[each.name][each.rank]
        return {
            "value": label,
            "label": self._class_labels.get((each.name, label)),
            "because": self.reasons.of_classified(each, env),
        }

    def _tier(self, tier: TierDecision, env: Mapping[str, int], moves: Moves | None) -> Words:
        assert self.book.tiers is not None  # noqa: S101  a decision has a tier where the book has tiers
        labels = self.book.tiers.labels
        return {
            "value": labels[tier.rank],
            "label": self._tier_labels.get(labels[tier.rank]),
            "earned": labels[tier.earned],
            "bounds": "stay" if tier.stayed else "enter",
            "because": [*(self._bound(each, env) for each in tier.bounds), *self.reasons.of_condition(tier.when, env)],
            "ceilings": [self._ceiling(each, env) for each in tier.ceilings],
            "next": self._next(tier, env, moves),
        }

    def _bound(self, bound: Bound, env: Mapping[str, int]) -> Words:
        return {**self.reasons.read(bound.measure, env[bound.measure]), "at_least": render(bound.least, SCORE)}

    def _ceiling(self, ceiling: Ceiling, env: Mapping[str, int]) -> Words:
        assert self.book.tiers is not None  # noqa: S101  ceilings hold tiers down
        return {
            "at_most": self.book.tiers.labels[ceiling.at_most],
            "reason": ceiling.reason,
            "because": self.reasons.of_condition(ceiling.when, env),
        }

    def _next(self, tier: TierDecision, env: Mapping[str, int], moves: Moves | None) -> Words | None:
        assert self.book.tiers is not None  # noqa: S101  a decision has a tier where the book has tiers
        above = [self._above(each, env) for each in tiers_above(self.book.tiers, env, tier)]
        if not above:
            return None
        found = [self._move(each) for each in moves.moves[:MOST_MOVES]] if moves else None
        return {
            **above[0],
            "higher": above[1:],
            "moves": found,
            "search_complete": moves.complete if moves else None,
        }

    def _above(self, above: TierAbove, env: Mapping[str, int]) -> Words:
        assert self.book.tiers is not None  # noqa: S101  a tier of the book's
        return {
            "tier": self.book.tiers.labels[above.rank],
            "bounds": "stay" if above.stays else "enter",
            "lacking": [self._short_of(each, env[each.measure]) for each in above.short],
            "unmet": self.reasons.of_condition(above.unmet, env),
            "held_by": [self._ceiling(each, env) for each in above.ceilings],
        }

    @staticmethod
    def _short_of(bound: Bound, value: int) -> Words:
        return {
            "measure": bound.measure,
            "value": render(value, SCORE, SHOWN_DECIMALS),
            "at_least": render(bound.least, SCORE),
            "short_by": render(bound.least - value, SCORE, SHOWN_DECIMALS),
        }

    def _move(self, move: Move) -> Words:
        assert self.book.tiers is not None  # noqa: S101  moves lead to tiers
        changes = [
            {"fact": each.fact.name, "before": each.fact.render(each.before), "after": each.fact.render(each.after)}
            for each in move.changes
        ]
        return {"changes": changes, "reaches": self.book.tiers.labels[move.rank]}

    def _review(self, decided: Decision) -> Words | None:
        """The cadence; None for a client whose tier or class is not reviewed, and so not in full either."""
        return {"every": str(decided.review), "full_every": self._full_every} if decided.review else None

    def _warnings(self, decided: Decision) -> list[Words]:
        env = decided.env
        rules = [
            {"reason": each.reason, "because": self.reasons.of_condition(each.when, env)} for each in decided.warnings
        ]
        return [*(self._stay_warning(each, decided) for each in decided.stay_warnings), *rules]

    def _stay_warning(self, warning: StayWarning, decided: Decision) -> Words:
        env, cause = decided.env, warning.cause
        if isinstance(cause, Bound):
            return {"reason": warning.reason, "because": [self._bound(cause, env)]}
        if isinstance(cause, Ceiling):
            because = self.reasons.of_condition(cause.when, env)
            return {"reason": warning.reason, "ceiling": cause.reason, "because": because}
        return {"reason": warning.reason, "because": self.reasons.of_condition(cause, env)}


def _obligation(rule: ObligationRule, document: RulebookDocument) -> Words:
    return {
        "role": rule.role,
        "label": _label(document.roles.get(rule.role)),
        "at_least": rule.at_least,
        "per": rule.per,
        "counts": list(rule.counts),
        "satisfied_by": rule.satisfied_by,
    }


def _label(label: Label | None) -> Words | None:
    return {"en": label.en, "zh": label.zh} if label else None
