"""Erasing what is personal: the key is destroyed, the name and the contacts go, the trail stays whole."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import CursorResult, Delete, bindparam, delete, insert, select, update

from app.clients.forgetting import forget
from app.clients.profile import PERSON, recorded
from app.clients.reading import ClientRow
from app.clients.stored import stored_clients
from app.clients.tables import Client, ClientKey, ClientRevision, Contact
from app.trail.change import Change
from app.trail.entry import Entry

_WHOLE: Final = select(Client.id).where(Client.id == bindparam("client")).with_for_update()
"""Waits for whoever is writing rows that refer to the client, so that none comes too late to be emptied."""


async def erase(change: Change, client: ClientRow, reason: str) -> datetime:
    """Erase the name of a natural person, the contacts of any client, and what is written of it; return when.

    A second time nothing happens, unless something was added since. The caller holds the client locked.
    """
    await change.session.execute(_WHOLE, {"client": client.id})
    key = await _run(change, delete(ClientKey).where(ClientKey.client_id == client.id))
    elsewhere = await forget(change, client.id)
    if client.erased_at is not None and not key and not elsewhere:
        return client.erased_at
    contacts = await _run(change, delete(Contact).where(Contact.client_id == client.id))
    await _blank(change, client)
    before = {"contacts": contacts, **elsewhere}
    after = {**dict.fromkeys(before, 0), "erased_at": change.now.isoformat()}
    entry = Entry("client.erased", "client", client.id, client.unit, before, after, reason)
    await change.note(entry)
    return change.now


async def _blank(change: Change, client: ClientRow) -> None:
    """Take a natural person's name away, in a revision of its own."""
    profile = (await stored_clients(change, [client.id]))[client.id].profile
    profile = replace(profile, name=None if profile.kind == PERSON else profile.name)
    revision, name = client.revision + 1, profile.name
    blank = {"name": name, "erased_at": change.now, "revision": revision, "updated_at": change.now}
    await change.session.execute(update(Client).where(Client.id == client.id).values(blank))
    row = {"client_id": client.id, "revision": revision, "profile": recorded(profile, client.id, None)}
    by_whom = {"recorded_at": change.now, "recorded_by": change.actor.identity}
    await change.session.execute(insert(ClientRevision).values({**row, **by_whom}))


async def _run(change: Change, statement: Delete) -> int:
    """How many rows it took away."""
    done = await change.session.execute(statement)
    return cast("CursorResult[Any]", done).rowcount
