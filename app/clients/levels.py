"""The level on which a client is managed, as recognition decides it (domain.md B2-B6)."""

from dataclasses import replace

from app.clients.categories import LEVEL_OF, Level
from app.clients.documents import Document, Put
from app.clients.stored import stored_clients
from app.clients.writing import write
from app.trail.change import Change


async def set_level(change: Change, client_id: str, level: Level, category: str) -> None:
    """Have a client be of a level, and of the category where its own is none of that level.

    A revision and an entry of the trail tell of it; what is so already leaves none. The caller sees the client.
    """
    stored = (await stored_clients(change, [client_id]))[client_id]
    own = stored.profile.category
    fitting = own if own is not None and LEVEL_OF.get(own) == level else category
    profile = replace(stored.profile, level=level, category=fitting)
    put = Put(Document(client_id, profile), stored, profile)
    if not put.changes_nothing:
        await write(change, [put])
