"""Which obligations bind a client after a decision: by its classes and by the tier that it holds (domain.md D2, A8)."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import orjson

from app.kernel.condition import names
from app.kernel.decision import Decision
from app.kernel.obligation import ObligationRule, owed
from app.kernel.rulebook import Rulebook
from app.standing.grounds import Grounds
from app.standing.verdict import Judge, Verdict

_SPACE: Final = uuid.UUID("5f6c1c58-6f0f-4b0e-9a3e-6d2d4b1f7a10")


@dataclass(frozen=True)
class Terms:
    """What a version owes clients of one kind; `rules` at most one for each role and period."""

    rulebook: str
    version: int
    digest: str
    classes: Mapping[str, str]
    tier: str | None
    grace_days: int
    rules: tuple[ObligationRule, ...]
    lead_only: bool = False

    @cached_property
    def id(self) -> uuid.UUID:
        """The same for the same content."""
        return uuid.uuid5(_SPACE, orjson.dumps([self.row, self.rule_rows], option=orjson.OPT_SORT_KEYS).decode())

    @property
    def row(self) -> dict[str, Any]:
        """The row of `obligation_terms`, without its id."""
        return {
            "rulebook": self.rulebook,
            "version": self.version,
            "digest": self.digest,
            "classes": dict(self.classes),
            "tier": self.tier,
            "grace_days": self.grace_days,
        }

    @property
    def rule_rows(self) -> list[dict[str, Any]]:
        """The rows of `obligation_rule`, without their id."""
        return [
            {
                "role": each.role,
                "per": each.per,
                "at_least": each.at_least,
                "counts": list(each.counts),
                "each_holder": each.satisfied_by == "each",
                "lead_only": self.lead_only,
            }
            for each in self.rules
        ]


def terms_of(judge: Judge, grounds: Grounds, verdict: Verdict) -> Terms:
    """The obligations of a decided client; they follow the tier that it holds, not the one it was found to earn."""
    return terms_in(judge, grounds, verdict, verdict.standing.effective if verdict.standing else None)


def terms_in(judge: Judge, grounds: Grounds, verdict: Verdict, tier: str | None) -> Terms:
    """The obligations of a client of these classes that is in a tier, whatever the verdict says of its movement."""
    return _terms(judge, tier, verdict.outcome["classes"], _bound(judge, grounds, verdict, tier))


def nothing_owed(judge: Judge, tier: str | None) -> Terms:
    """The terms of a client whom the version does not decide."""
    return _terms(judge, tier, {}, ())


def _terms(judge: Judge, tier: str | None, classes: Mapping[str, str], rules: Iterable[ObligationRule]) -> Terms:
    published, coverage = judge.published, judge.book.coverage
    return Terms(
        rulebook=published.name,
        version=published.number,
        digest=published.sound.digest,
        classes=classes,
        tier=tier,
        grace_days=coverage.grace.days if coverage and coverage.grace else 0,
        rules=tuple(rules),
        lead_only=coverage.lead_only if coverage else False,
    )


def _bound(judge: Judge, grounds: Grounds, verdict: Verdict, tier: str | None) -> Iterable[ObligationRule]:
    book = judge.book
    if tier == verdict.outcome["tier"] or not _read_tier(book):
        told = _told(book, verdict.outcome["obligations"])
        if told is not None:
            return told
    env = dict(_decision(judge, grounds, verdict).env)
    if book.tiers is not None and tier in book.tiers.labels:
        env["tier"] = book.tiers.labels.index(tier)
    return owed(book.obligations, env)


def _decision(judge: Judge, grounds: Grounds, verdict: Verdict) -> Decision:
    """The decision with all that its rules read, which a run of many does not keep."""
    again = verdict if verdict.decision else judge.decide(grounds)
    if not isinstance(again, Verdict) or again.decision is None:
        raise TypeError("one by one is not decided what the columns decided")
    return again.decision


def _read_tier(book: Rulebook) -> bool:
    return any("tier" in names(each.when) for each in book.obligations)


def _told(book: Rulebook, numbers: Mapping[str, int]) -> list[ObligationRule] | None:
    """The rules that the outcome's numbers stand for; None where two rules of one number count otherwise."""
    found = []
    for name, at_least in numbers.items():
        same = [each for each in book.obligations if (f"{each.role} per {each.per}", each.at_least) == (name, at_least)]
        if len({(each.counts, each.satisfied_by) for each in same}) != 1:
            return None
        found.append(same[0])
    return found
