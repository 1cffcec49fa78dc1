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


class Moves(NamedTuple):
    """Moves in their order; `complete` is False where the budget ended the search."""

    moves: tuple[Move, ...]
    complete: bool


def nearest_moves(scorer: Scorer, client: Client, standing: Standing | None, goal: int) -> Moves:
    """Moves of actionable facts that reach tier rank `goal` or better: first single ones, then pairs, each by size.

    `client` holds encoded facts. A single move is the smallest of its fact in its direction. Of a pair, one fact
    moves to a bound of the rulebook and the other as little as then suffices. Neither alone would do, and neither
    goes as far as its single move. Of the pairs of the same facts in the same directions the smallest is told.
    """
    search = _Search(scorer, client, standing, goal)
    singles = search.found(search.singles())
    pairs = search.found(search.pairs(singles))
    return Moves((*singles, *_distinct(pairs)), search.complete)


class _BudgetSpentError(Exception):
    """The question has cost all the decisions that it may."""


class _Search:
    def __init__(self, scorer: Scorer, client: Client, standing: Standing | None, goal: int) -> None:
        book = scorer.rulebook
        self.scorer, self.standing, self.goal = scorer, standing, goal
        facts = [fact for fact in book.facts.values() if fact.actionable]
        self.cuts = {fact.name: cuts(book, fact) for fact in facts}
        known = [fact for fact in facts if fact.name in client or fact.missing != "refuse"]
        self.facts = [fact for fact in known if len(self.cuts[fact.name]) > 1]  # without a cut it changes nothing
        self.client = client
        self.before = {fact.name: client.get(fact.name, fact.fallback) for fact in self.facts}
        self.ends = {
            (fact.name, up): fact.high + 1 if up else fact.low - 1 for fact in self.facts for up in (True, False)
        }
        self.sloped = sloped(book)
        self.left = MOST_DECISIONS
        self.complete = True

    def found(self, moves: Iterator[Move]) -> list[Move]:
        """What is found before the budget is spent, smallest first."""
        return sorted(self._until_spent(moves), key=lambda move: move.size)

    def _until_spent(self, moves: Iterator[Move]) -> Iterator[Move]:
        try:
            yield from moves
        except _BudgetSpentError:
            self.complete = False

    def singles(self) -> Iterator[Move]:
        """For every fact, the smallest move up and the smallest move down that reach the goal."""
        for fact in self.facts:
            for up in (True, False):
                after = self._smallest(fact, self.client, up=up)
                if after is not None:
                    yield self._move(self.client | {fact.name: after}, (fact,))

    def pairs(self, singles: list[Move]) -> Iterator[Move]:
        """Pairs in which both changes are needed, and each is smaller than its fact's single move."""
        self.ends |= {
            (each.fact.name, each.after > each.before): each.after for move in singles for each in move.changes
        }
        for first, second in permutations(self.facts, 2):
            for moved in self._stops(first):
                client = self.client | {first.name: moved}
                for up in (True, False):
                    after = self._smallest(second, client, up=up)
                    if after is not None and not self._reaches(self.client, second, after):
                        yield self._move(client | {second.name: after}, (first, second))

    def _stops(self, fact: Fact) -> Iterator[int]:
        """The nearest value of every cell of the fact but its own, inside its ends."""
        value, starts = self.before[fact.name], self.cuts[fact.name]
        most, least = self.ends[fact.name, True], self.ends[fact.name, False]
        yield from (start for start in starts if value < start < most)
        yield from (start - 1 for start in starts[1:] if least < start - 1 < value)

    def _smallest(self, fact: Fact, client: Client, *, up: bool) -> int | None:
        """The value nearest to the client's own, in one direction, that reaches the goal."""
        for near, far in self._cells(fact, up=up):
            if self._reaches(client, fact, near):
                return near
            if fact.name in self.sloped and self._reaches(client, fact, far):
                return self._first(fact, client, near, far)
        return None

    def _cells(self, fact: Fact, *, up: bool) -> Iterator[tuple[int, int]]:
        """From the client's own value to the end, stretches in which only slopes make a difference: both their ends."""
        value, starts, end = self.before[fact.name], self.cuts[fact.name], self.ends[fact.name, up]
        if up:
            edges = [value + 1, *(start for start in starts if value + 1 < start < end), end]
            yield from ((start, above - 1) for start, above in pairwise(edges) if start < above)
        else:
            edges = [value, *(start for start in reversed(starts) if end + 1 < start < value), end + 1]
            yield from ((above - 1, start) for above, start in pairwise(edges) if start < above)

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
            raise _BudgetSpentError
        self.left -= 1
        return self._rank(client | {fact.name: value}) >= self.goal

    def _rank(self, client: Client) -> int:
        decision = self.scorer.decide(client, self.standing)
        return decision.tier.rank if isinstance(decision, Decision) and decision.tier else -1

    def _move(self, moved: Client, facts: tuple[Fact, ...]) -> Move:
        changes = tuple(Change(fact, self.before[fact.name], moved[fact.name]) for fact in facts)
        return Move(changes, self._rank(moved), sum(self._size(change) for change in changes))

    def _size(self, change: Change) -> int:
        """A change by the distance from the first bound to the last; a lone bound's from zero stands for it.

        Where the fact's range begins is no bound: it may lie as far off as amounts go. A lone bound at zero gives
        no measure, and crossing it counts as one whole.
        """
        _, *bounds = self.cuts[change.fact.name]
        moved = abs(change.after - change.before)
        return moved * 1_000_000 // (bounds[-1] - bounds[0] or abs(bounds[0]) or moved)


def _distinct(pairs: list[Move]) -> Iterator[Move]:
    """Of pairs of the same facts in the same directions the smallest: the others trade one fact for the other."""
    seen: set[frozenset[tuple[str, bool]]] = set()
    for move in pairs:
        kind = frozenset((change.fact.name, change.after > change.before) for change in move.changes)
        if kind not in seen:
            seen.add(kind)
            yield move
