"""What is sound and may still surprise: told as notes, never refused."""

from collections.abc import Iterator
from itertools import product

from app.kernel.condition import AllOf, AtLeastOf, Not, OneOf, names
from app.kernel.cuts import cuts
from app.kernel.decision import Decision
from app.kernel.fact import Fact
from app.kernel.quantity import SCORE, render
from app.kernel.rulebook import Rulebook
from app.kernel.scorecard import Dimension, Scorecard
from app.rulebooks.proof.search import Client, Search, Witness

MOST_TOLD = 6
"""Facts of a client that a note names."""
MOST_TRIED = 4_000
"""Pairs of clients decided in search of scores that fall; a shipped rulebook needs some hundreds."""


def surprises(rulebook: Rulebook, search: Search) -> Iterator[str]:
    """Notes on the rulebook, each with a client that shows it."""
    yield from _owed_nothing(rulebook, search)
    if rulebook.scorecard and rulebook.scorecard.profiles:
        yield from _growing_scores_less(rulebook, rulebook.scorecard, search)


def described(rulebook: Rulebook, client: Client, first: frozenset[str] = frozenset()) -> str:
    """The few facts of a client that tell it from one of whom nothing is known, those among `first` before others."""
    told = [name for name, value in client.items() if value != rulebook.facts[name].fallback]
    told = sorted(told, key=lambda name: name not in first)
    facts = [f"{name} {rulebook.facts[name].render(client[name])}" for name in told[:MOST_TOLD]]
    return ", ".join(facts + ["…"] * (len(told) > MOST_TOLD)) or "one of whom nothing is known"


def _owed_nothing(rulebook: Rulebook, search: Search) -> Iterator[str]:
    anything = AtLeastOf(1, tuple(rule.when for rule in rulebook.obligations))
    read = frozenset(name for rule in rulebook.obligations for name in names(rule.when))
    labels = {each.name: each.labels for each in rulebook.classifications if each.name in read}
    if rulebook.tiers and "tier" in read:
        labels["tier"] = rulebook.tiers.labels
    for name, ranks in labels.items():
        for rank, label in enumerate(ranks):
            condition = AllOf((OneOf(name, frozenset((rank,))), Not(anything)))
            found = search.find(condition)
            if isinstance(found, Witness):
                client = described(rulebook, search.plainest(condition, found.client), read)
                yield f"{name} {label}: a client may owe no visit, for example {client}"


def _growing_scores_less(rulebook: Rulebook, card: Scorecard, search: Search) -> Iterator[str]:
    """For each fact, whether growing across one of its bounds can change the weights and lower the score."""
    left = iter(range(MOST_TRIED))
    for fact in rulebook.facts.values():
        if fact.options or fact.kind == "flag" or fact.better == "neither":
            continue
        pairs = product(cuts(rulebook, fact)[1:], _contrasts(rulebook, card))
        drops = (_drop(search, fact, cut, client) for (cut, client), _ in zip(pairs, left, strict=False))
        lost, client = max(drops, key=lambda drop: drop[0], default=(0, {}))
        if lost > 0:
            grown = fact.render(client[fact.name])
            yield (
                f"weights: a client whose {fact.name} improves to {grown} can lose {render(lost, SCORE)} points "
                f"because other weights apply, for example {described(rulebook, client, frozenset({fact.name}))}"
            )


def _drop(search: Search, fact: Fact, cut: int, client: Client) -> tuple[int, Client]:
    """What the client loses when the fact improves across `cut`, where the weight profile changes."""
    worse, better = (cut, cut - 1) if fact.better == "lower" else (cut - 1, cut)
    grown = {**client, fact.name: better}
    before, after = search.scorer.decide({**client, fact.name: worse}), search.scorer.decide(grown)
    if not (isinstance(before, Decision) and isinstance(after, Decision) and before.score and after.score):
        return 0, grown
    changed = before.score.profile != after.score.profile
    return (before.score.total - after.score.total if changed else 0), grown


def _contrasts(rulebook: Rulebook, card: Scorecard) -> Iterator[Client]:
    """Clients that a change of weights hurts most: strong where one profile weighs more, weak elsewhere."""
    own = tuple(each.weight for each in card.dimensions)
    every = (own, *(profile.weights for profile in card.profiles))
    for heavy, light in product(every, every):
        if heavy != light:
            client = {fact.name: _end(fact, best=False) for fact in rulebook.facts.values()}
            for dimension, more, less in zip(card.dimensions, heavy, light, strict=True):
                client.update(_strong(rulebook, dimension) if more > less else {})
            yield client


def _strong(rulebook: Rulebook, dimension: Dimension) -> Client:
    return {each.fact: _end(rulebook.facts[each.fact], best=True) for each in dimension.indicators}


def _end(fact: Fact, *, best: bool) -> int:
    return fact.high if (fact.better == "lower") != best else fact.low
