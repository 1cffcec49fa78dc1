"""What decides under one published version: read the facts, decide, present."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.errors import FieldError, body_pointer
from app.kernel import decision as kernel
from app.kernel.fact import Fact
from app.kernel.nearest import Moves, nearest_moves
from app.kernel.quantity import QuantityError
from app.rulebooks.published import Published
from app.rulebooks.refusals import NothingInForce, RulebookUnreadable
from app.rulebooks.registry import Registry
from app.tiering.presentation import Presenter
from app.tiering.reasons import Words
from app.tiering.refusals import FactsRequired, InvalidFacts, NotApplicable
from app.tiering.schemas import DatedValue, ScoreItem, Standing


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
                if dated:
                    self._date(fact, value, as_of, stale, errors)
            elif known is None or name not in known:
                errors.append(_unknown(name, self.published.name if known is None else "any rulebook in force"))
        standing = self._standing(item.standing, errors, strict=known is None)
        if errors:
            raise InvalidFacts(errors)
        return Given(facts, stale, standing)

    @staticmethod
    def _date(fact: Fact, value: DatedValue, as_of: date, stale: list[Words], errors: list[FieldError]) -> None:
        """Refuse a value of a day to come, and point at one that is too old."""
        if value.as_of is None:
            return
        if value.as_of > as_of:
            detail = f"is of {value.as_of}, after the day of the decision, {as_of}"
            errors.append(FieldError(pointer=f"/facts/{fact.name}/as_of", code="after_decision", detail=detail))
        elif fact.is_stale(value.as_of, as_of):
            age = {"as_of": str(value.as_of), "max_age": str(fact.max_age), "source": value.source}
            stale.append({"fact": fact.name, **age})

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

    def _moves(self, given: Given, outcome: kernel.Decision) -> Moves | None:
        if outcome.tier is None or self.book.tiers is None or outcome.tier.rank + 1 >= len(self.book.tiers.labels):
            return None
        return nearest_moves(self.scorer, given.facts, given.standing, outcome.tier.rank + 1)

    def _standing(self, standing: Standing | None, errors: list[FieldError], *, strict: bool) -> kernel.Standing | None:
        """The standing tier's rank; where not `strict`, a rulebook without such a tier has no use for it."""
        if standing is None:
            return None
        labels = self.book.tiers.labels if self.book.tiers else ()
        if standing.tier in labels:
            return kernel.Standing(labels.index(standing.tier))
        if strict:
            detail = f"is no tier of {self.published.name}, which has {', '.join(labels) or 'none'}"
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
        """Deciders of every rulebook in force that can be read; raises NothingInForce, or RulebookUnreadable."""
        found = [self._of(each) for each in self._registry.all_in_force(as_of)]
        if not found and (unreadable := self.unreadable(as_of)):
            raise RulebookUnreadable(f"This build cannot read {', '.join(unreadable)}.")
        if not found:
            raise NothingInForce(f"No rulebook governs on {as_of}.")
        return found

    def unreadable(self, as_of: date) -> list[str]:
        """Rulebooks in force that this build cannot read."""
        return self._registry.unreadable_in_force(as_of)

    def _of(self, published: Published) -> Decider:
        if published not in self._made:
            self._made[published] = Decider(published)
        return self._made[published]


def _unknown(name: str, rulebook: str) -> FieldError:
    return FieldError(pointer=body_pointer(("facts", name)), code="unknown_fact", detail=f"is no fact of {rulebook}")
