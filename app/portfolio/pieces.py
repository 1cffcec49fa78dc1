"""A piece of a run: its clients read, decided, and counted or stored; in one transaction with the run's cursor."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.portfolio.comparing import Side, Would, compared, shaken, side
from app.portfolio.gathering import Piece, gathered
from app.portfolio.job import Job, Stopwatch, shocks_of
from app.portfolio.members import Member
from app.portfolio.settling import Outcome, Terms, settle
from app.portfolio.tallies import Tally, pairs_of, side_of_outcomes
from app.rulebooks.published import Published
from app.standing.held import Standing
from app.standing.reading import Stands, lock_all, standings_of
from app.standing.settled import Settled
from app.standing.storing_many import decided_of, has_moved, results_digest, store_many
from app.trail.change import Change
from app.trail.entry import Entry

_ONLY: Final = ""
"""The name of the scenario where there is but one."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a piece came to: its tally by scenario, who moved or would, and the digest of what was stored up to it."""

    tally: Tally
    moves: Sequence[Would] = ()
    results: str | None = None


async def do_piece(change: Change, job: Job, members: Sequence[Member], watch: Stopwatch) -> Done:
    """Do the next clients of a run."""
    piece = await gathered(change.session, job.judges.registry, job.run.rulebook, members, job.reached, job.tried)
    if job.run.kind == "assess":
        return await _assess(change, job, piece, watch)
    stands = await standings_of(change.session, piece.ids, [job.run.rulebook], job.run.as_of)
    watch.lap("reading")
    standings = {client_id: stand.standing for (client_id, _), stand in stands.items()}
    compare = _stressed if job.run.kind == "stress" else _tried
    tally, moves = await asyncio.to_thread(compare, job, piece, standings)
    watch.lap("scoring")
    return Done(tally, moves)


async def _assess(change: Change, job: Job, piece: Piece, watch: Stopwatch) -> Done:
    """Decide and store under the lock of all clients; facts are of the run's start, so they were read before it."""
    await lock_all(change.session)
    run, name = job.run, job.run.rulebook
    found = await standings_of(change.session, piece.ids, [name], run.as_of)
    stands = {client_id: stand for (client_id, _), stand in found.items()}
    already = await decided_of(change.session, piece.ids, name, run.review) if run.review else frozenset[str]()
    watch.lap("reading")
    terms = Terms(run.as_of, run.review, run.id)
    settled, left_out = await asyncio.to_thread(_settled, job, piece, stands, already, terms)
    results = results_digest(settled, run.results)
    tally = {_ONLY: _tally(settled, left_out)}
    watch.lap("scoring")
    await store_many(change, settled)
    for follow in job.followers:
        await follow(change, job.judges, settled)
    await change.note(_entry(job, piece, settled, left_out, results))
    watch.lap("writing")
    return Done(tally, list(_moves(settled)), results)


def _settled(
    job: Job, piece: Piece, stands: Mapping[str, Stands], already: frozenset[str], terms: Terms
) -> tuple[list[Settled], Counter[str]]:
    """Those decided, by client; and how many were left out, by reason."""
    settled: list[Settled] = []
    left_out = Counter({"not_governed": len(piece.ungoverned)} if piece.ungoverned else {})
    for published, members in piece.governed.items():
        due, others = _due(members, stands, already, terms)
        found: Outcome = settle(job.judges.of(published), due, piece.known, stands, terms)
        settled += found.settled
        left_out += others + found.undecided
    return sorted(settled, key=lambda each: each.client_id), left_out


def _due(
    members: Iterable[Member], stands: Mapping[str, Stands], already: frozenset[str], terms: Terms
) -> tuple[list[Member], Counter[str]]:
    """Those who are to be decided: not of this review already, nor as of a later day."""
    due: list[Member] = []
    others: Counter[str] = Counter()
    for member in members:
        last = stands[member.client_id].assessed_as_of if member.client_id in stands else None
        if member.client_id in already:
            others["decided_already"] += 1
        elif last is not None and last > terms.as_of:
            others["later_assessment"] += 1
        else:
            due.append(member)
    return due, others


def _tally(settled: Sequence[Settled], left_out: Mapping[str, int]) -> Tally:
    return {
        "pairs": pairs_of(_shown(each) for each in settled),
        "moved": sum(map(has_moved, settled)),
        "after": side_of_outcomes([each.verdict.outcome for each in settled], left_out),
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
                yield Would(_ONLY, each.client_id, step.kind, step.before, step.after, list(step.reasons))


def _entry(job: Job, piece: Piece, settled: Sequence[Settled], left_out: Mapping[str, int], results: str) -> Entry:
    """What covers the clients that did not move: how many, from which to which, and the digest over their results."""
    after = {
        "first": piece.ids[0],
        "last": piece.ids[-1],
        "decided": len(settled),
        "moved": sum(map(has_moved, settled)),
        "left_out": dict(left_out),
        "results": results,
        "results_before": job.run.results,
    }
    return Entry("run.advanced", "run", str(job.run.id), job.run.unit, after=after)


def _tried(job: Job, piece: Piece, standings: Mapping[str, Standing | None]) -> tuple[Tally, list[Would]]:
    """What governs against the version that is tried."""
    if job.tried is None:
        raise ValueError("a dry run tries a version")
    before = list(_governed(job, piece, standings))
    after = [side(job.tried.sound.rulebook, job.run.measured_by, piece.ids, piece.known, standings)]
    tally, moves = compared(_ONLY, before, after)
    return {_ONLY: tally}, moves


def _stressed(job: Job, piece: Piece, standings: Mapping[str, Standing | None]) -> tuple[Tally, list[Would]]:
    """The facts as they are against the facts after each scenario's shocks."""
    before = list(_governed(job, piece, standings, job.tried))
    tallies: Tally = {}
    moves: list[Would] = []
    for scenario in job.run.shocks:
        after = [shaken(each.book, each.label, each, shocks_of(each.book, scenario["changes"])) for each in before]
        tallies[scenario["name"]], more = compared(scenario["name"], before, after)
        moves += more
    return tallies, moves


def _governed(
    job: Job, piece: Piece, standings: Mapping[str, Standing | None], instead: Published | None = None
) -> Iterator[Side]:
    """Clients decided by what governs each, or all by the version that is to decide instead."""
    groups: Mapping[Published, Sequence[Member]] = {instead: piece.members} if instead else piece.governed
    for published, members in groups.items():
        ids = [each.client_id for each in members]
        yield side(published.sound.rulebook, job.run.measured_by, ids, piece.known, standings)
