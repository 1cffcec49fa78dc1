"""The client that a body names, for what is recorded of it."""

from app.clients.reading import ClientRow, locked
from app.clients.refusals import ClientNotFound, no_such_client
from app.coverage.refusals import NoSuchClient
from app.trail.change import Change


async def client_named(change: Change, client_id: str) -> ClientRow:
    """The client, locked; raises NoSuchClient where the caller sees none, a denial noted where it is there."""
    try:
        return await locked(change, client_id)
    except ClientNotFound:
        raise NoSuchClient("Name a client of the bank.", errors=[no_such_client("/client_id")]) from None
