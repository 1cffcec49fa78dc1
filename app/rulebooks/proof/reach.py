"""What must be reachable: every class, branch, tier, profile and obligation (design.md, the checker)."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.kernel.classification import Choose, Classification, Rule
from app.kernel.condition import AllOf, Condition, Not, OneOf
from app.kernel.rulebook import Rulebook
from app.rulebooks.problem import Code, Path


@dataclass(frozen=True, slots=True)
class Goal:
    """Something that some client must be able to meet, and what is wrong where none can."""

    condition: Condition
    path: Path
    code: Code
    message: str
    mend: str
    at_key: bool = True


def goals(rulebook: Rulebook) -> Iterator[Goal]:
    """Every goal of a rulebook, in the order of the document."""
    for each in rulebook.classifications:
        yield from _classes(each)
        yield from _branches(each.rule, ("classifications", each.name), ())
    yield from _profiles(rulebook)
    yield from _tiers(rulebook)
    for at, each in enumerate(rulebook.obligations):
        yield _condition(each.when, ("coverage", "obligations", at, "when"))
    for section, triggers in (("warnings", rulebook.warnings), ("exits", rulebook.exits)):
        for at, trigger in enumerate(triggers):
            yield _condition(trigger.when, (section, at, "when"))


def _classes(each: Classification) -> Iterator[Goal]:
    for rank, label in enumerate(each.labels):
        message = f"no client can be {label}"
        mend = "mend the bounds or guards that lead to it, or remove it from order"
        path = ("classifications", each.name, "order", rank)
        yield Goal(OneOf(each.name, frozenset((rank,))), path, Code.CLASS_UNREACHABLE, message, mend)


def _branches(rule: Rule, path: Path, before: tuple[Condition, ...]) -> Iterator[Goal]:
    if not isinstance(rule, Choose):
        return
    for at, (guard, branch) in enumerate(rule.branches):
        where = (*path, "choose", at)
        taken = (*before, guard)
        mend = "move it before the guards that catch its clients, or mend its guard"
        yield Goal(AllOf(taken), where, Code.BRANCH_UNREACHABLE, "no client ever takes this branch", mend)
        yield from _branches(branch, (*where, "then"), taken)
        before = (*before, Not(guard))
    where = (*path, "choose", len(rule.branches))
    mend = "the guards before it catch every client: make the last of them the otherwise"
    yield Goal(AllOf(before), where, Code.BRANCH_UNREACHABLE, "no client is left for otherwise", mend)
    yield from _branches(rule.otherwise, (*where, "otherwise"), before)


def _profiles(rulebook: Rulebook) -> Iterator[Goal]:
    before: tuple[Condition, ...] = ()
    for at, profile in enumerate(rulebook.scorecard.profiles if rulebook.scorecard else ()):
        mend = "move it before the profiles that catch its clients, or mend its guard"
        path = ("scorecard", "weights", at)
        yield Goal(
            AllOf((*before, profile.when)),
            path,
            Code.BRANCH_UNREACHABLE,
            "no client is ever weighed by this profile",
            mend,
        )
        before = (*before, Not(profile.when))


def _tiers(rulebook: Rulebook) -> Iterator[Goal]:
    tiers = rulebook.tiers
    for rank, tier in enumerate(tiers.labels if tiers else ()):
        mend = "mend its bounds, or those of the tiers tried before it"
        yield Goal(
            OneOf("tier", frozenset((rank,))),
            ("tiers", "order", rank),
            Code.TIER_UNREACHABLE,
            f"no client can be {tier}",
            mend,
        )
    for at, ceiling in enumerate(tiers.ceilings if tiers else ()):
        yield _condition(ceiling.when, ("tiers", "ceilings", at, "when"))
    for rule in tiers.rules if tiers else ():
        if rule.when is not None and tiers:
            yield _condition(rule.when, ("tiers", "rules", tiers.labels[rule.rank], "when"))


def _condition(when: Condition, path: Path) -> Goal:
    return Goal(when, path, Code.CONDITION_NEVER, "the condition holds for no client", "mend or remove it")
