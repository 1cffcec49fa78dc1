"""Simulations: what a version would do to the bank's clients, attached to exactly its digest before it governs."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.rulebooks.permission import entry_of
from app.rulebooks.refusals import DigestMismatch
from app.rulebooks.service import version
from app.rulebooks.tables import RulebookSimulation
from app.trail.change import Change


@dataclass(frozen=True, slots=True)
class Simulation:
    """What deciding `clients` clients under exactly this digest came to.

    `summary` is JSON and tells of no single client; `run_id` is the portfolio run that it comes from, None for another.
    """

    name: str
    number: int
    digest: str
    clients: int
    summary: Mapping[str, Any]
    run_id: uuid.UUID | None = None


async def attach_simulation(change: Change, simulation: Simulation) -> RulebookSimulation:
    """Attach a simulation to the version that was tried; it counts for every version of this digest.

    Raises VersionNotFound, DigestMismatch where what was tried is not what is stored.
    """
    tried = await version(change.session, simulation.name, simulation.number)
    if tried.digest != simulation.digest:
        raise DigestMismatch(f"Version {tried.number} of {tried.name} has the digest {tried.digest}.")
    made = _row(change, simulation)
    change.session.add(made)
    await change.session.flush()
    run = str(simulation.run_id) if simulation.run_id else None
    after = {"simulation": str(made.id), "run": run, "clients": simulation.clients}
    await change.note(entry_of("rulebook.simulated", tried, after))
    return made


async def simulations_of(
    session: AsyncSession, name: str, digest: str, limit: int, before: uuid.UUID | None = None
) -> Sequence[RulebookSimulation]:
    """Return simulations of a digest, the newest first; those made before `before`, where it is one of them."""
    moment = tuple_(RulebookSimulation.made_at, RulebookSimulation.id)
    of_digest = (RulebookSimulation.name == name, RulebookSimulation.digest == digest)
    query = select(RulebookSimulation).where(*of_digest)
    if before is not None:
        last = select(RulebookSimulation.made_at, RulebookSimulation.id).where(*of_digest)
        query = query.where(moment < last.where(RulebookSimulation.id == before).scalar_subquery())
    ordered = query.order_by(RulebookSimulation.made_at.desc(), RulebookSimulation.id.desc())
    return (await session.scalars(ordered.limit(limit))).all()


async def is_simulated(session: AsyncSession, name: str, digest: str) -> bool:
    """Whether a simulation of exactly this digest is attached."""
    found = exists().where(RulebookSimulation.name == name, RulebookSimulation.digest == digest)
    return bool(await session.scalar(select(found)))


def _row(change: Change, simulation: Simulation) -> RulebookSimulation:
    return RulebookSimulation(
        id=uuid.uuid4(),
        name=simulation.name,
        number=simulation.number,
        digest=simulation.digest,
        run_id=simulation.run_id,
        made_at=change.now,
        made_by=change.actor.identity,
        clients=simulation.clients,
        summary=dict(simulation.summary),
    )
