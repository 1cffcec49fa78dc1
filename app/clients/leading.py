"""Whose client it is: the unit that leads it decides what becomes of it, assisting units join in (domain.md B10)."""

from app.clients.reading import ClientRow
from app.clients.refusals import LeadsElsewhere
from app.organisation.faults import refused
from app.organisation.lookup import last_within, units_within
from app.organisation.refusals import ServesElsewhere
from app.trail.change import Reading


async def check_leads(reads: Reading, client: ClientRow) -> None:
    """Raise LeadsElsewhere where the caller's unit, or one below it, does not lead the client today."""
    if not await _leads(reads, client):
        reads.deny(refused("client", client.id, client.unit, "a unit outside the caller's leads the client"))
        raise LeadsElsewhere("Ask the unit that leads the client, or one above it.")


async def check_lets_go(reads: Reading, client: ClientRow, officer_id: str) -> None:
    """Raise ServesElsewhere where it is not for the caller to have the officer cover the client no longer.

    Whoever leads the client lets anybody go; who assists, its own officers, those who served there last included.
    """
    if await _leads(reads, client):
        return
    if not await last_within(reads.session, [officer_id], reads.actor.unit, reads.today):
        reads.deny(refused("officer", officer_id, client.unit))
        raise ServesElsewhere("Of a client that it assists, a unit lets its own officers go, and no others.")


async def _leads(reads: Reading, client: ClientRow) -> bool:
    if reads.actor.unit is None:
        return True
    leads = [client.unit] if client.unit else []
    return bool(await units_within(reads.session, leads, reads.actor.unit, reads.today))
