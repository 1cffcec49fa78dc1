"""What the standard says of a client: the system's preliminary screening (A4), and the same again after the experts.

Nothing moves by it and no assessment is stored. Scores that experts are still to give count in the screening as the
best that they can be, whatever experts found of the client before: it then passes for the time being, and leaves it to
them. Any other fact that is missing, and counts as its worst, fails it, however much the client earns without.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.clients.facts import KnownFact
from app.kernel.decision import Decision
from app.kernel.fact import Fact
from app.kernel.quantity import SCORE, render
from app.kernel.rulebook import Rulebook
from app.kernel.tier import Bound, Tiers, tiers_above
from app.recognition.stored import tiers_of
from app.standing.grounds import Grounds
from app.standing.verdict import Judge, Verdict

ASSUMED_BY = "screening"
"""Recorder and source of values that stand in for those of the experts."""


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that keeps a client from a tier: a code, what it is about, and for a bound its value and the least."""

    code: str
    name: str | None = None
    value: str | None = None
    least: str | None = None

    @property
    def reason(self) -> str:
        """It as one word, as a refused case keeps it."""
        return f"{self.code}:{self.name}" if self.name else self.code

    def as_json(self) -> dict[str, Any]:
        """What is stored with the nomination."""
        return {"code": self.code, "name": self.name, "value": self.value, "least": self.least}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the standard says: the rank that is judged, what lacks, and which scores were assumed.

    `outcome` is the decision's canonical record, None where there is no decision.
    """

    tier: int
    lacks: tuple[Lack, ...]
    assumed: Mapping[str, str]
    outcome: Mapping[str, Any] | None
    grounds: Grounds

    @property
    def passed(self) -> bool:
        """Whether the client earns the tier, and nothing stands against it."""
        return not self.lacks

    @property
    def reasons(self) -> tuple[str, ...]:
        """What lacks, in words that the case keeps."""
        return tuple(each.reason for each in self.lacks)

    def as_json(self, tiers: Tiers) -> dict[str, Any]:
        """What is stored with the nomination: all that is needed to judge again."""
        standing = self.grounds.standing
        return {
            "as_of": self.grounds.as_of.isoformat(),
            "tier": tiers.labels[self.tier],
            "passed": self.passed,
            "assumed": dict(self.assumed),
            "lacks": [each.as_json() for each in self.lacks],
            "facts": self.grounds.facts_json(),
            "standing": standing.as_json() if standing else None,
            "outcome": dict(self.outcome) if self.outcome is not None else None,
        }


def judged(judge: Judge, left_open: Sequence[str], told: Grounds, asked: int | None, now: datetime) -> Judgement:
    """Judge a client by what is known of it; `asked` is the rank that is wanted, None for what the client earns.

    `left_open` are the facts that experts are still to give: what was recorded of them before is no ground. Where
    nothing above the lowest tier is earned, the judgement is of that.
    """
    tiers = tiers_of(judge.book)
    grounds = replace(told, facts={name: known for name, known in told.facts.items() if name not in left_open})
    assumed = {name: judge.book.facts[name].render(_best(judge.book.facts[name])) for name in left_open}
    known = {name: KnownFact(text, grounds.as_of, ASSUMED_BY, now, ASSUMED_BY) for name, text in assumed.items()}
    verdict = judge.decide(replace(grounds, facts={**grounds.facts, **known}))
    if not isinstance(verdict, Verdict) or verdict.decision is None:
        missing = () if isinstance(verdict, Verdict) else verdict.missing
        lacks = tuple(Lack("facts_missing", name) for name in missing) or (Lack("not_applicable"),)
        return Judgement(tiers.otherwise if asked is None else asked, lacks, assumed, None, grounds)
    tier = _earned(verdict.decision, tiers) if asked is None else asked
    lacks = tuple(_lacks(judge.book, tiers, verdict.decision, tier))
    return Judgement(tier, lacks, assumed, verdict.outcome, grounds)


def _best(fact: Fact) -> int:
    """The end of the range that favours the client; of a fact that has none, what an absent value counts as."""
    if fact.better == "neither":
        return fact.fallback
    return fact.low if fact.better == "lower" else fact.high


def _earned(decision: Decision, tiers: Tiers) -> int:
    """The rank that the client earns before ceilings."""
    return decision.tier.earned if decision.tier else tiers.otherwise


def _lacks(book: Rulebook, tiers: Tiers, decision: Decision, tier: int) -> Iterator[Lack]:
    if not decision.complete:
        doubtful = (each.name for each in decision.missing if book.facts[each.name].missing == "worst")
        yield from (Lack("facts_missing", name) for name in doubtful)
    yield from (Lack("exit_trigger", each.reason) for each in decision.exits)
    if decision.tier is None or tier <= tiers.otherwise:
        yield Lack("no_tier_earned")
        return
    for above in tiers_above(tiers, decision.env, decision.tier):
        if above.rank == tier:
            yield from (_short(each, decision.env) for each in above.short)
            yield from [Lack("condition_unmet")] if above.unmet else []
            yield from (Lack("held_by_ceiling", each.reason) for each in above.ceilings)


def _short(bound: Bound, env: Mapping[str, int]) -> Lack:
    return Lack("below_bound", bound.measure, render(env[bound.measure], SCORE), render(bound.least, SCORE))
