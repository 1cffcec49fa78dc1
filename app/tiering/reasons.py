"""Comparisons as reasons: what was read, its value, and what it was held against.

Every bound and option is put into words once, when a rulebook is loaded; a decision then only adds values.
"""

from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

from app.kernel.classification import Bands, Classification, Matrix, Options
from app.kernel.condition import AllOf, AtLeastOf, Condition, Env, Not, OneOf, Within, witnesses
from app.kernel.decision import Classified
from app.kernel.quantity import SCORE, render
from app.kernel.rulebook import Rulebook

Words = dict[str, Any]
SHOWN_DECIMALS = 4
"""A score shows at least so many; it shows all that it has."""


class Reasons:
    """Puts the comparisons of one rulebook into words."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._facts = rulebook.facts
        self._labels = {each.name: each.labels for each in rulebook.classifications}
        self._classifications = {each.name: each for each in rulebook.classifications}
        if rulebook.tiers:
            self._labels["tier"] = rulebook.tiers.labels
        self._said: dict[int, Any] = {}

    def text(self, name: str, value: int) -> str:
        """A value as it is written: of a fact, a class, a tier or a score."""
        if name in self._facts:
            return self._facts[name].render(value)
        return self._labels[name][value] if name in self._labels else render(value, SCORE, SHOWN_DECIMALS)

    def of_classified(self, classified: Classified, env: Env) -> list[Words]:
        """Why a class was decided."""
        classification = self._classifications[classified.name]
        return [reason for rule in classified.applied for reason in self._of_rule(rule, classification, env)]

    def of_condition(self, condition: Condition | None, env: Env) -> list[Words]:
        """Why a condition came out as it did: the comparisons that made it so."""
        if condition is None:
            return []
        return [self._of_leaf(leaf, env, held=held) for leaf, held in witnesses(condition, env)]

    def read(self, name: str, value: int) -> Words:
        """What was read, by what it is, and its value."""
        kind = "fact" if name in self._facts else "classification" if name in self._labels else "measure"
        return {kind: name, "value": self.text(name, value)}

    def _of_rule(self, rule: Any, classification: Classification, env: Env) -> Iterator[Words]:
        if isinstance(rule, Bands):
            words = self._said.get(id(rule)) or self._say_bands(rule, classification)
            yield {**self.read(rule.subject, env[rule.subject]), **words[bisect_right(rule.bounds, env[rule.subject])]}
        elif isinstance(rule, Options):
            gives = classification.labels[rule.ranks[env[rule.subject]]]
            yield {**self.read(rule.subject, env[rule.subject]), "gives": gives}
        elif isinstance(rule, Matrix):
            yield self.read(rule.row, env[rule.row])
            gives = classification.labels[rule.ranks[env[rule.row]][env[rule.column]]]
            yield {**self.read(rule.column, env[rule.column]), "gives": gives}
        elif isinstance(rule, Within | OneOf | AllOf | AtLeastOf | Not):
            yield from self.of_condition(rule, env)

    def _say_bands(self, rule: Bands, classification: Classification) -> list[Words]:
        words: list[Words] = [{"gives": classification.labels[rank]} for rank in rule.ranks]
        for at, bound in enumerate(rule.bounds):
            text = self.text(rule.subject, bound)
            words[at]["below"] = text
            words[at + 1]["at_least"] = text
        self._said[id(rule)] = words
        return words

    def _of_leaf(self, leaf: Within | OneOf, env: Env, *, held: bool) -> Words:
        words = self._said.get(id(leaf)) or self._say_leaf(leaf)
        reason = {**self.read(leaf.name, env[leaf.name]), **words}
        return reason if held else {**reason, "held": False}

    def _say_leaf(self, leaf: Within | OneOf) -> Words:
        if isinstance(leaf, Within):
            words: Words = {comparison: self.text(leaf.name, value) for comparison, value in leaf.written}
        else:
            texts = [self.text(leaf.name, member) for member in sorted(leaf.members)]
            words = {"is": texts[0]} if len(texts) == 1 else {"in": texts}
        self._said[id(leaf)] = words
        return words
