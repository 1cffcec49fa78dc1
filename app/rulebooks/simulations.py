"""Simulations: what a version would do to the bank's clients, attached to exactly its digest before it governs."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import exists, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.rulebooks.permission import entry_of
from app.rulebooks.refusals import DigestMismatch
from app.rulebooks.service import version
from app.rulebooks.tables import RulebookSimulation
from app.trail.change import Change


async def attach_simulation(  # noqa: PLR0913, PLR0917  what a simulation is made of
    change: Change,
    name: str,
    number: int,
    digest: str,
    run_id: uuid.UUID | None,
    clients: int,
    summary: Mapping[str, Any],
) -> RulebookSimulation:
    """Attach what deciding `clients` clients under a version came to; `summary` is JSON and tells of no single one.

    It counts for every version of this digest. Raises VersionNotFound, DigestMismatch where what was tried is not it.
    """
    tried = await version(change.session, name, number)
    if tried.digest != digest:
        raise DigestMismatch(f"Version {number} of {name} has the digest {tried.digest}.")
    made = RulebookSimulation(
        id=uuid.uuid4(),
        name=name,
        number=number,
        digest=digest,
        run_id=run_id,
        made_at=change.now,
        made_by=change.actor.identity,
        clients=clients,
        summary=dict(summary),
    )
    change.session.add(made)
    await change.session.flush()
    after = {"simulation": str(made.id), "run": run_id and str(run_id), "clients": clients}
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
