"""What it would take to reach a tier: the smallest moves of one fact, then of two, each decided again."""

from collections.abc import Iterator
from itertools import pairwise, permutations
from typing import NamedTuple

from app.kernel.cuts import cuts, sloped
from app.kernel.decision import Decision, Standing
from app.kernel.fact import Fact
from app.kernel.score import Scorer

Client = dict[str, int]

MOST_DECISIONS = 4_000
"""Decisions that one question may cost; a shipped rulebook needs some hundreds."""


class Change(NamedTuple):
    """A fact and its values before and after."""

    fact: Fact
    before: int
    after: int


class Move(NamedTuple):
    """Changes that together reach `rank`. `size` is in millionths: each change by the width of its fact's bounds."""

    changes: tuple[Change, ...]
    rank: int
    size: int


def nearest_moves(scorer: Scorer, client: Client, standing: Standing | None, goal: int) -> list[Move]:
    """Moves of actionable facts that reach tier rank `goal` or better, smallest first: single ones, then pairs.

    `client` holds encoded facts. A single move is the smallest of its fact in its direction. Of a pair, one fact
    moves to a bound of the rulebook and the other as little as then suffices; neither alone would do.
    """
    search = _Search(scorer, client, standing, goal)
    singles = sorted(search.singles(), key=lambda move: move.size)
    pairs = sorted(search.pairs(singles), key=lambda move: move.size)
    return singles + list(_distinct(pairs))


class _Search:
    def __init__(self, scorer: Scorer, client: Client, standing: Standing | None, goal: int) -> None:
        book = scorer.rulebook
        self.scorer, self.standing, self.goal = scorer, standing, goal
        facts = [fact for fact in book.facts.values() if fact.actionable]
        self.facts = [fact for fact in facts if fact.name in client or fact.missing != "refuse"]
        self.client = client
        self.before = {fact.name: client.get(fact.name, fact.fallback) for fact in self.facts}
        self.cuts = {fact.name: cuts(book, fact) for fact in self.facts}
        self.sloped = sloped(book)
        self.left = MOST_DECISIONS

    def singles(self) -> Iterator[Move]:
        """For every fact, the smallest move up and the smallest move down that reach the goal."""
        for fact in self.facts:
            for up in (True, False):
                after = self._smallest(fact, self.client, up=up)
                if after is not None:
                    yield self._move(self.client | {fact.name: after}, (fact,))

    def pairs(self, singles: list[Move]) -> Iterator[Move]:
        """Pairs in which both changes are needed."""
        alone = {(change.fact.name, change.after > change.before) for move in singles for change in move.changes}
        for first, second in permutations(self.facts, 2):
            for moved in self._stops(first):
                if (first.name, moved > self.before[first.name]) in alone:
                    continue
                client = self.client | {first.name: moved}
                for up in (True, False):
                    after = None if (second.name, up) in alone else self._smallest(second, client, up=up)
                    if after is not None and not self._reaches(self.client, second, after):
                        yield self._move(client | {second.name: after}, (first, second))

    def _stops(self, fact: Fact) -> Iterator[int]:
        """The nearest value of every cell of the fact but its own."""
        value = self.before[fact.name]
        starts = self.cuts[fact.name]
        yield from (start for start in starts if start > value)
        yield from (start - 1 for start in starts[1:] if start <= value)

    def _smallest(self, fact: Fact, client: Client, *, up: bool) -> int | None:
        """The value nearest to the client's own, in one direction, that reaches the goal."""
        for near, far in self._cells(fact, self.before[fact.name], up=up):
            if self._reaches(client, fact, near):
                return near
            if fact.name in self.sloped and self._reaches(client, fact, far):
                return self._first(fact, client, near, far)
        return None

    def _cells(self, fact: Fact, value: int, *, up: bool) -> Iterator[tuple[int, int]]:
        """The stretches of values beyond `value` in which only slopes make a difference: nearest and farthest end."""
        starts = self.cuts[fact.name]
        if up:
            edges = [value + 1, *(start for start in starts if start > value + 1), fact.high + 1]
            yield from ((start, above - 1) for start, above in pairwise(edges) if start < above)
        else:
            edges = [value, *(start for start in reversed(starts) if start < value)]
            yield from ((above - 1, start) for above, start in pairwise(edges))

    def _first(self, fact: Fact, client: Client, near: int, far: int) -> int:
        """Between an end that does not reach and one that does, the first value that does."""
        while abs(far - near) > 1:
            middle = (near + far) // 2
            if self._reaches(client, fact, middle):
                far = middle
            else:
                near = middle
        return far

    def _reaches(self, client: Client, fact: Fact, value: int) -> bool:
        if self.left <= 0:
            return False
        self.left -= 1
        return self._rank(client | {fact.name: value}) >= self.goal

    def _rank(self, client: Client) -> int:
        decision = self.scorer.decide(client, self.standing)
        return decision.tier.rank if isinstance(decision, Decision) and decision.tier else -1

    def _move(self, moved: Client, facts: tuple[Fact, ...]) -> Move:
        changes = tuple(Change(fact, self.before[fact.name], moved[fact.name]) for fact in facts)
        return Move(changes, self._rank(moved), sum(self._size(change) for change in changes))

    def _size(self, change: Change) -> int:
        starts = self.cuts[change.fact.name]
        width = max(starts[-1] - starts[0], 1)
        return abs(change.after - change.before) * 1_000_000 // width


def _distinct(pairs: list[Move]) -> Iterator[Move]:
    """The smallest pair of each two facts and their directions: the others are larger versions of it."""
    seen: set[frozenset[tuple[str, bool]]] = set()
    for move in pairs:
        kind = frozenset((change.fact.name, change.after > change.before) for change in move.changes)
        if kind not in seen:
            seen.add(kind)
            yield move
