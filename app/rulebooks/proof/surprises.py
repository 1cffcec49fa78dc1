"""What is sound and may still surprise: told as notes, never refused."""

from collections.abc import Iterator
from functools import partial
from itertools import product

from app.kernel.condition import AllOf, AtLeastOf, Not, OneOf, names
from app.kernel.cuts import cuts
from app.kernel.decision import Decision
from app.kernel.fact import Fact
from app.kernel.quantity import SCORE, render
from app.kernel.rulebook import Rulebook
from app.kernel.scorecard import Dimension, Scorecard
from app.kernel.tier import Tiers
from app.rulebooks.compile.amounts import fact_in_staff_words
from app.rulebooks.proof.search import Client, Search, Witness
from app.rulebooks.proof.unknowns import scored, unknowns

MOST_TOLD = 6
"""Facts of a client that a note names."""
MOST_TRIED = 4_000
"""Pairs of clients decided in search of scores that fall; a shipped rulebook needs some hundreds."""


def surprises(rulebook: Rulebook, search: Search) -> Iterator[str]:
    """Notes on the rulebook, each with a client that shows it."""
    yield from unknowns(rulebook)
    yield from _stays_for_ever(rulebook.tiers) if rulebook.tiers else ()
    yield from _no_moves(rulebook)
    yield from _recognised_for_nothing(rulebook)
    yield from _left_by_decision_alone(rulebook)
    yield from _owed_already(rulebook, search)
    yield from _owed_nothing(rulebook, search)
    if rulebook.scorecard and rulebook.scorecard.profiles:
        yield from _growing_scores_less(rulebook, rulebook.scorecard, search)


def described(rulebook: Rulebook, client: Client, first: frozenset[str] = frozenset()) -> str:
    """What is known of a client, as far as it matters: the facts among `first` before others."""
    told = sorted(client, key=lambda name: name not in first)
    facts = [f"{name} {fact_in_staff_words(rulebook.facts[name], client[name])}" for name in told[:MOST_TOLD]]
    return ", ".join(facts + ["…"] * (len(told) > MOST_TOLD)) or "one of whom nothing is known"


def _no_moves(rulebook: Rulebook) -> Iterator[str]:
    if rulebook.tiers and not any(fact.actionable for fact in rulebook.facts.values()):
        yield "tiers: no fact is actionable, so that nearest moves to a higher tier are never found"


def _recognised_for_nothing(rulebook: Rulebook) -> Iterator[str]:
    movement = rulebook.tiers.movement if rulebook.tiers else None
    if rulebook.recognition and not (movement and movement.needs_recognition):
        yield "recognition: no promotion needs it, so that clients also rise without it"


def _left_by_decision_alone(rulebook: Rulebook) -> Iterator[str]:
    if rulebook.exit_steps and not rulebook.exits:
        yield "exit_process: no rule proposes an exit, so that it begins only by a decision of the committee"


def _stays_for_ever(tiers: Tiers) -> Iterator[str]:
    for rule in tiers.rules:
        if not rule.stay and rule.when is None:
            yield f"tiers: {tiers.labels[rule.rank]} asks nothing to stay: whoever is in never leaves"


def _owed_already(rulebook: Rulebook, search: Search) -> Iterator[str]:
    """Obligations that ask nothing of any client that another does not ask: of several the largest holds."""
    for at, rule in enumerate(rulebook.obligations):
        for before, other in enumerate(rulebook.obligations):
            more = (other.at_least, -before) > (rule.at_least, -at)
            alike = (rule.role, rule.per) == (other.role, other.per)
            if alike and more and search.proves_nobody(AllOf((rule.when, Not(other.when)))):
                yield (
                    f"coverage: obligation {at + 1} ({rule.role}, {rule.at_least} per {rule.per}) never adds anything: "
                    f"obligation {before + 1} asks {other.at_least} of the same clients"
                )
                break


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
                client = search.plainest(partial(search.holds, condition), found.client)
                yield f"{name} {label}: a client may owe no visit, for example {described(rulebook, client, read)}"


def _growing_scores_less(rulebook: Rulebook, card: Scorecard, search: Search) -> Iterator[str]:
    """For each fact, whether growing across one of its bounds can change the weights and lower the score."""
    left = iter(range(MOST_TRIED))
    for fact in rulebook.facts.values():
        if fact.options or fact.kind == "flag" or fact.better == "neither":
            continue
        pairs = product(cuts(rulebook, fact)[1:], _contrasts(rulebook, card))
        drops = ((_drop(search, fact, cut, client), cut, client) for (cut, client), _ in zip(pairs, left, strict=False))
        lost, cut, client = max(drops, key=lambda drop: drop[0], default=(0, 0, {}))
        if lost > 0:
            hurt = search.plainest(partial(_loses, search, fact, cut, lost), client)
            grown = _sides(fact, cut)[1]
            example = described(rulebook, {**hurt, fact.name: grown}, frozenset({fact.name}))
            yield (
                f"weights: a client whose {fact.name} improves to {fact_in_staff_words(fact, grown)} can lose "
                f"{render(lost, SCORE)} points because other weights apply, for example {example}"
            )


def _loses(search: Search, fact: Fact, cut: int, lost: int, client: Client) -> bool:
    return _drop(search, fact, cut, client) >= lost


def _drop(search: Search, fact: Fact, cut: int, client: Client) -> int:
    """What the client loses when the fact improves across `cut`, where the weight profile changes."""
    before, after = (search.scorer.decide({**client, fact.name: value}) for value in _sides(fact, cut))
    if not (isinstance(before, Decision) and isinstance(after, Decision) and before.score and after.score):
        return 0
    return before.score.total - after.score.total if before.score.profile != after.score.profile else 0


def _sides(fact: Fact, cut: int) -> tuple[int, int]:
    """The values on the worse and on the better side of a cut."""
    return (cut, cut - 1) if fact.better == "lower" else (cut - 1, cut)


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
    return {fact.name: _end(fact, best=True) for fact, _ in scored(rulebook, dimension)}


def _end(fact: Fact, *, best: bool) -> int:
    return fact.high if (fact.better == "lower") != best else fact.low
