"""Warnings that stand against clients: listed, and acknowledged by whoever sees to them (domain.md A11)."""

import uuid
from collections.abc import Sequence

from app.clients.reading import lead_unit, visible
from app.standing.queries import of_visible_client, warnings_seen
from app.standing.refusals import WarningNotFound, WarningState
from app.standing.tables import ClientWarning
from app.trail.change import Change, Reading
from app.trail.entry import Entry


async def listed(
    reads: Reading, client_id: str | None, after: uuid.UUID | None, limit: int, *, standing: bool
) -> Sequence[ClientWarning]:
    """Warnings of the clients that the caller sees, by id: those that stand, or those that are cleared.

    Raises ClientNotFound for a client that it does not see.
    """
    query = warnings_seen(reads).where(ClientWarning.cleared_on.is_(None) == standing)
    if client_id is not None:
        query = query.where(ClientWarning.client_id == (await visible(reads, client_id)).id)
    query = query if after is None else query.where(ClientWarning.id > after)
    return (await reads.session.scalars(query.order_by(ClientWarning.id).limit(limit))).all()


async def acknowledge(change: Change, warning_id: uuid.UUID) -> ClientWarning:
    """Keep who has seen to a warning first; a second time changes nothing.

    Raises WarningNotFound, and WarningState for one that was cleared before anybody saw to it.
    """
    warning: ClientWarning = await of_visible_client(change, ClientWarning, warning_id, WarningNotFound)
    await change.session.refresh(warning, with_for_update=True)
    if warning.acknowledged_by is not None:
        return warning
    if warning.cleared_on is not None:
        raise WarningState(f"It was cleared on {warning.cleared_on}.")
    warning.acknowledged_by, warning.acknowledged_at = change.actor.identity, change.now
    await change.session.flush()
    unit = await lead_unit(change.session, warning.client_id, change.today)
    after = {"client": warning.client_id, "rulebook": warning.rulebook, "warning": warning.reason}
    await change.note(Entry("warning.acknowledged", "warning", str(warning.id), unit, after=after))
    return warning
