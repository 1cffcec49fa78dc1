"""Erasing what is personal: the key is destroyed, the name and the contacts go, the trail stays whole.

Features above that keep texts of their own on a client register what empties them, in a module that their routes load:

    @follows_erasing
    async def empty(change: Change, client_id: str) -> int: ...
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import CursorResult, Delete, delete, insert, update

from app.clients.profile import PERSON, recorded
from app.clients.reading import ClientRow
from app.clients.stored import stored_clients
from app.clients.tables import Client, ClientKey, ClientRevision, Contact
from app.trail.change import Change
from app.trail.entry import Entry

Follows = Callable[[Change, str], Awaitable[int]]
_follow: Final[list[Follows]] = []


def follows_erasing(follows: Follows) -> Follows:
    """Register what else empties texts on a client, by its id and in the same transaction; it returns of how many."""
    _follow.append(follows)
    return follows


async def erase(change: Change, client: ClientRow, reason: str) -> datetime:
    """Erase the name of a natural person, the contacts of any client and texts on it; return when that was done.

    A second time nothing happens, unless contacts or texts were added since. The caller holds the client locked.
    """
    key = await _run(change, delete(ClientKey).where(ClientKey.client_id == client.id))
    texts = sum([await follows(change, client.id) for follows in _follow])
    if client.erased_at is not None and not key and not texts:
        return client.erased_at
    contacts = await _run(change, delete(Contact).where(Contact.client_id == client.id))
    await _blank(change, client)
    before = {"contacts": contacts, "texts": texts}
    after = {"contacts": 0, "texts": 0, "erased_at": change.now.isoformat()}
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
