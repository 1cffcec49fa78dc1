"""A decision as it goes over the wire: the shape of `decision_schemas.Decision`, built as plain dicts for speed.

A test holds what is built here against the schema.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.kernel.decision import Decision
from app.kernel.nearest import Move
from app.kernel.obligation import ObligationRule
from app.kernel.quantity import SCORE, render
from app.kernel.tier import Bound, TierDecision
from app.rulebooks.document import RulebookDocument
from app.rulebooks.document.values import Label
from app.rulebooks.registry import Published
from app.tiering.reasons import SHOWN_DECIMALS, Reasons, Words
from app.tiering.score_lines import ScoreLines


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
        self._illustrative = illustrative_parts(document)
        self._score_lines = ScoreLines(self.book)
        reviews = self.book.reviews
        self._full_every = str(reviews.full_every) if reviews and reviews.full_every else None

    def decision(
        self,
        decided: Decision,
        as_of: str,
        client_id: str | None = None,
        stale: Sequence[Words] = (),
        moves: list[Move] | None = None,
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

    def _tier(self, tier: TierDecision, env: Mapping[str, int], moves: list[Move] | None) -> Words:
        assert self.book.tiers is not None  # noqa: S101  a decision has a tier where the book has tiers
        labels = self.book.tiers.labels
        ceilings = [
            {
                "at_most": labels[each.at_most],
                "reason": each.reason,
                "because": self.reasons.of_condition(each.when, env),
            }
            for each in tier.ceilings
        ]
        return {
            "value": labels[tier.rank],
            "label": self._tier_labels.get(labels[tier.rank]),
            "earned": labels[tier.earned],
            "bounds": "stay" if tier.stayed else "enter",
            "because": [*(self._bound(each, env) for each in tier.bounds), *self.reasons.of_condition(tier.when, env)],
            "ceilings": ceilings,
            "next": self._next(tier.rank + 1, env, moves),
        }

    def _bound(self, bound: Bound, env: Mapping[str, int]) -> Words:
        return {**self.reasons.read(bound.measure, env[bound.measure]), "at_least": render(bound.least, SCORE)}

    def _next(self, rank: int, env: Mapping[str, int], moves: list[Move] | None) -> Words | None:
        tiers = self.book.tiers
        rule = tiers.rule(rank) if tiers else None
        if tiers is None or rule is None:
            return None
        lacking = [
            {
                "measure": each.measure,
                "value": render(env[each.measure], SCORE, SHOWN_DECIMALS),
                "at_least": render(each.least, SCORE),
                "short_by": render(each.least - env[each.measure], SCORE, SHOWN_DECIMALS),
            }
            for each in rule.enter
            if env[each.measure] < each.least
        ]
        found = None if moves is None else [self._move(each) for each in moves]
        return {"tier": tiers.labels[rank], "lacking": lacking, "moves": found}

    def _move(self, move: Move) -> Words:
        assert self.book.tiers is not None  # noqa: S101  moves lead to tiers
        changes = [
            {"fact": each.fact.name, "before": each.fact.render(each.before), "after": each.fact.render(each.after)}
            for each in move.changes
        ]
        return {"changes": changes, "reaches": self.book.tiers.labels[move.rank]}

    def _review(self, decided: Decision) -> Words | None:
        if self.book.reviews is None:
            return None
        return {"every": str(decided.review) if decided.review else None, "full_every": self._full_every}

    def _warnings(self, decided: Decision) -> list[Words]:
        env = decided.env
        margins = [
            {
                "reason": "below_stay_bound" if each.missed else "near_stay_bound",
                "because": [self._bound(each.bound, env)],
            }
            for each in decided.margins
        ]
        rules = [
            {"reason": each.reason, "because": self.reasons.of_condition(each.when, env)} for each in decided.warnings
        ]
        return margins + rules


def illustrative_parts(document: RulebookDocument) -> list[str]:
    """The parts whose figures are marked illustrative; `rulebook` where the document as a whole says so."""
    found = ["rulebook"] if document.illustrative else []
    found += [f"classifications.{name}" for name, part in document.classifications.items() if part.illustrative]
    if card := document.scorecard:
        found += ["scorecard"] if card.illustrative else []
        for name, dimension in card.dimensions.items():
            found += [f"scorecard.{name}"] if dimension.illustrative else []
            found += [f"scorecard.{name}.{line}" for line, part in dimension.indicators.items() if part.illustrative]
    found += ["tiers"] if document.tiers and document.tiers.illustrative else []
    obligations = document.coverage.obligations if document.coverage else []
    found += ["coverage"] if document.coverage and document.coverage.illustrative else []
    return found + [f"coverage.obligations.{at}" for at, part in enumerate(obligations) if part.illustrative]


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
