"""A case as it is stored: tiers by their labels and scores as texts, for ranks and codes are a version's own."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.kernel.recognition import Case, Opinion, Recusal, Vote
from app.kernel.rulebook import Rulebook
from app.kernel.tier import Tiers


def tiers_of(book: Rulebook) -> Tiers:
    """The tiers of a rulebook under which clients are recognised; raises ValueError where it has none."""
    if book.tiers is None:
        raise ValueError(f"{book.name} has no tiers to recognise clients in")
    return book.tiers


def awaited(case: Case) -> list[str]:
    """The members whose vote is waited for."""
    return sorted(case.voting.difference(each.member for each in case.votes)) if case.state == "vote" else []


def columns_of(case: Case, book: Rulebook) -> dict[str, Any]:
    """A case, and what the columns of its row repeat of it."""
    stored = case_json(case, book)
    repeated = {"tier": stored["tier"], "state": case.state, "due": case.due, "awaiting": awaited(case)}
    return {"case": stored, **repeated}


def case_json(case: Case, book: Rulebook) -> dict[str, Any]:
    """What is stored of a case."""
    return {
        "level": case.level,
        "tier": tiers_of(book).labels[case.tier],
        "nominators": sorted(case.nominators),
        "nominated_on": case.nominated_on.isoformat(),
        "state": case.state,
        "since": case.since.isoformat(),
        "due": _text(case.due),
        "opinions": [_opinion_json(each, book) for each in case.opinions],
        "committee": sorted(case.committee),
        "votes": [
            {"member": each.member, "choice": each.choice, "reason": each.reason, "day": each.day.isoformat()}
            for each in case.votes
        ],
        "recusals": [{"member": each.member, "reason": each.reason} for each in case.recusals],
        "reasons": list(case.reasons),
        "recognised_on": _text(case.recognised_on),
    }


def case_of(stored: Mapping[str, Any], book: Rulebook) -> Case:
    """Read what `case_json` wrote; `book` is the version that the client was nominated under."""
    return Case(
        level=stored["level"],
        tier=tiers_of(book).labels.index(stored["tier"]),
        nominators=frozenset(stored["nominators"]),
        nominated_on=date.fromisoformat(stored["nominated_on"]),
        state=stored["state"],
        since=date.fromisoformat(stored["since"]),
        due=_day(stored["due"]),
        opinions=tuple(_opinion(each, book) for each in stored["opinions"]),
        committee=frozenset(stored["committee"]),
        votes=tuple(Vote(**{**each, "day": date.fromisoformat(each["day"])}) for each in stored["votes"]),
        recusals=tuple(Recusal(**each) for each in stored["recusals"]),
        reasons=tuple(stored["reasons"]),
        recognised_on=_day(stored["recognised_on"]),
    )


def _opinion_json(opinion: Opinion, book: Rulebook) -> dict[str, Any]:
    scores = {name: book.facts[name].render(value) for name, value in opinion.scores.items()}
    return {"expert": opinion.expert, "scores": scores, "day": opinion.day.isoformat(), "remark": opinion.remark}


def _opinion(stored: Mapping[str, Any], book: Rulebook) -> Opinion:
    scores = {name: book.facts[name].encode(text) for name, text in stored["scores"].items()}
    return Opinion(stored["expert"], scores, date.fromisoformat(stored["day"]), stored["remark"])


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(stored: str | None) -> date | None:
    return date.fromisoformat(stored) if stored else None
