"""What must be reachable: every class, branch, tier, profile and obligation (design.md, the checker)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.kernel.classification import Best, Choose, Classification, Fixed, Matrix, Rule, Worst
from app.kernel.condition import AllOf, Condition, Not, OneOf, names
from app.kernel.rulebook import Rulebook
from app.kernel.tier import Ceiling, Tiers
from app.rulebooks.problem import Code, Path
from app.rulebooks.proof.relevance import reads

Outcomes = frozenset[tuple[str, int]]
"""Names with one rank of each: classes and tiers."""


@dataclass(frozen=True, slots=True)
class Goal:
    """Something that some client must be able to meet, and what is wrong where none can.

    `leads_to` are outcomes that may be out of reach for no other reason than this goal; `about` those that it asks
    for itself. `reads` are the names it rests on: where one of their outcomes is out of reach, so may this be.
    """

    condition: Condition
    path: Path
    code: Code
    message: str
    mend: str
    at_key: bool = True
    leads_to: Outcomes = frozenset()
    about: Outcomes = frozenset()
    reads: frozenset[str] = frozenset()

    @property
    def kind(self) -> str:
        """What it is that can be reached; nothing of its own where the goal is only that somebody stays outside."""
        named = self.about or self.code is not Code.TIER_UNREACHABLE
        return _KINDS[self.code] if named else ""


_KINDS: Final = {
    Code.CLASS_UNREACHABLE: "class",
    Code.TIER_UNREACHABLE: "tier",
    Code.BRANCH_UNREACHABLE: "branch",
    Code.CONDITION_NEVER: "condition",
}


def applicable(rulebook: Rulebook) -> Goal:
    """Some client must be meant at all; without one, nothing else can be asked."""
    return _condition(rulebook.applies_to, ("applies_to",))


def goals(rulebook: Rulebook) -> Iterator[Goal]:
    """Every goal of a rulebook, each after those that it rests on."""
    for each in rulebook.classifications:
        if not each.after_score:
            yield from _classified(each)
    yield from _profiles(rulebook)
    for each in rulebook.classifications:
        if each.after_score:
            yield from _classified(each)
    yield from _tiers(rulebook)
    for at, rule in enumerate(rulebook.obligations):
        yield _condition(rule.when, ("coverage", "obligations", at, "when"))
    for section, triggers in (("warnings", rulebook.warnings), ("exits", rulebook.exits)):
        for at, trigger in enumerate(triggers):
            yield _condition(trigger.when, (section, at, "when"))


def _classified(each: Classification) -> Iterator[Goal]:
    yield from _branches(each.name, each.rule, ("classifications", each.name), ())
    rests_on = reads(each.rule)
    for rank, label in enumerate(each.labels):
        mend = "mend the bounds or conditions that lead to it, or remove it from order"
        path = ("classifications", each.name, "order", rank)
        yield Goal(
            OneOf(each.name, frozenset((rank,))),
            path,
            Code.CLASS_UNREACHABLE,
            f"no client can be {label}",
            mend,
            about=frozenset({(each.name, rank)}),
            reads=rests_on,
        )


def _branches(name: str, rule: Rule, path: Path, before: tuple[Condition, ...]) -> Iterator[Goal]:
    if not isinstance(rule, Choose):
        return
    for at, (guard, branch) in enumerate(rule.branches):
        where = (*path, "choose", at)
        taken = (*before, guard)
        mend = "move it before the branches that catch its clients, or mend its condition"
        yield _branch(name, branch, taken, where, "no client ever takes this branch", mend)
        yield from _branches(name, branch, (*where, "then"), taken)
        before = (*before, Not(guard))
    where = (*path, "choose", len(rule.branches))
    mend = "the branches before it catch every client: make the last of them the otherwise"
    yield _branch(name, rule.otherwise, before, where, "no client is left for otherwise", mend)
    yield from _branches(name, rule.otherwise, (*where, "otherwise"), before)


def _branch(name: str, rule: Rule, taken: tuple[Condition, ...], path: Path, message: str, mend: str) -> Goal:
    leads_to = frozenset((name, rank) for rank in _ranks(rule))
    condition = AllOf(taken)
    return Goal(condition, path, Code.BRANCH_UNREACHABLE, message, mend, leads_to=leads_to, reads=names(condition))


def _profiles(rulebook: Rulebook) -> Iterator[Goal]:
    before: tuple[Condition, ...] = ()
    for at, profile in enumerate(rulebook.scorecard.profiles if rulebook.scorecard else ()):
        mend = "move it before the profiles that catch its clients, or mend its condition"
        path = ("scorecard", "weights", at)
        condition = AllOf((*before, profile.when))
        message = "no client is ever weighed by this profile"
        yield Goal(condition, path, Code.BRANCH_UNREACHABLE, message, mend, reads=names(condition))
        before = (*before, Not(profile.when))


def _tiers(rulebook: Rulebook) -> Iterator[Goal]:
    tiers = rulebook.tiers
    if tiers is None:
        return
    for at, ceiling in enumerate(tiers.ceilings):
        path: Path = ("tiers", "ceilings", at, "when")
        yield _condition(ceiling.when, path)
        yield _escaped(ceiling, tiers, path)
    for rule in tiers.rules:
        if rule.when is not None:
            rule_path = ("tiers", "rules", tiers.labels[rule.rank], "when")
            yield _condition(rule.when, rule_path, frozenset({("tier", rule.rank)}))
    rests_on = frozenset({name for rule in tiers.rules if rule.when is not None for name in names(rule.when)})
    for rank, tier in enumerate(tiers.labels):
        condition, about = OneOf("tier", frozenset((rank,))), frozenset({("tier", rank)})
        mend = "mend its bounds, or those of the tiers tried before it"
        path = ("tiers", "order", rank)
        message = f"no client can enter {tier}"
        yield Goal(condition, path, Code.TIER_UNREACHABLE, message, mend, about=about, reads=rests_on)


def _escaped(ceiling: Ceiling, tiers: Tiers, path: Path) -> Goal:
    """Somebody must not be held down, or the tiers above are out of reach for everybody."""
    above = [(rank, tier) for rank, tier in enumerate(tiers.labels) if rank > ceiling.at_most]
    message = (
        f"the ceiling {ceiling.reason} holds for every client, and so nobody enters {', '.join(t for _, t in above)}"
    )
    mend = "mend its condition, so that it does not always hold"
    condition, shut = Not(ceiling.when), frozenset(("tier", rank) for rank, _ in above)
    return Goal(condition, path, Code.TIER_UNREACHABLE, message, mend, leads_to=shut, reads=names(condition))


def _condition(when: Condition, path: Path, leads_to: Outcomes = frozenset()) -> Goal:
    message = "no client meets this condition"
    mend = "mend or remove it"
    return Goal(when, path, Code.CONDITION_NEVER, message, mend, leads_to=leads_to, reads=names(when))


def _ranks(rule: Rule) -> frozenset[int]:
    """Every rank that a rule can give."""
    match rule:
        case Fixed(outcome):
            return frozenset((outcome,))
        case Choose(branches, otherwise):
            return frozenset().union(_ranks(otherwise), *(_ranks(branch) for _, branch in branches))
        case Best(parts) | Worst(parts):
            return frozenset().union(*map(_ranks, parts))
        case Matrix():
            return frozenset(rank for cells in rule.ranks for rank in cells)
        case _:
            return frozenset(rule.ranks)
