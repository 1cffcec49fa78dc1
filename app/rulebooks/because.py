"""Why a client got a class or a tier, in a few words: `employees 999 below 1000`."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping

from app.kernel.classification import Bands, Matrix, Options
from app.kernel.condition import Condition, OneOf, Within, witnesses
from app.kernel.decision import Classified, Decision
from app.kernel.quantity import SCORE
from app.kernel.rulebook import Rulebook
from app.kernel.tier import tiers_above
from app.rulebooks.compile.amounts import fact_in_staff_words, in_staff_words


class Reasons:
    """Says what decided one client under one rulebook."""

    def __init__(self, rulebook: Rulebook, decision: Decision) -> None:
        self.rulebook = rulebook
        self.decision = decision
        labels: Mapping[str, tuple[str, ...]] = {each.name: each.labels for each in rulebook.classifications}
        self._labels = {**labels, "tier": rulebook.tiers.labels} if rulebook.tiers else labels

    def of(self, name: str, expected: str) -> str:
        """` because …` of a classification or of the tier; nothing where no value tells."""
        reasons = self.of_class(name) or (dict.fromkeys(self._tier(expected)) if name == "tier" else ())
        said = ", ".join(reasons)
        return f", because {said}" if said else ""

    def of_class(self, name: str) -> list[str]:
        """What a class rests on, each value once; nothing where the rulebook has no such classification."""
        found = (each for each in self.decision.classifications if each.name == name)
        return list(dict.fromkeys(reason for each in found for reason in self._class(each)))

    def _class(self, classified: Classified) -> Iterator[str]:
        for each in classified.applied:
            if isinstance(each, Bands | Options):
                if each.rank(self.decision.env) == classified.rank:
                    yield self._band(each) if isinstance(each, Bands) else self._value(each.subject)
            elif isinstance(each, Matrix):
                yield from (self._value(each.row), self._value(each.column))
            else:
                yield from self._compared(each)

    def _tier(self, expected: str) -> Iterator[str]:
        tiers, decided = self.rulebook.tiers, self.decision.tier
        for above in tiers_above(tiers, self.decision.env, decided) if tiers and decided else ():
            if tiers and tiers.labels[above.rank] == expected:
                yield from (
                    f"{self._value(each.measure)} below {self._text(each.measure, each.least)}" for each in above.short
                )
                yield from self._compared(above.unmet) if above.unmet else ()
                yield from (f"{each.reason} holds it down" for each in above.ceilings)

    def _band(self, bands: Bands) -> str:
        at = bisect_right(bands.bounds, self.decision.env[bands.subject])
        above = at < len(bands.bounds)
        bound = bands.bounds[at] if above else bands.bounds[-1] if bands.bounds else 0
        return f"{self._value(bands.subject)} {'below' if above else 'from'} {self._text(bands.subject, bound)}"

    def _compared(self, condition: Condition) -> Iterator[str]:
        for leaf, _ in witnesses(condition, self.decision.env):
            if isinstance(leaf, OneOf | Within):
                yield self._value(leaf.name)

    def _value(self, name: str) -> str:
        return f"{name} {self._text(name, self.decision.env[name])}"

    def _text(self, name: str, value: int) -> str:
        if name in self._labels:
            return self._labels[name][value]
        fact = self.rulebook.facts.get(name)
        return fact_in_staff_words(fact, value) if fact else in_staff_words(value, SCORE)
