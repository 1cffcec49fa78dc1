"""Decide clients: pick the version, read the facts, decide, present. No database, no state of any client."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import orjson

from app.errors import FieldError, Problem, body_pointer, type_uri
from app.kernel import decision as kernel
from app.kernel.fact import Fact
from app.kernel.nearest import Move, nearest_moves
from app.kernel.quantity import QuantityError
from app.rulebooks.refusals import NothingInForce
from app.rulebooks.registry import Published, Registry
from app.tiering.presentation import Presenter
from app.tiering.reasons import Words
from app.tiering.refusals import FactsRequired, InvalidFacts, NotApplicable, VersionWithoutRulebook
from app.tiering.schemas import DatedValue, ScoreBatch, ScoreItem, ScoreRequest, Standing

MOST_MOVES: Final = 10
MANY: Final = 207


@dataclass(frozen=True, slots=True)
class Given:
    """A client's facts as a rulebook reads them: encoded, with what is stale."""

    facts: dict[str, int]
    stale: list[Words]
    standing: kernel.Standing | None


class Decider:
    """Decides under one published version."""

    def __init__(self, published: Published) -> None:
        self.published = published
        self.scorer = published.scorer
        self.book = published.sound.rulebook
        self.presenter = Presenter(published)

    def read(self, item: ScoreItem, as_of: date, known: frozenset[str] | None = None) -> Given:
        """Encode what was given; raises InvalidFacts naming every fact that cannot be read.

        A fact that this rulebook does not declare is an error, unless it is among those `known` elsewhere.
        """
        errors: list[FieldError] = []
        stale: list[Words] = []
        facts: dict[str, int] = {}
        for name, value in item.facts.items():
            fact = self.book.facts.get(name)
            if fact is not None:
                dated = isinstance(value, DatedValue)
                self._read_fact(fact, value.value if dated else value, facts, errors)
                if dated and _is_stale(fact, value, as_of):
                    stale.append({"fact": name, "as_of": str(value.as_of), "max_age": str(fact.max_age)})
            elif known is None or name not in known:
                errors.append(_unknown(name, self.published.name))
        standing = self._standing(item.standing, errors, strict=known is None)
        if errors:
            raise InvalidFacts(errors)
        return Given(facts, stale, standing)

    @staticmethod
    def _read_fact(fact: Fact, raw: Any, facts: dict[str, int], errors: list[FieldError]) -> None:
        if raw is None:
            return
        try:
            facts[fact.name] = fact.encode(raw)
        except QuantityError as error:
            errors.append(FieldError(pointer=f"/facts/{fact.name}", code="invalid_value", detail=str(error)))

    def decide(self, given: Given, as_of: date, client_id: str | None = None, *, nearest: bool = False) -> Words:
        """Decide and present; raises FactsRequired or NotApplicable."""
        outcome = self.scorer.decide(given.facts, given.standing)
        if isinstance(outcome, kernel.Decision):
            moves = self._moves(given, outcome) if nearest else None
            return self.presenter.decision(outcome, as_of.isoformat(), client_id, given.stale, moves)
        if outcome.missing:
            raise FactsRequired(outcome.missing)
        raise NotApplicable(self.published.name, self.scorer.asked)

    def _moves(self, given: Given, outcome: kernel.Decision) -> list[Move]:
        if outcome.tier is None or self.book.tiers is None or outcome.tier.rank + 1 >= len(self.book.tiers.labels):
            return []
        return nearest_moves(self.scorer, given.facts, given.standing, outcome.tier.rank + 1)[:MOST_MOVES]

    def _standing(self, standing: Standing | None, errors: list[FieldError], *, strict: bool) -> kernel.Standing | None:
        """The standing tier's rank; a rulebook without tiers has no use for one."""
        if standing is None or self.book.tiers is None:
            return None
        labels = self.book.tiers.labels
        if standing.tier in labels:
            return kernel.Standing(labels.index(standing.tier))
        if strict:
            detail = f"is no tier of {self.published.name}: {', '.join(labels)}"
            errors.append(FieldError(pointer="/standing/tier", code="unknown_tier", detail=detail))
        return None


class Deciders:
    """One decider for each published version, made when it is first asked for."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._made: dict[Published, Decider] = {}

    def named(self, name: str, version: int | None, as_of: date) -> Decider:
        """The decider of a pinned version, or of the one in force; raises the registry's refusals."""
        return self._of(self._registry.pinned(name, version) if version else self._registry.in_force(name, as_of))

    def in_force(self, as_of: date) -> list[Decider]:
        """Deciders of every rulebook in force; raises NothingInForce."""
        found = [self._of(each) for each in self._registry.all_in_force(as_of)]
        if not found:
            raise NothingInForce(f"No rulebook governs on {as_of}.")
        return found

    def _of(self, published: Published) -> Decider:
        if published not in self._made:
            self._made[published] = Decider(published)
        return self._made[published]


def score(deciders: Deciders, request: ScoreRequest, today: date) -> Words:
    """Decide a client under the rulebook it names, or under every one in force that applies."""
    as_of = request.as_of or today
    if request.rulebook is not None:
        decider = deciders.named(request.rulebook, request.version, as_of)
        return decider.decide(decider.read(request, as_of), as_of, request.client_id, nearest=request.nearest)
    if request.version is not None:
        raise VersionWithoutRulebook
    return _under_every(deciders.in_force(as_of), request, as_of)


def score_batch(deciders: Deciders, batch: ScoreBatch, today: date) -> bytes:
    """Decide every item; the answer's JSON. An item that cannot be decided holds a problem and nothing else fails."""
    as_of = batch.as_of or today
    decider = deciders.named(batch.rulebook, batch.version, as_of)
    results = [_result(decider, index, item, as_of) for index, item in enumerate(batch.items)]
    return orjson.dumps({"results": results})


def _under_every(deciders: list[Decider], request: ScoreRequest, as_of: date) -> Words:
    known = frozenset(name for decider in deciders for name in decider.book.facts)
    _check_standing(deciders, request.standing)
    decided, undecided = [], []
    for decider, given in _read_by_each(deciders, request, as_of, known):
        try:
            decided.append(decider.decide(given, as_of, request.client_id, nearest=request.nearest))
        except FactsRequired as refusal:
            undecided.append(_not_decided(decider, "facts_required", refusal))
        except NotApplicable as refusal:
            undecided.append(_not_decided(decider, "not_applicable", refusal))
    return {"as_of": as_of.isoformat(), "decisions": decided, "not_decided": undecided}


def _read_by_each(
    deciders: list[Decider], request: ScoreRequest, as_of: date, known: frozenset[str]
) -> Iterator[tuple[Decider, Given]]:
    """What each rulebook reads; raises InvalidFacts with the errors of all of them, each place once."""
    read: list[tuple[Decider, Given]] = []
    errors: dict[str, FieldError] = {}
    for decider in deciders:
        try:
            read.append((decider, decider.read(request, as_of, known)))
        except InvalidFacts as invalid:
            for error in invalid.errors:
                errors.setdefault(error.pointer, error)
    if errors:
        raise InvalidFacts(list(errors.values()))
    yield from read


def _check_standing(deciders: list[Decider], standing: Standing | None) -> None:
    labels = {label for decider in deciders if decider.book.tiers for label in decider.book.tiers.labels}
    if standing is not None and standing.tier not in labels:
        raise InvalidFacts(
            [FieldError(pointer="/standing/tier", code="unknown_tier", detail="is no tier of any rulebook in force")]
        )


def _not_decided(decider: Decider, reason: str, refusal: Problem) -> Words:
    facts = [error.pointer.rpartition("/")[2] for error in refusal.errors]
    return {"rulebook": decider.published.name, "reason": reason, "facts": facts}


def _result(decider: Decider, index: int, item: ScoreItem, as_of: date) -> Mapping[str, Any]:
    result: Words = {"index": index, "client_id": item.client_id, "status": 200, "decision": None, "problem": None}
    try:
        result["decision"] = decider.decide(decider.read(item, as_of), as_of, item.client_id)
    except Problem as refused:
        result["status"] = refused.status
        result["problem"] = {
            "type": type_uri(refused.code),
            "title": refused.title,
            "status": refused.status,
            "detail": refused.detail,
            "errors": [error.model_dump() for error in refused.errors],
        }
    return result


def _is_stale(fact: Fact, value: DatedValue, as_of: date) -> bool:
    return value.as_of is not None and fact.max_age is not None and value.as_of < fact.max_age.before(as_of)


def _unknown(name: str, rulebook: str) -> FieldError:
    return FieldError(pointer=body_pointer(("facts", name)), code="unknown_fact", detail=f"is no fact of {rulebook}")
