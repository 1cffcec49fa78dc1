"""A piece of a run; and of one that assesses all there is to it, in one transaction with the run's cursor.

Its clients are read, decided, moved and stored. What a piece of other runs does is in trying.py.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage.obligations.terms import terms_of
from app.exits.proposing import to_propose
from app.portfolio.comparing import ONLY, Done, Would
from app.portfolio.gathering import Known, Piece, known_of, parted
from app.portfolio.job import Job, Stopwatch
from app.portfolio.members import Member, members_after
from app.portfolio.settling import Outcome, Terms, settle
from app.portfolio.tallies import Tally, pairs_of, side_of_outcomes
from app.standing.judges import Judges
from app.standing.reading import Stands, lock_all, standings_of
from app.standing.settled import Settled
from app.standing.storing_many import decided_of, has_moved, results_digest, store_many
from app.trail.change import Change
from app.trail.entry import Entry


@dataclass(frozen=True, slots=True)
class _Read:
    """What decides clients: what is known of them, where they stand, and whose review is decided already."""

    known: Known
    stands: Mapping[str, Stands]
    already: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Decided:
    """Those decided, by client; how many were left out, by reason; what is owed; the digest of results up to here."""

    settled: Sequence[Settled]
    left_out: Counter[str]
    visits: Counter[str]
    results: str


async def piece_after(session: AsyncSession, job: Job, most: int) -> Piece:
    """Read who comes next in a run, at most so many; nobody at its end."""
    run = job.run
    members = await members_after(session, job.membership, run.cursor, most, run.as_of)
    return parted(job.judges.registry, run.rulebook, members, run.as_of)


async def assess(change: Change, job: Job, piece: Piece, watch: Stopwatch) -> Done:
    """Decide and store under the lock of all clients; facts are of the run's start, so they are read before it."""
    known = await known_of(change.session, piece, job.reached)
    await lock_all(change.session)
    run, name = job.run, job.run.rulebook
    found = await standings_of(change.session, piece.ids, [name], run.as_of)
    stands = {client_id: stand for (client_id, _), stand in found.items()}
    already = await decided_of(change.session, piece.ids, name, run.review) if run.review else frozenset[str]()
    watch.lap("reading")
    decided = await asyncio.to_thread(_decided, job, piece, _Read(known, stands, already))
    watch.lap("scoring")
    await store_many(change, decided.settled)
    leaving = await to_propose(change.session, decided.settled)
    for follow in job.followers:
        await follow(change, job.judges, decided.settled)
    await change.note(_entry(job, piece, decided))
    watch.lap("writing")
    tally = {ONLY: _tally(decided, leaving)}
    return Done(tally, list(_moves(decided.settled)), decided.results)


def _decided(job: Job, piece: Piece, read: _Read) -> _Decided:
    """Decide every client of a piece; heavy, for a thread."""
    settled, left_out = _settled(job, piece, read)
    return _Decided(settled, left_out, _owed(job.judges, settled), results_digest(settled, job.run.results))


def _settled(job: Job, piece: Piece, read: _Read) -> tuple[list[Settled], Counter[str]]:
    """Those decided, by client; and how many were left out, by reason."""
    terms = Terms(job.run.as_of, job.run.review, job.run.id)
    settled: list[Settled] = []
    left_out = Counter({"not_governed": len(piece.ungoverned)} if piece.ungoverned else {})
    for published, members in piece.governed.items():
        due, others = _due(members, read, terms)
        found: Outcome = settle(job.judges.of(published), due, read.known, read.stands, terms)
        settled += found.settled
        left_out += others + found.undecided
    return sorted(settled, key=lambda each: each.client_id), left_out


def _due(members: Iterable[Member], read: _Read, terms: Terms) -> tuple[list[Member], Counter[str]]:
    """Those who are to be decided: not of this review already, nor as of a later day."""
    due: list[Member] = []
    others: Counter[str] = Counter()
    for member in members:
        last = read.stands[member.client_id].assessed_as_of if member.client_id in read.stands else None
        if member.client_id in read.already:
            others["decided_already"] += 1
        elif last is not None and last > terms.as_of:
            others["later_assessment"] += 1
        else:
            due.append(member)
    return due, others


def _owed(judges: Judges, settled: Iterable[Settled]) -> Counter[str]:
    """Required visits by role and period: those of the tier that each holds after its movement."""
    visits: Counter[str] = Counter()
    for each in settled:
        rules = terms_of(judges.of(each.published), each.grounds, each.verdict).rules
        visits.update({f"{rule.role} per {rule.per}": rule.at_least for rule in rules})
    return visits


def _tally(decided: _Decided, leaving: Iterable[Settled]) -> Tally:
    outcomes = [each.verdict.outcome for each in decided.settled]
    exits = Counter(reason for each in leaving for reason in each.verdict.outcome["exits"])
    return {
        "pairs": pairs_of(_shown(each) for each in decided.settled),
        "moved": sum(map(has_moved, decided.settled)),
        "after": side_of_outcomes(outcomes, decided.left_out, visits=decided.visits, exits=exits),
    }


def _shown(settled: Settled) -> tuple[str | None, str | None]:
    """The tier that showed before, and the one that shows after."""
    before, after = settled.grounds.standing, settled.verdict.standing
    return (before.effective if before else None), (after.effective if after else None)


def _moves(settled: Iterable[Settled]) -> Iterator[Would]:
    """Every step of those who moved."""
    for each in settled:
        if has_moved(each):
            for step in each.verdict.steps:
                yield Would(ONLY, each.client_id, step.kind, step.before, step.after, list(step.reasons))


def _entry(job: Job, piece: Piece, decided: _Decided) -> Entry:
    """What covers the clients that did not move: how many, from which to which, and the digest over their results."""
    after = {
        "first": piece.ids[0],
        "last": piece.ids[-1],
        "decided": len(decided.settled),
        "moved": sum(map(has_moved, decided.settled)),
        "left_out": dict(decided.left_out),
        "results": decided.results,
        "results_before": job.run.results,
    }
    return Entry("run.advanced", "run", str(job.run.id), job.run.unit, after=after)
