"""Classifications: a label by inclusive lower bounds, options, guards or a matrix (domain.md D1, E2-E7, F2)."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from app.kernel.condition import Condition, Env


@dataclass(frozen=True, slots=True)
class Bands:
    """Ranks by inclusive lower bounds of one value.

    The first band has no bound here: it starts at the lowest value there is, so the bands
    are total. `ranks[i]` holds from `bounds[i - 1]` up to `bounds[i]`, exclusive.
    """

    subject: str
    bounds: tuple[int, ...]
    ranks: tuple[int, ...]

    def rank(self, env: Env) -> int:
        """The rank of the band that holds the value."""
        return self.ranks[bisect_right(self.bounds, env[self.subject])]


@dataclass(frozen=True, slots=True)
class Options:
    """Ranks by option of one choice, grade or flag, or by class of an earlier classification."""

    subject: str
    ranks: tuple[int, ...]

    def rank(self, env: Env) -> int:
        """The rank of the option."""
        return self.ranks[env[self.subject]]


@dataclass(frozen=True, slots=True)
class Best:
    """The best rank that any part gives: "deposits or credit" (D1)."""

    parts: tuple[Bands | Options, ...]

    def rank(self, env: Env) -> int:
        """The highest of the parts' ranks."""
        return max(part.rank(env) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Worst:
    """The worst rank that any part gives: "every indicator, or one band down" (E7)."""

    parts: tuple[Bands | Options, ...]

    def rank(self, env: Env) -> int:
        """The lowest of the parts' ranks."""
        return min(part.rank(env) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Ranks by a row and a column, each an option or a class."""

    row: str
    column: str
    ranks: tuple[tuple[int, ...], ...]

    def rank(self, env: Env) -> int:
        """The rank in the cell."""
        return self.ranks[env[self.row]][env[self.column]]


@dataclass(frozen=True, slots=True)
class Fixed:
    """One rank, whatever the facts: the outcome of a guarded branch."""

    outcome: int

    def rank(self, env: Env) -> int:  # noqa: ARG002  every rule is asked the same way
        """The rank."""
        return self.outcome


@dataclass(frozen=True, slots=True)
class Choose:
    """Guarded branches tried in order, then `otherwise`; so one always applies."""

    branches: "tuple[tuple[Condition, Rule], ...]"
    otherwise: "Rule"

    def taken(self, env: Env) -> "tuple[Condition | None, Rule]":
        """The guard that held (None for `otherwise`) and the rule behind it."""
        for guard, rule in self.branches:
            if guard.holds(env):
                return guard, rule
        return None, self.otherwise

    def rank(self, env: Env) -> int:
        """The rank that the taken branch gives."""
        return self.taken(env)[1].rank(env)


Rule = Bands | Options | Best | Worst | Matrix | Fixed | Choose


@dataclass(frozen=True, slots=True)
class Classification:
    """A named label. `labels` run from worst to best; a rank is a position in them.

    `after_score` marks one that reads a score, and so is decided after the scorecard.
    """

    name: str
    labels: tuple[str, ...]
    rule: Rule
    after_score: bool = False
    illustrative: bool = False


def applied(rule: Rule, env: Env) -> "Iterator[Condition | Bands | Options | Matrix]":
    """What decided: the guards that held and every band, option or cell that was hit, in order."""
    if isinstance(rule, Choose):
        guard, branch = rule.taken(env)
        if guard is not None:
            yield guard
        yield from applied(branch, env)
    elif isinstance(rule, Best | Worst):
        yield from rule.parts
    elif not isinstance(rule, Fixed):
        yield rule
