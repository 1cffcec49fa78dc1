"""A decision as it goes over the wire: the shape of `decision_schemas.Decision`, built as plain dicts for speed.

A test holds what is built here against the schema.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.kernel.decision import Decision
from app.kernel.nearest import Moves
from app.kernel.obligation import ObligationRule
from app.rulebooks.document import RulebookDocument
from app.rulebooks.document.values import Label
from app.rulebooks.illustrative import illustrative_parts
from app.rulebooks.published import Published
from app.tiering.reasons import Reasons, Words
from app.tiering.score_lines import ScoreLines
from app.tiering.tier_presentation import TierPresenter


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
        tier_labels = {tier: _label(text) for tier, text in document.tiers.labels.items()} if document.tiers else {}
        self._tiers = TierPresenter(self.book.tiers, tier_labels, self.reasons) if self.book.tiers else None
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
            "tier": self._tiers.of(decided.tier, env, moves) if self._tiers and decided.tier else None,
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

    def _review(self, decided: Decision) -> Words | None:
        """The cadence; None for a client whose tier or class is not reviewed, and so not in full either."""
        return {"every": str(decided.review), "full_every": self._full_every} if decided.review else None

    def _warnings(self, decided: Decision) -> list[Words]:
        env = decided.env
        rules = [
            {"reason": each.reason, "because": self.reasons.of_condition(each.when, env)} for each in decided.warnings
        ]
        threats = [self._tiers.threat(each, env) for each in decided.stay_warnings] if self._tiers else []
        return threats + rules


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
