"""A piece of a run that changes nothing: what governs against what is tried, or the facts against those after shocks.

Of the facts it needs no more than the values. Nobody waits for the clients meanwhile: they are read in one transaction
and decided outside any, however long that takes.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.facts import values_of
from app.portfolio.comparing import ONLY, Done, Side, Standings, Would, compared, shaken, side
from app.portfolio.gathering import Piece, Reached
from app.portfolio.job import Job, shocks_of
from app.portfolio.members import Member
from app.portfolio.tallies import Tally
from app.portfolio.texts import Texts
from app.rulebooks.published import Published
from app.standing.reading import standings_of


@dataclass(frozen=True, slots=True)
class Read:
    """Clients with what is known of them, and where they stand."""

    piece: Piece
    texts: Texts
    standings: Standings


async def read_of(session: AsyncSession, job: Job, piece: Piece) -> Read:
    """Read what decides clients."""
    texts = await texts_of(session, piece, job.reached, job.tried)
    stands = await standings_of(session, piece.ids, [job.run.rulebook], job.run.as_of)
    return Read(piece, texts, {client_id: stand.standing for (client_id, _), stand in stands.items()})


async def tried(job: Job, read: Read) -> Done:
    """Decide clients twice and compare, beside the event loop."""
    tally, moves = await asyncio.to_thread(_stressed if job.run.kind == "stress" else _tried, job, read)
    return Done(tally, moves)


async def texts_of(session: AsyncSession, piece: Piece, reached: Reached, tried: Published | None) -> Texts:
    """Read the values of the facts that decide."""
    names, zone = piece.names(tried), reached.zone
    columns = await values_of(session, piece.ids, reached.as_of, reached.known_at, names=names, zone=zone)
    return Texts(piece.ids, columns)


def _tried(job: Job, read: Read) -> tuple[Tally, list[Would]]:
    """What governs against the version that is tried."""
    if job.tried is None:
        raise ValueError("a dry run tries a version")
    before = list(_governed(job, read))
    after = [side(job.tried.sound.rulebook, job.run.measured_by, read.texts, read.standings)]
    tally, moves = compared(ONLY, before, after)
    return {ONLY: tally}, moves


def _stressed(job: Job, read: Read) -> tuple[Tally, list[Would]]:
    """The facts as they are against the facts after each scenario's shocks."""
    before = list(_governed(job, read, job.tried))
    tallies: Tally = {}
    moves: list[Would] = []
    for scenario in job.run.shocks:
        after = [shaken(each.book, each.label, each, shocks_of(each.book, scenario["changes"])) for each in before]
        tallies[scenario["name"]], more = compared(scenario["name"], before, after)
        moves += more
    return tallies, moves


def _governed(job: Job, read: Read, instead: Published | None = None) -> Iterator[Side]:
    """Clients decided by what governs each, or all by the version that is to decide instead."""
    groups: Mapping[Published, Sequence[Member]] = {instead: read.piece.members} if instead else read.piece.governed
    for published, members in groups.items():
        texts = read.texts.among([each.client_id for each in members])
        yield side(published.sound.rulebook, job.run.measured_by, texts, read.standings)
