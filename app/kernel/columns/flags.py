"""Whether the rulebook applies, what was missing, and what follows from it."""

from collections.abc import Iterator

import narwhals as nw

from app.kernel.classification import Choose, Rule
from app.kernel.columns.expressions import FALSE, TRUE, Stage, either, holds
from app.kernel.condition import AllOf, names
from app.kernel.reading import always_read, subjects
from app.kernel.rulebook import Rulebook


def flags(rulebook: Rulebook, given: frozenset[str]) -> Iterator[Stage]:
    """`applies`, `missing__<fact>`, `refused` and `complete`; `given` are the frame's own columns."""
    facts = rulebook.facts.values()
    absent = {each.name: _absent(each.name, given) for each in facts}
    asked = names(rulebook.applies_to)
    unknown = either(absent[each.name] for each in facts if each.missing == "refuse" and each.name in asked)
    yield {"applies": holds(rulebook.applies_to) & ~unknown}
    read = _reads(rulebook)
    yield {f"missing__{name}": nw.col("applies") & flag & read.get(name, FALSE) for name, flag in absent.items()}
    yield {"refused": _any_missing(rulebook, "refuse"), "complete": ~_any_missing(rulebook, "worst")}


def always_decides(rulebook: Rulebook) -> bool:
    """Whether there is no client that the rulebook does not apply to, or refuses."""
    return rulebook.applies_to == AllOf(()) and all(each.missing != "refuse" for each in rulebook.facts.values())


def _absent(name: str, given: frozenset[str]) -> nw.Expr:
    return nw.col(f"fact__{name}").is_null() if f"fact__{name}" in given else TRUE


def _any_missing(rulebook: Rulebook, rule: str) -> nw.Expr:
    return either(nw.col(f"missing__{each.name}") for each in rulebook.facts.values() if each.missing == rule)


def _reads(rulebook: Rulebook) -> dict[str, nw.Expr]:
    """For each fact that some decision reads, whether this one does."""
    found = dict.fromkeys(always_read(rulebook), TRUE)
    for classification in rulebook.classifications:
        if isinstance(classification.rule, Choose):
            for name, reached in _chosen(classification.rule, TRUE):
                found[name] = found[name] | reached if name in found else reached
    return found


def _chosen(rule: Rule, reached: nw.Expr) -> Iterator[tuple[str, nw.Expr]]:
    if not isinstance(rule, Choose):
        yield from ((name, reached) for name in subjects(rule))
        return
    for guard, branch in rule.branches:
        yield from ((name, reached) for name in names(guard))
        yield from _chosen(branch, reached & holds(guard))
        reached = reached & ~holds(guard)
    yield from _chosen(rule.otherwise, reached)
