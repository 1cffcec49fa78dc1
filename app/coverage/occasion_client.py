"""The client that a body names, for what is recorded of it."""

from app.clients.reading import ClientRow, locked
from app.clients.refusals import ClientNotFound
from app.coverage.occasion_refusals import NoSuchClient
from app.trail.change import Change


async def client_named(change: Change, client_id: str) -> ClientRow:
    """The client, locked; raises NoSuchClient where the caller sees none, a denial noted where it is there."""
    try:
        return await locked(change, client_id)
    except ClientNotFound:
        raise NoSuchClient from None
