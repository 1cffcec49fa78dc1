"""A piece of a run that changes nothing: what governs against what is tried, or the facts against those after shocks.

Of the facts it needs no more than the values.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.facts import values_of
from app.portfolio.comparing import ONLY, Done, Side, Standings, Would, compared, shaken, side
from app.portfolio.gathering import Piece, Reached
from app.portfolio.job import Job, Stopwatch, shocks_of
from app.portfolio.members import Member
from app.portfolio.tallies import Tally
from app.portfolio.texts import Texts
from app.rulebooks.published import Published
from app.standing.reading import standings_of
from app.trail.change import Change


@dataclass(frozen=True, slots=True)
class _Read:
    """Clients with what is known of them, and where they stand."""

    piece: Piece
    texts: Texts
    standings: Standings


async def try_piece(change: Change, job: Job, piece: Piece, watch: Stopwatch) -> Done:
    """Decide clients twice and compare."""
    names, reached = piece.names(job.tried), job.reached
    columns = await values_of(
        change.session, piece.ids, reached.as_of, reached.known_at, names=names, zone=reached.zone
    )
    stands = await standings_of(change.session, piece.ids, [job.run.rulebook], job.run.as_of)
    watch.lap("reading")
    read = _Read(
        piece, Texts(piece.ids, columns), {client_id: stand.standing for (client_id, _), stand in stands.items()}
    )
    tally, moves = await asyncio.to_thread(_stressed if job.run.kind == "stress" else _tried, job, read)
    watch.lap("scoring")
    return Done(tally, moves)


async def texts_of(session: AsyncSession, piece: Piece, reached: Reached, tried: Published | None) -> Texts:
    """Read the values of the facts that decide."""
    names, zone = piece.names(tried), reached.zone
    columns = await values_of(session, piece.ids, reached.as_of, reached.known_at, names=names, zone=zone)
    return Texts(piece.ids, columns)


def _tried(job: Job, read: _Read) -> tuple[Tally, list[Would]]:
    """What governs against the version that is tried."""
    if job.tried is None:
        raise ValueError("a dry run tries a version")
    before = list(_governed(job, read))
    after = [side(job.tried.sound.rulebook, job.run.measured_by, read.texts, read.standings)]
    tally, moves = compared(ONLY, before, after)
    return {ONLY: tally}, moves


def _stressed(job: Job, read: _Read) -> tuple[Tally, list[Would]]:
    """The facts as they are against the facts after each scenario's shocks."""
    before = list(_governed(job, read, job.tried))
    tallies: Tally = {}
    moves: list[Would] = []
    for scenario in job.run.shocks:
        after = [shaken(each.book, each.label, each, shocks_of(each.book, scenario["changes"])) for each in before]
        tallies[scenario["name"]], more = compared(scenario["name"], before, after)
        moves += more
    return tallies, moves


def _governed(job: Job, read: _Read, instead: Published | None = None) -> Iterator[Side]:
    """Clients decided by what governs each, or all by the version that is to decide instead."""
    groups: Mapping[Published, Sequence[Member]] = {instead: read.piece.members} if instead else read.piece.governed
    for published, members in groups.items():
        texts = read.texts.among([each.client_id for each in members])
        yield side(published.sound.rulebook, job.run.measured_by, texts, read.standings)
