"""Find a client for which a condition holds, or prove that there is none.

Boxes of clients are cut at the rulebook's own bounds and dropped when their outcomes rule the
condition out; clients inside are tried on the way, decided exactly. What is found is a client;
what is exhausted is a proof; what runs over the budget is neither, and said so.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random

from app.kernel.condition import Condition, leaves, names
from app.kernel.cuts import all_conditions, cuts, sloped
from app.kernel.decision import Decision
from app.kernel.fact import Fact
from app.kernel.rulebook import Rulebook
from app.kernel.score import Scorer
from app.rulebooks.proof.box import Values, may_hold, outcomes
from app.rulebooks.proof.relevance import facts_behind, rests_on

BUDGET = 3_000
"""Boxes looked at before one search gives up; a shipped rulebook needs some tens."""

WHOLE_BUDGET = 600_000
"""Comparisons made for one rulebook in all boxes, so that a check ends within seconds whatever it is given.

The shipped rulebooks need some hundreds."""

MOST_ALL_BUT_ONE = 2_000
"""Clients tried one by one where the boxes did not settle it."""

MOST_PLAIN = 16
"""Bounds of a fact that are tried to make a client plain."""

Client = dict[str, int]


@dataclass(frozen=True, slots=True)
class Witness:
    """A client, by its encoded facts, for which the condition holds."""

    client: Client


@dataclass(frozen=True, slots=True)
class Nobody:
    """No client can meet the condition; `proved` is False where the budget ran out first."""

    proved: bool


class Search:
    """Searches one rulebook; the cells are worked out once."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.scorer = Scorer(rulebook)
        self._facts = tuple(rulebook.facts.values())
        self._cuts: dict[str, tuple[int, ...]] = {}
        self._sloped = sloped(rulebook)
        self._size_of_all = _comparisons(rulebook)
        self._left = WHOLE_BUDGET
        self._made = rests_on(rulebook)
        self._root: dict[str, Values] = {fact.name: self._all(fact) for fact in self._facts}

    def find(self, condition: Condition, budget: int = BUDGET) -> Witness | Nobody:
        """A client for whom the rulebook applies and `condition` holds, over anything a rule may read."""
        telling = facts_behind(names(condition) | names(self.rulebook.applies_to), self._made)
        found = self._in_boxes(condition, telling, budget)
        if isinstance(found, Witness) or found.proved or self.exhausted:
            return found
        tries = islice(self._all_but_one(telling), MOST_ALL_BUT_ONE)
        return next((Witness(each) for each in tries if self.holds(condition, each)), found)

    def _in_boxes(self, condition: Condition, telling: frozenset[str], budget: int) -> Witness | Nobody:
        draw = Random(1)  # noqa: S311  always the same: a check says the same twice
        waiting = [self._root]
        cost = self._size_of_all + sum(1 for _ in leaves(condition))
        for _ in range(budget):
            if not waiting or self.exhausted:
                break
            self._left -= cost
            facts = waiting.pop()
            found = outcomes(self.rulebook, facts)
            if not (may_hold(self.rulebook.applies_to, found) and may_hold(condition, found)):
                continue
            for client in self._tries(facts, telling, draw):
                if self.holds(condition, client):
                    return Witness(client)
            waiting.extend(self._halves(facts, telling, draw))
        return Nobody(proved=not waiting)

    def proves_nobody(self, condition: Condition) -> bool:
        """Whether it is proved that the condition holds for no client."""
        found = self.find(condition)
        return isinstance(found, Nobody) and found.proved

    @property
    def exhausted(self) -> bool:
        """Whether the rulebook has used up what may be spent on it; nothing is found any more."""
        return self._left <= 0

    def holds(self, condition: Condition, client: Client) -> bool:
        """Whether the rulebook applies to the client and the condition holds for it."""
        decision = self.scorer.decide(client)
        return isinstance(decision, Decision) and condition.holds(decision.env)

    def plainest(self, shows: Callable[[Client], bool], client: Client) -> Client:
        """The client that still `shows` what it does with as few facts as that needs, each a bound near 0."""
        for fact in self._facts:
            rest = {name: value for name, value in client.items() if name != fact.name}
            plainer = [
                rest,
                *({**rest, fact.name: cut} for cut in sorted(self._cuts_of(fact.name), key=abs)[:MOST_PLAIN]),
            ]
            client = next((each for each in plainer if shows(each)), client)
        return client

    def _cuts_of(self, name: str) -> tuple[int, ...]:
        """Worked out when first asked for: many a fact is never cut."""
        if name not in self._cuts:
            self._cuts[name] = cuts(self.rulebook, self.rulebook.facts[name])
        return self._cuts[name]

    def _all(self, fact: Fact) -> Values:
        return frozenset(range(fact.high + 1)) if fact.options or fact.kind == "flag" else (fact.low, fact.high)

    def _tries(self, facts: dict[str, Values], telling: frozenset[str], draw: Random) -> Iterator[Client]:
        """The box's worst client, its best, and one at random."""
        best = {fact.name: self._end(fact, facts[fact.name], best=True) for fact in self._facts}
        yield best
        yield {fact.name: self._end(fact, facts[fact.name], best=False) for fact in self._facts}
        yield best | {name: self._drawn(facts[name], name, draw) for name in sorted(telling)}

    def _all_but_one(self, telling: frozenset[str]) -> Iterator[Client]:
        """The best client of all and the worst, each with one telling fact at every other value that matters.

        What decides whether the rulebook applies is as it is with a client to whom it does.
        """
        asked = facts_behind(names(self.rulebook.applies_to), self._made)
        meant = self._in_boxes(self.rulebook.applies_to, asked, BUDGET)
        fixed = {name: meant.client[name] for name in asked} if isinstance(meant, Witness) else {}
        for best in (True, False):
            ends = {fact.name: self._end(fact, self._root[fact.name], best=best) for fact in self._facts}
            for name in sorted(telling):
                yield from ({**ends, **fixed, name: cut} for cut in self._cuts_of(name))

    def _end(self, fact: Fact, values: Values, *, best: bool) -> int:
        ends = (min(values), max(values)) if isinstance(values, frozenset) else values
        return ends[(fact.better == "lower") != best]

    def _drawn(self, values: Values, name: str, draw: Random) -> int:
        if isinstance(values, frozenset):
            return draw.choice(sorted(values))
        inside = [cut for cut in self._cuts_of(name) if values[0] <= cut <= values[1]]
        return draw.choice(inside) if inside else values[0]

    def _halves(self, facts: dict[str, Values], telling: frozenset[str], draw: Random) -> list[dict[str, Values]]:
        """The box cut in two along the telling fact with the most cells left, in an order drawn at random.

        Where no telling fact has cells left, every client in the box is alike, and there is nothing to cut.
        """
        sizes = {name: self._size(name, values) for name, values in facts.items() if name in telling}
        name = max(sizes, key=lambda each: sizes[each], default="")
        if sizes.get(name, 1) <= 1:
            return []
        halves = [{**facts, name: part} for part in self._cut(name, facts[name])]
        draw.shuffle(halves)
        return halves

    def _size(self, name: str, values: Values) -> int:
        if isinstance(values, frozenset):
            return len(values)
        low, high = values
        inside = sum(low < cut <= high for cut in self._cuts_of(name))
        return inside + 1 if inside or name not in self._sloped or low == high else 2

    def _cut(self, name: str, values: Values) -> tuple[Values, Values]:
        if isinstance(values, frozenset):
            codes = sorted(values)
            return frozenset(codes[: len(codes) // 2]), frozenset(codes[len(codes) // 2 :])
        low, high = values
        inside = [cut for cut in self._cuts_of(name) if low < cut <= high]
        middle = inside[len(inside) // 2] if inside else (low + high + 1) // 2
        return (low, middle - 1), (middle, high)


def _comparisons(rulebook: Rulebook) -> int:
    """How much there is to look at in one box: facts, comparisons, bounds, points."""
    found = len(rulebook.facts) + sum(1 for condition in all_conditions(rulebook) for _ in leaves(condition))
    found += sum(len(each.labels) for each in rulebook.classifications)
    lines = (line for each in (rulebook.scorecard.dimensions if rulebook.scorecard else ()) for line in each.indicators)
    return found + sum(len(line.curve.points) for line in lines)
