"""Clients decided by columns and moved: the same verdicts that `Judge.decide` gives one by one.

Of most clients the row says all; only those that change their tier, or hold another than they earn where a tier is
owed visits, are decided and moved one by one.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from app.kernel.outcome import Outcomes
from app.portfolio.frames import decided, encoded
from app.portfolio.gathering import Known
from app.portfolio.members import Member
from app.portfolio.texts import Texts
from app.standing.grounds import Grounds, declared
from app.standing.reading import Stands
from app.standing.settled import Settled
from app.standing.verdict import Judge, Verdict

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Terms:
    """As of which day, for which review, in which run."""

    as_of: date
    review: str | None
    run_id: UUID


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of clients: those decided in their order, and how many were not, by reason."""

    settled: list[Settled]
    undecided: Counter[str]


def settle(
    judge: Judge, members: Sequence[Member], known: Known, stands: Mapping[str, Stands], terms: Terms
) -> Outcome:
    """Decide and move clients whom one version governs; pure, and heavy: for a thread."""
    book = judge.book
    clients = [each.client_id for each in members]
    standings = {client: stands[client].standing if client in stands else None for client in clients}
    told = encoded(book, Texts.of_known(clients, known, book.facts), standings)
    outcomes = Outcomes(book)
    wanted = ["decided", "applies", *outcomes.columns, *(("held_at",) if book.tiers else ())]
    rows = decided(book, told.frame).select(wanted).iter_rows(named=True)
    found = Outcome([], Counter())
    for member, row in zip(members, rows, strict=True):
        if not row["decided"]:
            found.undecided["facts_required" if row["applies"] else "not_applicable"] += 1
            continue
        stand = stands.get(member.client_id, Stands())
        facts = declared(book, known[member.client_id])
        grounds = Grounds(terms.as_of, facts, stand.standing, terms.review is not None, stand.override)
        unreadable = tuple(told.unreadable.get(member.client_id, ()))
        verdict = judge.moved_by_row(grounds, row, outcomes.of_row(row), unreadable)
        if verdict is None or _is_owed_otherwise(judge, verdict):
            verdict = _moved(judge, grounds)
        found.settled.append(
            Settled(
                uuid4(), member.client_id, member.unit, judge.published, grounds, verdict, terms.review, terms.run_id
            )
        )
    return found


def _is_owed_otherwise(judge: Judge, verdict: Verdict) -> bool:
    """Whether what is owed is of another tier than the row says: whoever works it out reads the whole decision."""
    held = verdict.standing.effective if verdict.standing else None
    return judge.book.coverage is not None and held != verdict.outcome["tier"]


def _moved(judge: Judge, grounds: Grounds) -> Verdict:
    verdict = judge.decide(grounds)
    if not isinstance(verdict, Verdict):
        raise TypeError("the columns decide a client that one by one is not decided")
    return verdict
