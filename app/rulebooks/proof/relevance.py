"""Which facts an outcome rests on: a search need not tell clients apart by any other."""

from collections.abc import Iterable, Iterator, Mapping

from app.kernel.classification import Choose, Rule
from app.kernel.condition import names
from app.kernel.reading import subjects
from app.kernel.rulebook import Rulebook
from app.kernel.scorecard import Scorecard
from app.kernel.tier import Tiers


def reads(rule: Rule) -> frozenset[str]:
    """Every name that a classification's rule may read, whichever branch it takes."""
    if not isinstance(rule, Choose):
        return subjects(rule)
    guards = (names(guard) for guard, _ in rule.branches)
    return frozenset().union(reads(rule.otherwise), *guards, *(reads(branch) for _, branch in rule.branches))


def rests_on(rulebook: Rulebook) -> Mapping[str, frozenset[str]]:
    """The names that each decided name is made of."""
    made = {each.name: reads(each.rule) for each in rulebook.classifications}
    made.update(_scores(rulebook.scorecard) if rulebook.scorecard else ())
    return {**made, "tier": frozenset(_tier(rulebook.tiers))} if rulebook.tiers else made


def facts_behind(asked: Iterable[str], made: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The facts that the asked names come down to; `made` is what `rests_on` gives."""
    found: set[str] = set()
    waiting = list(asked)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(made.get(name, ()))
    return frozenset(found - made.keys())


def _scores(card: Scorecard) -> Iterator[tuple[str, frozenset[str]]]:
    for dimension in card.dimensions:
        yield dimension.name, frozenset(line.fact for line in dimension.indicators)
    profiles = (names(profile.when) for profile in card.profiles)
    yield "score", frozenset(dimension.name for dimension in card.dimensions).union(*profiles)


def _tier(tiers: Tiers) -> Iterator[str]:
    for rule in tiers.rules:
        yield from (bound.measure for bound in rule.enter)
        yield from names(rule.when) if rule.when is not None else ()
    for ceiling in tiers.ceilings:
        yield from names(ceiling.when)
