"""Cuts: the values of each fact at which some rule makes a difference."""

from collections.abc import Iterator

from app.kernel.classification import Bands, Best, Choose, Matrix, Options, Rule, Worst
from app.kernel.condition import Condition, OneOf, Within, leaves
from app.kernel.fact import Fact
from app.kernel.rulebook import Rulebook
from app.kernel.scorecard import LinearPoints


def cuts(rulebook: Rulebook, fact: Fact) -> tuple[int, ...]:
    """Ascending values inside the fact's range at which an outcome may change; the range's start is the first."""
    found = {fact.low}
    for each in rulebook.classifications:
        found.update(_rule_cuts(each.rule, fact.name))
    for condition in all_conditions(rulebook):
        found.update(_condition_cuts(condition, fact.name))
    found.update(_curve_cuts(rulebook, fact.name))
    return tuple(sorted(cut for cut in found if fact.low <= cut <= fact.high))


def sloped(rulebook: Rulebook) -> frozenset[str]:
    """Facts whose points run on a line somewhere, so that values inside a cell still differ."""
    lines = (
        each
        for dimension in (rulebook.scorecard.dimensions if rulebook.scorecard else ())
        for each in dimension.indicators
    )
    return frozenset(each.fact for each in lines if isinstance(each.curve, LinearPoints))


def all_conditions(rulebook: Rulebook) -> Iterator[Condition]:
    """Every condition of the rulebook, guards of classifications included."""
    yield from rulebook.conditions()
    for each in rulebook.classifications:
        yield from guards(each.rule)


def guards(rule: Rule) -> Iterator[Condition]:
    """Every guard of a rule's branches, at any depth."""
    if isinstance(rule, Choose):
        for guard, branch in rule.branches:
            yield guard
            yield from guards(branch)
        yield from guards(rule.otherwise)


def _rule_cuts(rule: Rule, name: str) -> Iterator[int]:
    if isinstance(rule, Bands):
        yield from rule.bounds if rule.subject == name else ()
    elif isinstance(rule, Options):
        yield from range(len(rule.ranks)) if rule.subject == name else ()
    elif isinstance(rule, Matrix):
        yield from range(len(rule.ranks)) if rule.row == name else ()
        yield from range(len(rule.ranks[0])) if rule.column == name else ()
    elif isinstance(rule, Best | Worst):
        for part in rule.parts:
            yield from _rule_cuts(part, name)
    elif isinstance(rule, Choose):
        for _, branch in rule.branches:
            yield from _rule_cuts(branch, name)
        yield from _rule_cuts(rule.otherwise, name)


def _condition_cuts(condition: Condition, name: str) -> Iterator[int]:
    for leaf in leaves(condition):
        if leaf.name != name:
            continue
        if isinstance(leaf, OneOf):
            yield from (cut for member in leaf.members for cut in (member, member + 1))
        elif isinstance(leaf, Within):
            yield from () if leaf.low is None else (leaf.low,)
            yield from () if leaf.high is None else (leaf.high + 1,)


def _curve_cuts(rulebook: Rulebook, name: str) -> Iterator[int]:
    for dimension in rulebook.scorecard.dimensions if rulebook.scorecard else ():
        for each in dimension.indicators:
            if each.fact == name:
                yield from each.curve.anchors if isinstance(each.curve, LinearPoints) else each.curve.bounds
