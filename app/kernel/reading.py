"""Which facts a decision reads, so that only a fact that mattered is called missing."""

from collections.abc import Iterator

from app.kernel.classification import Best, Choose, Fixed, Matrix, Rule, Worst
from app.kernel.condition import Env, names
from app.kernel.rulebook import Rulebook


def always_read(rulebook: Rulebook) -> frozenset[str]:
    """Facts that every decision of the rulebook reads, whatever the client."""
    read = {name for condition in rulebook.conditions() for name in names(condition)}
    for classification in rulebook.classifications:
        if not isinstance(classification.rule, Choose):
            read |= subjects(classification.rule)
    if rulebook.scorecard:
        read |= {each.fact for dimension in rulebook.scorecard.dimensions for each in dimension.indicators}
    return frozenset(read & rulebook.facts.keys())


def read_by_guards(rulebook: Rulebook, env: Env) -> frozenset[str]:
    """Facts that guarded classifications read for this client: each guard tried, and the branch taken."""
    chosen = (each.rule for each in rulebook.classifications if isinstance(each.rule, Choose))
    return frozenset({name for rule in chosen for name in _chosen(rule, env)} & rulebook.facts.keys())


def subjects(rule: Rule) -> frozenset[str]:
    """What an unguarded rule reads."""
    if isinstance(rule, Best | Worst):
        return frozenset(part.subject for part in rule.parts)
    if isinstance(rule, Matrix):
        return frozenset((rule.row, rule.column))
    return frozenset() if isinstance(rule, Fixed | Choose) else frozenset((rule.subject,))


def _chosen(rule: Rule, env: Env) -> Iterator[str]:
    if not isinstance(rule, Choose):
        yield from subjects(rule)
        return
    for guard, branch in rule.branches:
        yield from names(guard)
        if guard.holds(env):
            yield from _chosen(branch, env)
            return
    yield from _chosen(rule.otherwise, env)
