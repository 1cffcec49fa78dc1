"""Conditions of a policy: comparisons joined by all, any, not and at-least-n-of. No expressions, no code."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Env = Mapping[str, int]
"""Everything a rule may read, by name: facts, class ranks, dimension scores, `score`, `tier`."""


@dataclass(frozen=True, slots=True)
class Within:
    """`low <= value <= high`, either end open. `written` keeps the comparisons as the policy words them."""

    name: str
    low: int | None
    high: int | None
    written: tuple[tuple[str, int], ...]

    def holds(self, env: Env) -> bool:
        """Whether the value lies inside."""
        value = env[self.name]
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


@dataclass(frozen=True, slots=True)
class OneOf:
    """The value is one of the named options or classes."""

    name: str
    members: frozenset[int]

    def holds(self, env: Env) -> bool:
        """Whether the value is a member."""
        return env[self.name] in self.members


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds; with no part, always."""

    parts: "tuple[Condition, ...]"

    def holds(self, env: Env) -> bool:
        """Whether every part holds."""
        for part in self.parts:  # noqa: SIM110  all() costs twice as much for the usual none or one part
            if not part.holds(env):
                return False
        return True


@dataclass(frozen=True, slots=True)
class AtLeastOf:
    """At least `count` of the parts hold (E6 checklists); `any` is a count of 1."""

    count: int
    parts: "tuple[Condition, ...]"

    def holds(self, env: Env) -> bool:
        """Whether enough parts hold."""
        return sum(part.holds(env) for part in self.parts) >= self.count


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Condition"

    def holds(self, env: Env) -> bool:
        """Whether the part fails."""
        return not self.part.holds(env)


Condition = Within | OneOf | AllOf | AtLeastOf | Not


def leaves(condition: Condition) -> Iterator[Within | OneOf]:
    """Every comparison in the condition, in the order it is written."""
    if isinstance(condition, AllOf | AtLeastOf):
        for part in condition.parts:
            yield from leaves(part)
    elif isinstance(condition, Not):
        yield from leaves(condition.part)
    else:
        yield condition


def names(condition: Condition) -> frozenset[str]:
    """What the condition reads."""
    return frozenset(leaf.name for leaf in leaves(condition))


def witnesses(condition: Condition, env: Env) -> Iterator[tuple[Within | OneOf, bool]]:
    """The comparisons that explain how a condition came out, each with whether it held itself.

    What joins parts is explained by the parts that came out as the whole did: those that hold where it
    holds, those that fail where it fails. So of `not: {all: [a, b]}` a part that held explains nothing.
    """
    if isinstance(condition, Not):
        yield from witnesses(condition.part, env)
        return
    held = condition.holds(env)
    if isinstance(condition, AllOf | AtLeastOf):
        for part in condition.parts:
            if part.holds(env) is held:
                yield from witnesses(part, env)
    else:
        yield condition, held
