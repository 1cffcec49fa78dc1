"""Names, values and conditions of one document in words, by the labels it gives them."""

from collections.abc import Iterable, Mapping
from typing import Final

from app.rulebooks.document import RulebookDocument
from app.rulebooks.document.conditions import ConditionPart, TestPart
from app.rulebooks.document.values import Label
from app.rulebooks.wording.text import ALWAYS, AND, CLAUSES, OR, Both, in_brackets, joined, same

_FLAGS: Final = {"yes": "是", "no": "否"}
_COMPARED: Final = {
    "at_least": Both("at least ", "不低于"),
    "more_than": Both("over ", "超过"),
    "at_most": Both("at most ", "不超过"),
    "below": Both("below ", "低于"),
}


class Wording:
    """Says the conditions of one document, by the labels it gives to its names."""

    def __init__(self, document: RulebookDocument) -> None:
        self._names = _labels(document)
        self._options: dict[str, Mapping[str, Label]] = {
            name: part.labels for name, part in document.classifications.items()
        }
        self._options["tier"] = document.tiers.labels if document.tiers else {}
        self._roles = document.roles

    def name(self, name: str) -> Both:
        """A fact, classification or score by its label, or else by its name."""
        label = self._names.get(name)
        return Both(label.en, label.zh) if label else same(name)

    def role(self, role: str) -> Both:
        """A role by its label."""
        label = self._roles.get(role)
        return Both(label.en, label.zh) if label else same(role)

    def value(self, name: str, value: str) -> Both:
        """An option or class: its code in English, as programs use it, and its label in Chinese."""
        label = self._options.get(name, {}).get(value)
        return Both(value, label.zh if label else _FLAGS.get(value, value))

    def values(self, name: str, values: Iterable[str], by: Both = OR) -> Both:
        """Options or classes, one after the other."""
        return joined((self.value(name, each) for each in values), by)

    def condition(self, part: ConditionPart | None) -> Both:
        """Everything that must hold, in one sentence."""
        if part is None:
            return ALWAYS
        lines = [self._test(name, test) for name, test in part.tests.items()]
        if part.any_ is not None:
            lines.append(in_brackets(joined(map(self.condition, part.any_), OR)))
        lines += [self.condition(each) for each in part.all_ or ()]
        if part.not_ is not None:
            lines.append(Both("not ", "非") + in_brackets(self.condition(part.not_)))
        if part.at_least_of is not None:
            count, of = part.at_least_of.count, part.at_least_of.of
            listed = joined(map(self.condition, of), CLAUSES)
            lines.append(Both(f"at least {count} of ", f"以下至少{count}项") + in_brackets(listed))
        return joined(lines, AND)

    def where(self, part: ConditionPart | None) -> Both:
        """The condition as the beginning of a sentence about clients."""
        if part is None:
            return Both("for every client", "所有客户")
        said = self.condition(part)
        return Both(f"where {said.en}", f"{said.zh}的")

    def _test(self, name: str, test: TestPart) -> Both:
        compared = {key: text for key in _COMPARED if (text := getattr(test, key)) is not None}
        said = [_COMPARED[key] + text for key, text in compared.items()]
        if compared.keys() == {"at_least", "below"}:
            low, high = test.at_least, test.below
            said = [Both(f"from {low} to below {high}", f"在{low}（含）至{high}（不含）之间")]
        if test.is_ is not None:
            said.append(Both("is ", "为") + self.value(name, test.is_))
        if test.in_ is not None:
            said.append(Both("is ", "为") + self.values(name, test.in_))
        return self.name(name) + Both(" ", "") + joined(said, AND)


def _labels(document: RulebookDocument) -> dict[str, Label]:
    """What each name is called, where the document says so."""
    card = document.scorecard
    parts = {**document.facts, **document.classifications, **(card.dimensions if card else {})}
    labels = {name: part.label for name, part in parts.items() if part.label}
    given = {
        "score": card.label if card and card.label else Label(en="score", zh="总分"),
        "tier": document.tiers.label if document.tiers and document.tiers.label else Label(en="tier", zh="层级"),
    }
    return {**given, **labels}
